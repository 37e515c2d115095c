package io.github.cachetronomy.core

/**
 * A value of MessagePack that only an application understands: a type of its own and bytes. Timestamps
 * (type -1) are given in this form too. Equal when both parts are.
 *
 * Immutable and thread-safe.
 */
public class MessagePackExtension(
    /** The type of the extension, -128 to 127; the negative ones belong to MessagePack itself. */
    public val type: Int,
    data: ByteArray,
) {
    private val bytes = data.clone()

    init {
        require(type in Byte.MIN_VALUE..Byte.MAX_VALUE) { "the type of an extension is a byte, not $type" }
    }

    /** A copy of the bytes. */
    public val data: ByteArray get() = bytes.clone()

    override fun equals(other: Any?): Boolean =
        other is MessagePackExtension && type == other.type && bytes.contentEquals(other.bytes)

    override fun hashCode(): Int = 31 * type + bytes.contentHashCode()

    override fun toString(): String = "MessagePackExtension(type=$type, ${bytes.size} bytes)"
}
