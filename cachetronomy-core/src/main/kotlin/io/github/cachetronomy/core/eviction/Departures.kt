package io.github.cachetronomy.core.eviction

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.memory.CacheClock
import java.util.concurrent.ConcurrentLinkedQueue
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
    private val waiting = ConcurrentLinkedQueue<EvictionRecord>()
    private val waitingCount = AtomicInteger()

    fun left(
        key: String,
        cause: EvictionCause,
        tier: Tier,
        reads: Int,
    ) {
        told(key, cause, tier)
        waiting += EvictionRecord(key, clock.instant(), cause.reason, reads.toLong(), profile())
        if (waitingCount.incrementAndGet() > MOST && waiting.poll() != null) waitingCount.decrementAndGet()
    }

    /** The records since the last time, oldest first. */
    fun take(): List<EvictionRecord> =
        buildList {
            while (true) {
                val record = waiting.poll() ?: break
                waitingCount.decrementAndGet()
                add(record)
            }
        }

    private companion object {
        const val MOST = 10_000
    }
}
