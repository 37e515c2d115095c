package io.github.cachetronomy.core.serialization

import com.ensarsarajcic.kotlinx.serialization.msgpack.MsgPack
import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.ValueType
import kotlinx.serialization.BinaryFormat
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.cbor.Cbor
import kotlinx.serialization.json.Json
import kotlinx.serialization.protobuf.ProtoBuf

/**
 * The formats of kotlinx.serialization. They write every property, defaults too, so that readers in
 * other languages see the whole value, and refuse unknown properties, so that a value of one class
 * is not taken for another.
 */
@OptIn(ExperimentalSerializationApi::class)
internal object KotlinSerializers {
    private val json by lazy {
        Json {
            encodeDefaults = true
            allowSpecialFloatingPointValues = true
        }
    }

    val all: List<Serializer> =
        listOf(
            KotlinSerializer(
                Formats.JSON,
                { serializer, value -> strictUtf8(json.encodeToString(serializer, value)) },
                { serializer, bytes -> json.decodeFromString(serializer, strictUtf8(bytes)) },
            ),
            binary(Formats.CBOR) { Cbor { encodeDefaults = true } },
            binary(Formats.PROTOBUF) { ProtoBuf { encodeDefaults = true } },
            binary(Formats.MSGPACK) { MsgPack },
        )

    /** The format itself is made on first need: most caches never leave JSON. */
    private fun binary(
        id: String,
        make: () -> BinaryFormat,
    ): Serializer {
        val format by lazy(make)
        return KotlinSerializer(
            id,
            { serializer, value -> format.encodeToByteArray(serializer, value) },
            { serializer, bytes -> format.decodeFromByteArray(serializer, bytes) },
        )
    }
}

private class KotlinSerializer(
    override val format: String,
    private val encode: (KSerializer<Any?>, Any?) -> ByteArray,
    private val decode: (KSerializer<Any?>, ByteArray) -> Any?,
) : Serializer {
    override fun supports(type: ValueType): Boolean = type.kotlinSerializer() != null

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = encode(serializerOf(type), value)

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any? = decode(serializerOf(type), bytes)

    override fun shape(type: ValueType): Long = type.shape()

    private fun serializerOf(type: ValueType) = checkNotNull(type.kotlinSerializer()) { "$type is not serializable" }
}
