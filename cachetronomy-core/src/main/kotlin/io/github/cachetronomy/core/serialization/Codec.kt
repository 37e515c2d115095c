package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.spi.Serializer
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import java.util.concurrent.CancellationException

/** An encoded value with the labels that its row carries. */
internal class Encoded(
    val data: ByteArray,
    val format: String,
    val shape: Long,
)

/** Why a stored value cannot be given as the type asked for. No stack trace: it is an answer, not a failure. */
internal class Unreadable(
    val reason: MissReason,
    val detail: String,
    cause: Throwable? = null,
) : Exception(detail, cause, false, false)

/** Between values and rows: picks the serializer by format and type, compresses, and keeps whatever a serializer throws from getting out. */
internal class Codec(
    private val registry: SerializerRegistry,
    /** Values of at least so many bytes are compressed; null = none are. */
    private val gzipThreshold: Int?,
) {
    /**
     * The bytes and labels of [value].
     *
     * @throws IllegalArgumentException if [format] is not registered
     * @throws EncodingFailedException if the value cannot be written in it
     */
    fun encode(
        key: String,
        value: Any?,
        type: ValueType,
        format: String?,
    ): Encoded {
        val id = format ?: if (type.rawClass == ByteArray::class.java) Formats.BYTES else Formats.JSON
        requireWritable(id)
        val plain = plain(key, value, type, id)
        val data = plain.data
        if (gzipThreshold != null && data.size >= gzipThreshold && data.size <= Gzip.MAX_INFLATED) {
            val packed = Gzip.compress(data)
            if (packed.size < data.size) return Encoded(packed, id + Formats.GZIP_SUFFIX, plain.shape)
        }
        return plain
    }

    /**
     * The JSON text of [value], whatever its size.
     *
     * @throws EncodingFailedException if it has none
     */
    fun json(
        key: String,
        value: Any?,
        type: ValueType,
    ): ByteArray = plain(key, value, type, Formats.JSON).data

    private fun plain(
        key: String,
        value: Any?,
        type: ValueType,
        id: String,
    ): Encoded {
        val (serializer, shape) =
            serializer(id, type) { failed(key, id, type, it) }
                ?: throw EncodingFailedException(
                    key,
                    "no serializer for $type in the format $id (is it @Serializable?)",
                )
        return Encoded(guarded({ serializer.encode(value, type) }) { failed(key, id, type, it) }, id, shape)
    }

    /** Refuses a format that nobody registered. */
    fun requireWritable(format: String) {
        require(registry.knows(format) && format != Formats.ORJSON) {
            "no serializer writes the format '$format'; there are ${registry.formats}"
        }
    }

    /** The format in which a value that came from [format] can be written. */
    fun writable(format: String): String =
        format.removeSuffix(Formats.GZIP_SUFFIX).let { if (it == Formats.ORJSON) Formats.JSON else it }

    /** Whether rows of [format] can be read, given the right type. */
    fun knows(format: String): Boolean = registry.knows(format.removeSuffix(Formats.GZIP_SUFFIX))

    /**
     * The value of [entry] as [type].
     *
     * @throws Unreadable if there is none
     */
    fun decode(
        entry: StoredEntry,
        type: ValueType,
    ): Any? {
        val compressed = entry.format.endsWith(Formats.GZIP_SUFFIX)
        val id = entry.format.removeSuffix(Formats.GZIP_SUFFIX)
        if (!registry.knows(id)) throw Unreadable(MissReason.FORMAT, "no serializer reads the format $id")
        val (serializer, shape) =
            serializer(id, type) { unreadable(id, type, it) }
                ?: throw Unreadable(MissReason.DECODING, "no serializer for $type in the format $id")
        if (entry.shape != 0L && shape != 0L && entry.shape != shape) {
            throw Unreadable(MissReason.SHAPE, "the entry was written from another shape than $type has")
        }
        val value =
            guarded({
                val data = if (compressed) Gzip.inflate(entry.data) else entry.data
                serializer.decode(data, type)
            }) { unreadable(id, type, it) }
        if (value != null && !type.rawClass.isInstance(value)) {
            throw Unreadable(MissReason.DECODING, "$id gave a ${value.javaClass.name} for $type")
        }
        return value
    }

    /** The serializer for [type], with the hash of the type's shape, or null where none supports it. */
    private inline fun serializer(
        id: String,
        type: ValueType,
        failed: (Throwable) -> Nothing,
    ): Pair<Serializer, Long>? = guarded({ registry.find(id, type)?.let { it to it.shape(type) } }, failed)

    private fun failed(
        key: String,
        id: String,
        type: ValueType,
        failure: Throwable,
    ): Nothing = throw EncodingFailedException(key, "$id: ${failure.javaClass.name} on a value of $type", failure)

    private fun unreadable(
        id: String,
        type: ValueType,
        failure: Throwable,
    ): Nothing = throw Unreadable(MissReason.DECODING, "$id: ${failure.javaClass.name} for $type", failure)

    /** Runs foreign code and hands what it throws to [failed]; deep nesting ends in a StackOverflowError, which is its failure too. */
    private inline fun <R> guarded(
        block: () -> R,
        failed: (Throwable) -> Nothing,
    ): R =
        try {
            block()
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (fatal: VirtualMachineError) {
            if (fatal is StackOverflowError) failed(fatal) else throw fatal
        } catch (failure: Throwable) {
            failed(failure)
        }
}
