package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.queue.AtomicOp
import io.github.cachetronomy.core.engine.queue.Invalidations
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WriteOp
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Claim
import io.github.cachetronomy.core.engine.reads.Claims
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.spi.StoreBackend

/**
 * Several writes and removals at once: all of them, or none. Memory shows them when the store has them, so
 * that nobody sees what may not come to be. Waits for the commit whatever the durability is.
 */
internal class Transactions(
    private val queue: WriteQueue,
    private val view: MemoryView,
    private val claims: Claims,
    private val invalidations: Invalidations,
    private val departures: Departures,
    private val policy: WritePolicy,
    private val clock: CacheClock,
) {
    /** Gives whether it was done: what was gathered may have conditions that do not hold. */
    fun commit(gathered: Gathered): Write<Boolean> =
        QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                if (gathered.steps.isEmpty()) null else enqueued(gathered)
            },
            { expiries -> gathered.steps.isEmpty() || expiries != null },
            { fault -> throw StoreUnavailableException("the transaction was not committed: ${fault.message}", fault) },
        )

    private fun enqueued(gathered: Gathered): WriteOp<*> {
        val steps = gathered.steps
        val claimed = HashMap<String, Claim>()
        val op =
            AtomicOp(policy.durability, { carryOut(gathered, it) }) { op, expiries: Map<String, Long>? ->
                if (expiries == null) {
                    claimed.forEach(claims::release)
                } else {
                    for (step in steps) settle(step, claimed.getValue(step.key), op.number, expiries[step.key])
                }
            }
        queue.enqueue(op) { _ ->
            for (key in steps.keys) {
                view.overtake(key)
                claimed[key] = claims.take(key)
            }
        }
        return op
    }

    /** Gives the expiry of each row that was removed; null where nothing was to be done. */
    private fun carryOut(
        gathered: Gathered,
        store: StoreBackend,
    ): Map<String, Long>? {
        if (!gathered.isWanted(store.entries)) return null
        val expiries = HashMap<String, Long>()
        for ((key, draft) in gathered.steps) {
            if (draft == null) {
                store.entries.delete(key)?.let { expiries[key] = it }
            } else {
                store.entries.put(draft.row)
            }
        }
        return expiries
    }

    /** Memory follows; where somebody came later who touched the key or removed it, it is read again. */
    private fun settle(
        step: Map.Entry<String, Draft?>,
        claim: Claim,
        number: Long,
        expiry: Long?,
    ) {
        val (key, draft) = step
        val overtaken = claim.stale || draft?.row?.let { invalidations.hit(number, key, it.tags, it.profile) } == true
        claims.touch(key)
        if (draft == null) {
            removed(key, expiry, overtaken)
        } else if (overtaken) {
            view.drop(key)
        } else {
            view.admit(draft, number)
        }
    }

    /** [expiry] is that of the row, or null where there was none. */
    private fun removed(
        key: String,
        expiry: Long?,
        overtaken: Boolean,
    ) {
        val now = clock.now()
        if (overtaken) {
            view.drop(key)
        } else if (view.forgetUnlessExpired(key, now, EvictionCause.DELETED) != null) {
            return
        }
        if (expiry == null) return
        departures.leftStore(key, if (now < expiry) EvictionCause.DELETED else EvictionCause.EXPIRED, expiry)
    }
}
