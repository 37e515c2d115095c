package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EvictionCause
import java.time.Duration
import java.time.Instant

/** What the cache did between two looks at its counters. Immutable. */
internal class Sample(
    val at: Instant,
    val memoryHits: Long,
    val storeHits: Long,
    val misses: Long,
    /** The runs of loaders, failed ones included. */
    val loads: Long,
    /** What they took, added up. */
    val loadTime: Duration,
    val evictions: Map<EvictionCause, Long>,
    val memoryEntries: Long,
) {
    val reads: Long get() = memoryHits + storeHits + misses

    /** Null where nothing was read. */
    val hitRatio: Double? get() = if (reads == 0L) null else (memoryHits + storeHits).toDouble() / reads

    /** In milliseconds; null where nothing was loaded. */
    val meanLoadTime: Double? get() = if (loads == 0L) null else loadTime.toNanos() / NANOS_IN_MILLI / loads

    /** This and what came after it, as one. */
    operator fun plus(next: Sample): Sample =
        Sample(
            next.at,
            memoryHits + next.memoryHits,
            storeHits + next.storeHits,
            misses + next.misses,
            loads + next.loads,
            loadTime + next.loadTime,
            (evictions.keys + next.evictions.keys).associateWith { (evictions[it] ?: 0) + (next.evictions[it] ?: 0) },
            next.memoryEntries,
        )

    companion object {
        fun between(
            before: CacheStats,
            after: CacheStats,
            at: Instant,
        ): Sample =
            Sample(
                at,
                after.memoryHits - before.memoryHits,
                after.storeHits - before.storeHits,
                after.misses - before.misses,
                after.loads + after.loadFailures - before.loads - before.loadFailures,
                after.loadTime - before.loadTime,
                after.evictionsByCause
                    .mapValues { (cause, count) -> count - (before.evictionsByCause[cause] ?: 0) }
                    .filterValues { it > 0 },
                after.memoryEntries,
            )

        private const val NANOS_IN_MILLI = 1e6
    }
}
