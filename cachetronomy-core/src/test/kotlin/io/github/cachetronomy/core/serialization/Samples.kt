package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import kotlinx.serialization.Serializable
import kotlin.reflect.typeOf

@Serializable
internal data class Person(
    val name: String,
    val age: Int,
    val title: String?,
    val roles: List<Role> = emptyList(),
    val notes: Map<String, List<Int>> = emptyMap(),
)

@Serializable
internal data class Team(
    val lead: Person,
    val members: List<Person>,
)

@Serializable
internal enum class Role { ADMIN, GUEST }

@Serializable
internal data class Node(
    val next: Node? = null,
)

/** Nothing that any serializer knows. */
internal class Opaque

/** Writes strings backwards. */
internal class Backwards(
    override val format: String,
) : Serializer {
    override fun supports(type: ValueType): Boolean = type.rawClass == String::class.java

    override fun encode(
        value: Any?,
        type: ValueType,
    ): ByteArray = (value as String).reversed().encodeToByteArray()

    override fun decode(
        bytes: ByteArray,
        type: ValueType,
    ): Any = bytes.decodeToString().reversed()
}

internal inline fun <reified T> type(): ValueType = ValueType.of(typeOf<T>())

internal fun codec(
    gzipThreshold: Int? = null,
    registry: SerializerRegistry = SerializerRegistry.standard(),
) = Codec(registry, gzipThreshold)

internal fun row(
    data: ByteArray,
    format: String,
    shape: Long = 0L,
) = StoredEntry("key", data, format, StoredEntry.NEVER, emptyList(), 1, "default", 0, shape)

internal fun row(encoded: Encoded) = row(encoded.data, encoded.format, encoded.shape)

/** What comes back of [value] by way of [format]. */
internal inline fun <reified T> Codec.roundTrip(
    value: T,
    format: String?,
): Any? = decode(row(encode("key", value, type<T>(), format)), type<T>())
