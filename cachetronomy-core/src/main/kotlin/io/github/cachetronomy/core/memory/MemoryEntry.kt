package io.github.cachetronomy.core.memory

import io.github.cachetronomy.core.spi.ValueType

/**
 * A decoded value with everything a hit needs, in one object. Value and expiry never part.
 *
 * [reads] and [logged] are counted without atomics: a lost count costs nothing but itself, a fenced
 * one would cost each hit.
 */
internal class MemoryEntry(
    @JvmField val value: Any?,
    @JvmField val traits: Traits,
    /** The first microsecond at which the entry is expired. */
    @JvmField val expiresAt: Long,
    /** The number of the write or read that brought it here; renewed when the row was found unchanged. */
    @Volatile @JvmField var order: Long,
    @JvmField val createdAt: Long,
    @JvmField val size: Int,
    /** Of the stored value; tells it from another that was written at the same time. */
    @JvmField val checksum: Int,
) {
    /** The number of the write or read that first brought the key here. */
    @JvmField var first: Long = order

    /** Whether the store is known not to have it. */
    @Volatile @JvmField
    var isAlone: Boolean = false

    /** How often the value was read here. */
    @JvmField var reads: Int = 0

    /** How many of these reads the access log has been told of. */
    @JvmField var logged: Int = 0
}

/** What many entries have in common, kept once. */
internal class Traits(
    @JvmField val type: ValueType,
    val format: String,
    val tags: List<String>,
    val version: Long,
    val profile: String,
) {
    /** The class of the values, when that alone says the type: the hit path compares nothing else. */
    @JvmField val plainClass: Class<*>? = type.plainClass

    fun sameAs(other: Traits): Boolean =
        type == other.type && version == other.version && format == other.format && profile == other.profile &&
            tags == other.tags
}
