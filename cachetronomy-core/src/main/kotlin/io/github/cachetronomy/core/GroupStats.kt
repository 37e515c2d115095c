package io.github.cachetronomy.core

/**
 * What was asked of the entries of one function or of one namespace, and how many there are. A snapshot: immutable, its
 * numbers read one after another while the cache goes on. The counts begin anew with the program.
 */
public class GroupStats internal constructor(
    /** Reads that found a value, or that got one another caller was loading. */
    public val hits: Long,
    /** Reads that found none. */
    public val misses: Long,
    /** The live entries, in memory and store together. */
    public val size: Long,
    /** The most entries there may be; null = any number. */
    public val maxEntries: Int?,
) {
    /** Hits divided by reads; 1.0 before the first read. */
    public val hitRatio: Double get() = if (hits + misses == 0L) 1.0 else hits.toDouble() / (hits + misses)

    override fun toString(): String =
        "GroupStats(hits=$hits, misses=$misses, size=$size, maxEntries=$maxEntries, hitRatio=$hitRatio)"
}
