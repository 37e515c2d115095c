package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.queue.AtomicOp
import io.github.cachetronomy.core.engine.queue.Invalidations
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Claim
import io.github.cachetronomy.core.engine.reads.Claims
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import java.time.Duration

/**
 * Writes that depend on what is there. The store decides, inside of its transaction, so that they are
 * atomic for every process; memory follows. Without an answer of the store there is none to give.
 */
internal class AtomicWrites(
    private val queue: WriteQueue,
    private val drafts: Drafts,
    private val view: MemoryView,
    private val memory: MemoryTier,
    private val claims: Claims,
    private val invalidations: Invalidations,
    private val reader: Reader,
    private val departures: Departures,
    private val policy: WritePolicy,
    private val clock: CacheClock,
) {
    fun touch(
        key: String,
        timeToLive: Duration?,
    ): Write<Boolean> {
        drafts.check(key, EntryOptions.defaults())
        val expiresAt = drafts.expiry(clock.now(), timeToLive)
        var createdAt = StoredEntry.UNKNOWN
        return decided(
            key,
            { since ->
                memory.peek(key)?.traits.let {
                    invalidations.hit(since, key, it?.tags.orEmpty(), it?.profile.orEmpty())
                }
            },
            { store ->
                val row = usable(store, key)
                createdAt = row?.createdAt ?: StoredEntry.UNKNOWN
                row != null && store.entries.touch(key, expiresAt)
            },
        ) { touched, number -> if (touched) moveExpiry(key, createdAt, expiresAt, number) }
    }

    /** Memory follows where it has what the row was written with; otherwise it is read again. */
    private fun moveExpiry(
        key: String,
        createdAt: Long,
        expiresAt: Long,
        number: Long,
    ) {
        val entry = memory.peek(key) ?: return
        val current = reader.isCurrent(entry) && entry.createdAt == createdAt && createdAt != StoredEntry.UNKNOWN
        if (!current) return view.drop(key)
        memory.put(key, with(entry) { MemoryEntry(value, traits, expiresAt, number, createdAt, size, checksum) })
    }

    fun setIfAbsent(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> = putIf(drafts.draft(key, value, type, options)) { present -> present == null }

    /** Replaces the row [expected] with a value, or does nothing when the row has changed. */
    fun replace(
        expected: StoredEntry,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> =
        putIf(drafts.draft(expected.key, value, type, options)) { present -> present?.sameAs(expected) == true }

    private fun putIf(
        draft: Draft,
        allowed: (StoredEntry?) -> Boolean,
    ): Write<Boolean> =
        decided(
            draft.key,
            { since -> isRemoved(draft.row, since) },
            { store ->
                val put = allowed(usable(store, draft.key))
                if (put) store.entries.put(draft.row)
                put
            },
        ) { put, number -> if (put) view.admit(draft, number) }

    /** Removes the row [expected], or does nothing when the row has changed. */
    fun remove(expected: StoredEntry): Write<Boolean> {
        val key = expected.key
        return decided(
            key,
            { since -> isRemoved(expected, since) },
            { usable(it, key)?.sameAs(expected) == true && it.entries.delete(key) != null },
            overtaken = { removed -> if (removed) leftStore(expected) },
        ) { removed, _ -> if (removed && view.forget(key, EvictionCause.DELETED) == null) leftStore(expected) }
    }

    private fun leftStore(row: StoredEntry) = departures.leftStore(row.key, EvictionCause.DELETED, row.expiresAt)

    fun increment(
        key: String,
        by: Long,
        initial: Long,
        options: EntryOptions,
    ): Write<Long> {
        val fresh = drafts.draft(key, initial, LONG, options.withFormat(Formats.JSON)).row
        val now = clock.now()
        return decided(
            key,
            { true },
            { store ->
                val row = usable(store, key)
                val before = if (row == null) initial else Counter.read(row) ?: throw notANumber(key)
                val after = Math.addExact(before, by)
                store.entries.put(Counter.row(row ?: fresh, after, now))
                after
            },
        ) { _, _ -> view.drop(key) }
    }

    private fun notANumber(key: String) =
        DecodingFailedException(key, MissReason.DECODING, "only a whole number can be incremented")

    /**
     * Decides about one key inside of the store's transaction; [show] then makes memory agree. Where
     * somebody came later who touched the key, or [removed] what memory would show, memory forgets the
     * key instead, as does everybody who has read the row before it was changed, and [overtaken] is run.
     */
    private fun <R : Any> decided(
        key: String,
        removed: (since: Long) -> Boolean,
        decide: (StoreBackend) -> R,
        overtaken: (R) -> Unit = {},
        show: (R, number: Long) -> Unit,
    ): Write<R> =
        QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                lateinit var claim: Claim
                val op =
                    AtomicOp(policy.durability, decide) { op, result: R? ->
                        if (result == null) {
                            claims.release(key, claim)
                        } else {
                            val isOvertaken = claim.stale || removed(op.number)
                            claims.touch(key)
                            if (isOvertaken) view.drop(key).also { overtaken(result) } else show(result, op.number)
                        }
                    }
                queue.enqueue(op) { _ ->
                    view.overtake(key)
                    claim = claims.take(key)
                }
                op
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                result as R
            },
            { fault ->
                throw StoreUnavailableException("the store cannot decide about the key now: ${fault.message}", fault)
            },
        )

    private fun isRemoved(
        row: StoredEntry,
        since: Long,
    ) = invalidations.hit(since, row.key, row.tags, row.profile)

    private fun usable(
        store: StoreBackend,
        key: String,
    ): StoredEntry? = store.entries.read(key)?.takeIf { reader.unusable(it, clock.now()) == null }

    private companion object {
        val LONG = ValueType.of(Long::class.javaObjectType)
    }
}
