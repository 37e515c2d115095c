package io.github.cachetronomy.core

import java.time.Duration

/**
 * What a cache did since it was opened. A snapshot: immutable, its numbers read one after another
 * while the cache goes on.
 */
public class CacheStats internal constructor(
    /** Reads that memory answered. */
    public val memoryHits: Long,
    /** Reads that the store answered. */
    public val storeHits: Long,
    /** Reads that found no usable value, by reason; reasons that did not occur are left out. */
    public val missesByReason: Map<MissReason, Long>,
    /** Loader runs that gave a value. */
    public val loads: Long,
    /** Loader runs that threw. */
    public val loadFailures: Long,
    /** The time all loader runs took, added up. */
    public val loadTime: Duration,
    /** Entries that left a tier, by cause; causes that did not occur are left out. */
    public val evictionsByCause: Map<EvictionCause, Long>,
    /** Writes that the store did not take. */
    public val droppedWrites: Long,
    /** Loaded values that were returned and not kept, because they could not be encoded or were overtaken. */
    public val notKept: Long,
    /** Events that no listener got, because it was too slow. */
    public val droppedEvents: Long,
    /** Entries in memory, about. */
    public val memoryEntries: Long,
) {
    /** Reads that found no usable value. */
    public val misses: Long get() = missesByReason.values.sum()

    /** Reads that found one. */
    public val hits: Long get() = memoryHits + storeHits

    /** Hits divided by reads; 1.0 before the first read. */
    public val hitRatio: Double get() = if (hits + misses == 0L) 1.0 else hits.toDouble() / (hits + misses)

    override fun toString(): String =
        "CacheStats(memoryHits=$memoryHits, storeHits=$storeHits, missesByReason=$missesByReason, loads=$loads, " +
            "loadFailures=$loadFailures, loadTime=$loadTime, evictionsByCause=$evictionsByCause, " +
            "droppedWrites=$droppedWrites, notKept=$notKept, droppedEvents=$droppedEvents, memoryEntries=$memoryEntries)"
}
