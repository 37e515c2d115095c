package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.SerializerProvider
import io.github.cachetronomy.core.spi.ValueType
import java.util.ServiceLoader

/**
 * The serializers of a cache by the id of their format. A format may have several, for different
 * kinds of types; the first that supports the type at hand is used.
 *
 * Immutable and thread-safe; [with] gives an extended copy.
 */
public class SerializerRegistry private constructor(
    private val serializers: List<Serializer>,
    private val provided: Lazy<List<Serializer>>,
) {
    /** The ids of the formats that can be written. */
    public val formats: Set<String> get() = (serializers + provided.value).mapTo(sortedSetOf()) { it.format }

    /**
     * A copy in which [added] is asked before the serializers that are there already.
     *
     * @throws IllegalArgumentException if the id of its format is not made of lower-case ASCII
     * letters, digits, `-` and `_`, at most 32 of them
     */
    public fun with(added: Serializer): SerializerRegistry {
        require(FORMAT_ID.matches(added.format)) { "not an id of a format: '${added.format}'" }
        return SerializerRegistry(listOf(added) + serializers, provided)
    }

    /** The serializer for [type] in [format], or null where none supports it. */
    internal fun find(
        format: String,
        type: ValueType,
    ): Serializer? {
        val id = if (format == Formats.ORJSON) Formats.JSON else format
        if (id == JsonPieceSerializer.format && JsonPieceSerializer.supports(type)) return JsonPieceSerializer
        return serializers.firstOrNull { it.format == id && it.supports(type) }
            ?: provided.value.firstOrNull { it.format == id && it.supports(type) }
    }

    internal fun knows(format: String): Boolean =
        format == Formats.ORJSON || serializers.any { it.format == format } ||
            provided.value.any { it.format == format }

    public companion object {
        private val FORMAT_ID = Regex("[a-z0-9_-]{1,32}")

        private val STANDARD =
            SerializerRegistry(
                listOf(RawBytesSerializer, PlainStringSerializer) + Untyped.serializers + KotlinSerializers.all,
                lazy {
                    // Found through the loader of this class: it sees what the application put beside the cache.
                    ServiceLoader
                        .load(SerializerProvider::class.java, SerializerProvider::class.java.classLoader)
                        .flatMap { it.serializers() }
                },
            )

        /**
         * The formats of [Formats], for types that kotlinx.serialization knows, followed by what the
         * modules on the class path add: the Java face brings serializers for records and beans.
         *
         * In `json` and `msgpack` also for readers who do not know what a row holds. They ask for `Any` (in
         * Java `Object`), in Kotlin also for `List<Any?>`, `Map<String, Any?>` or `Map<Any?, Any?>`, and get null,
         * Boolean, Long, BigInteger, Double, String, List and Map; from MessagePack also ByteArray and
         * [MessagePackExtension][io.github.cachetronomy.core.MessagePackExtension]. Such a value may be nested
         * 1,024 deep. What has none of these types is refused when it is written.
         */
        @JvmStatic
        public fun standard(): SerializerRegistry = STANDARD
    }
}
