package io.github.cachetronomy.core

/** An entry of a listing: its metadata, and its value or the reason why it cannot be read. Immutable. */
public class CacheEntry<out T> internal constructor(
    /** The metadata as stored. */
    public val metadata: EntryMetadata,
    /** What reading the value gave. */
    public val lookup: Lookup<T>,
) {
    /** The key. */
    public val key: String get() = metadata.key

    override fun toString(): String = "CacheEntry($lookup)"
}
