package io.github.cachetronomy.core.engine.events

import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.MissReason
import java.time.Duration
import java.util.concurrent.atomic.LongAdder

/** What the engine counts. Thread-safe; the hit path adds to one adder and nothing else. */
internal class Counters {
    @JvmField
    val memoryHits = LongAdder()
    val storeHits = LongAdder()
    val loads = LongAdder()
    val loadFailures = LongAdder()
    val droppedWrites = LongAdder()
    val notKept = LongAdder()
    private val loadNanos = LongAdder()
    private val misses = Array(MissReason.entries.size) { LongAdder() }
    private val evictions = Array(EvictionCause.entries.size) { LongAdder() }

    fun miss(reason: MissReason) = misses[reason.ordinal].increment()

    fun evicted(
        cause: EvictionCause,
        count: Long = 1,
    ) = evictions[cause.ordinal].add(count)

    fun loaded(nanos: Long) {
        loads.increment()
        loadNanos.add(nanos)
    }

    fun loadFailed(nanos: Long) {
        loadFailures.increment()
        loadNanos.add(nanos)
    }

    fun snapshot(
        memoryEntries: Long,
        droppedEvents: Long,
    ): CacheStats =
        CacheStats(
            memoryHits = memoryHits.sum(),
            storeHits = storeHits.sum(),
            missesByReason = counted(MissReason.entries, misses),
            loads = loads.sum(),
            loadFailures = loadFailures.sum(),
            loadTime = Duration.ofNanos(loadNanos.sum()),
            evictionsByCause = counted(EvictionCause.entries, evictions),
            droppedWrites = droppedWrites.sum(),
            notKept = notKept.sum(),
            droppedEvents = droppedEvents,
            memoryEntries = memoryEntries,
        )

    private fun <E : Enum<E>> counted(
        all: List<E>,
        counts: Array<LongAdder>,
    ): Map<E, Long> = all.associateWith { counts[it.ordinal].sum() }.filterValues { it > 0 }
}
