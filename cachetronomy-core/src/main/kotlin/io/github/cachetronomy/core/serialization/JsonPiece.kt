package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.ValueType

/**
 * JSON text in UTF-8 that is written as it stands and read without being looked into. Immutable, the array by agreement.
 */
internal class JsonPiece(
    val text: ByteArray,
) {
    companion object {
        val TYPE: ValueType = ValueType.of(JsonPiece::class.java)
    }
}

/** Asked before any other serializer: no other one can know what a piece is. */
internal object JsonPieceSerializer : Serializer {
    override val format: String get() = Formats.JSON

    override fun supports(type: ValueType): Boolean = type == JsonPiece.TYPE

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = (value as JsonPiece).text

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any = JsonPiece(bytes)
}
