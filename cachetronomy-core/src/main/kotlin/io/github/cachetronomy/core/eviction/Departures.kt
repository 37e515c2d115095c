package io.github.cachetronomy.core.eviction

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryEntry
import java.util.concurrent.ConcurrentLinkedDeque
import java.util.concurrent.atomic.AtomicInteger

/**
 * Everything that leaves is told here, once: passed on, and kept for the eviction log. The log is best
 * effort; when its writer cannot keep up, the oldest records go.
 */
internal class Departures(
    private val clock: CacheClock,
    private val profile: () -> String,
    /** Told of each departure as it happens. */
    private val told: (String, EvictionCause, Tier) -> Unit,
) {
    private val waiting = ConcurrentLinkedDeque<EvictionRecord>()
    private val waitingCount = AtomicInteger()
    private val lapsed = Lapsed()

    /** [entry] left memory; where its row goes with it, that is all there is to tell. */
    fun leftMemory(
        key: String,
        entry: MemoryEntry,
        cause: EvictionCause,
    ) {
        told(key, cause, Tier.MEMORY)
        if (cause == EvictionCause.EXPIRED) lapsed.add(key, entry.expiresAt)
        log(key, cause, entry.reads)
    }

    /** The row of [key], which memory did not have any more, left the store. An expiry is logged with the tier it comes from first. */
    fun leftStore(
        key: String,
        cause: EvictionCause,
        expiresAt: Long,
    ) {
        told(key, cause, Tier.STORE)
        if (cause != EvictionCause.EXPIRED || !lapsed.remove(key, expiresAt)) log(key, cause, 0)
    }

    private fun log(
        key: String,
        cause: EvictionCause,
        reads: Int,
    ) {
        waiting += EvictionRecord(key, clock.instant(), cause.reason, reads.toLong(), profile())
        if (waitingCount.incrementAndGet() > MOST && waiting.pollFirst() != null) waitingCount.decrementAndGet()
    }

    /** The records since the last time, oldest first. */
    fun take(): List<EvictionRecord> =
        buildList {
            while (true) {
                val record = waiting.pollFirst() ?: break
                waitingCount.decrementAndGet()
                add(record)
            }
        }

    /** The log did not take [records]: they wait for the next time, as far as there is room for them. */
    fun giveBack(records: List<EvictionRecord>) {
        for (record in records.asReversed()) {
            if (waitingCount.get() >= MOST) return
            waitingCount.incrementAndGet()
            waiting.addFirst(record)
        }
    }

    private companion object {
        /** As many as the log keeps unless told otherwise. */
        const val MOST = 100_000
    }
}
