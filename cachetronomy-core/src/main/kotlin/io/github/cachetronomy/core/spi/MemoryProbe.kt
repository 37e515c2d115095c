package io.github.cachetronomy.core.spi

/** Tells how much memory is left. Implementations are thread-safe. */
public interface MemoryProbe {
    /** The bytes that may still be used before something has to give way. */
    public fun availableBytes(): Long

    /** The bytes there are in all. */
    public fun totalBytes(): Long
}
