package io.github.cachetronomy.core.engine.admin

import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.core.serialization.MarkedJson
import io.github.cachetronomy.core.serialization.RawBytes
import io.github.cachetronomy.core.serialization.UntypedJsonReader
import io.github.cachetronomy.core.serialization.UntypedMessagePackReader
import io.github.cachetronomy.core.serialization.strictUtf8
import io.github.cachetronomy.core.serialization.writeUntypedJson
import io.github.cachetronomy.core.serialization.writeUntypedMessagePack
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.TimeText
import java.util.Base64

/**
 * An entry as a line of an export. Values in a format that anybody can read stand there as values, all others as
 * their bytes. Where writing the value again would give other bytes than the stored ones, those stand beside it.
 */
internal object ExportLine {
    fun of(entry: StoredEntry): String {
        val value = if (entry.fault == null) value(entry) else null
        return value?.let { MarkedJson.readableText(properties(entry, it)) }
            ?: MarkedJson.text(properties(entry, Value(RawBytes(entry.data), exact = true)))
    }

    /** The bytes of [value] in [format], or null where the format is not one that anybody can write. */
    fun encoded(
        value: Any?,
        format: String,
    ): ByteArray? =
        when (format) {
            Formats.JSON, Formats.ORJSON -> writeUntypedJson(value)
            Formats.MSGPACK -> writeUntypedMessagePack(value)
            else -> null
        }

    private class Value(
        val value: Any?,
        /** Whether its bytes can be made from it. */
        val exact: Boolean,
    )

    /** The value, or null where it can only be given as bytes. */
    private fun value(entry: StoredEntry): Value? =
        runCatching {
            val value =
                when (entry.format) {
                    Formats.JSON, Formats.ORJSON -> UntypedJsonReader(strictUtf8(entry.data)).read()
                    Formats.MSGPACK -> UntypedMessagePackReader(entry.data).read()
                    else -> return null
                }
            Value(value, encoded(value, entry.format).contentEquals(entry.data))
        }.getOrNull()

    private fun properties(
        entry: StoredEntry,
        value: Value,
    ): Map<String, Any?> =
        buildMap {
            put(KEY, entry.key)
            put(FORMAT, entry.format)
            put(EXPIRY, TimeText.format(entry.expiresAt))
            put(TAGS, entry.tags)
            put(VERSION, entry.version)
            put(PROFILE, entry.profile)
            put(DATA, value.value)
            if (!value.exact) put(BYTES, Base64.getEncoder().encodeToString(entry.data))
            if (entry.shape != 0L) put(SHAPE, entry.shape.toULong().toString(HEX))
        }

    const val KEY = "key"
    const val FORMAT = "fmt"
    const val EXPIRY = "expire_at"
    const val TAGS = "tags"
    const val VERSION = "version"
    const val PROFILE = "saved_by_profile"
    const val DATA = "data"

    /** The stored bytes in base64, where [DATA] alone would not give them. */
    const val BYTES = "bytes"

    /** The hash of the shape of the value's class in hexadecimal, where there is one. */
    const val SHAPE = "shape"
    const val HEX = 16
}
