package io.github.cachetronomy.core.spi

/**
 * Tells how much memory is left. A cache asks again and again, on a thread that may block; while a probe
 * throws, nothing leaves memory for its sake, and the cache's health says so. Implementations are thread-safe.
 */
public interface MemoryProbe {
    /** The bytes that may still be used before something has to give way. */
    public fun availableBytes(): Long

    /** The bytes there are in all. */
    public fun totalBytes(): Long
}
