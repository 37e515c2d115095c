package io.github.cachetronomy.core.spi

/** How much room a store takes at a moment. Immutable. */
public class StoreSpace(
    /** The bytes it takes in all, with what it keeps beside itself. */
    public val bytesTaken: Long,
    /** Those of them that it needs for what it holds: the others it fills first, and `vacuum` gives them back. */
    public val bytesUsed: Long,
)
