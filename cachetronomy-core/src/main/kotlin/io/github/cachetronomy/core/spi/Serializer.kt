package io.github.cachetronomy.core.spi

/**
 * Turns values into bytes and back, in one format. Implementations are thread-safe, never keep a
 * value, and may be called from any thread that reads or writes the cache.
 *
 * A serializer throws whatever it likes for a value that it cannot encode or bytes that it cannot
 * decode; the cache turns that into its own answer. It must not give a value of another type than
 * the one asked for.
 */
public interface Serializer {
    /** The id stored with each row that this serializer writes: lower-case ASCII letters, digits, `-` and `_`. */
    public val format: String

    /** Whether this serializer can write and read values of [type]. */
    public fun supports(type: ValueType): Boolean

    /** The bytes of [value], which is null or of [type]. */
    public fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray

    /** The value of [type], or null, that [bytes] hold. */
    public fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any?

    /** A hash of the shape that [type] has in this format, or 0 where none is known. Another hash on a row makes it a miss. */
    public fun shape(type: ValueType): Long = 0L
}
