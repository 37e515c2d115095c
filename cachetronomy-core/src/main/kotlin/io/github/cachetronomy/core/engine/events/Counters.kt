package io.github.cachetronomy.core.engine.events

import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.MissReason
import java.time.Duration
import java.util.concurrent.atomic.LongAdder

/**
 * What is counted of the whole cache, or of one namespace. Thread-safe; the hit path adds to one adder and nothing else.
 *
 * What was asked through a namespace brings the namespace's own counters along; what becomes of an entry by itself is
 * counted where the entry belongs.
 */
internal class Counters(
    /** Those of the namespace around this one, for which all of it counts, too. */
    private val around: Counters? = null,
    /** Those of the namespace that a key belongs to; null = it belongs to none that anybody has in hand. */
    private val of: (key: String) -> Counters? = { null },
) {
    @JvmField
    val memoryHits = LongAdder()
    private val storeHits = LongAdder()
    private val loads = LongAdder()
    private val loadFailures = LongAdder()
    private val droppedWrites = LongAdder()
    private val notKept = LongAdder()
    private val loadNanos = LongAdder()
    private val misses = Array(MissReason.entries.size) { LongAdder() }
    private val evictions = Array(EvictionCause.entries.size) { LongAdder() }

    fun memoryHit() = each { memoryHits.increment() }

    fun storeHit() = each { storeHits.increment() }

    fun miss(reason: MissReason) = each { misses[reason.ordinal].increment() }

    fun evicted(
        cause: EvictionCause,
        count: Long = 1,
    ) = each { evictions[cause.ordinal].add(count) }

    /** As the other, and for the namespace of [key]. */
    fun evicted(
        cause: EvictionCause,
        key: String,
    ) {
        evicted(cause)
        of(key)?.evicted(cause)
    }

    fun droppedWrite(key: String) {
        each { droppedWrites.increment() }
        of(key)?.each { droppedWrites.increment() }
    }

    fun notKept(key: String) {
        each { notKept.increment() }
        of(key)?.each { notKept.increment() }
    }

    fun loaded(nanos: Long) =
        each {
            loads.increment()
            loadNanos.add(nanos)
        }

    fun loadFailed(nanos: Long) =
        each {
            loadFailures.increment()
            loadNanos.add(nanos)
        }

    private inline fun each(count: Counters.() -> Unit) {
        var counters: Counters? = this
        while (counters != null) {
            counters.count()
            counters = counters.around
        }
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
