package io.github.cachetronomy.core.serialization

/** The ids of the formats that every cache can write and read. */
public object Formats {
    /** JSON text in UTF-8; the default. Python reads it. */
    public const val JSON: String = "json"

    /** CBOR (RFC 8949). */
    public const val CBOR: String = "cbor"

    /** Protocol Buffers as kotlinx.serialization writes them: the smallest and fastest, for Kotlin-serializable classes only. */
    public const val PROTOBUF: String = "protobuf"

    /** MessagePack. Python reads it. */
    public const val MSGPACK: String = "msgpack"

    /** A byte array as it is; the default for byte arrays. */
    public const val BYTES: String = "bytes"

    /** A string in UTF-8, without quotes. */
    public const val STRING: String = "string"

    /** JSON as Python's orjson writes it; read like [JSON], never written. */
    internal const val ORJSON: String = "orjson"

    /** Whether the Python package reads rows of [format]. */
    internal fun isReadableByPython(format: String): Boolean = format == JSON || format == MSGPACK || format == ORJSON

    /** Follows the id of a format whose bytes are compressed with gzip (RFC 1952). */
    internal const val GZIP_SUFFIX: String = "+gzip"
}
