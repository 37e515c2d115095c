package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.ValueType

/** Byte arrays as they are. Null has no form here. */
internal object RawBytesSerializer : Serializer {
    override val format: String get() = Formats.BYTES

    override fun supports(type: ValueType): Boolean = type.rawClass == ByteArray::class.java

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = requireNotNull(value as ByteArray?) { "the format bytes cannot hold null" }.clone()

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any = bytes.clone()
}

/** Strings in UTF-8. Null has no form here, nor has a string with a lone surrogate. */
internal object PlainStringSerializer : Serializer {
    override val format: String get() = Formats.STRING

    override fun supports(type: ValueType): Boolean = type.rawClass == String::class.java

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = strictUtf8(requireNotNull(value as String?) { "the format string cannot hold null" })

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any = strictUtf8(bytes)
}
