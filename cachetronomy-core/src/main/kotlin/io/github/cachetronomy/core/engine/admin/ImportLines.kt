package io.github.cachetronomy.core.engine.admin

import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.engine.writes.PythonReaders
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.core.serialization.MarkedJson
import io.github.cachetronomy.core.serialization.RawBytes
import io.github.cachetronomy.core.serialization.strictUtf8
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.TimeText
import io.github.cachetronomy.core.text.requireKey
import io.github.cachetronomy.core.text.requireProfileName
import io.github.cachetronomy.core.text.requireTag
import java.nio.charset.CharacterCodingException
import java.util.Base64

/** Makes entries of lines as [ExportLine] writes them. */
internal class ImportLines(
    private val clock: CacheClock,
    private val pythonReaders: PythonReaders,
) {
    /**
     * The entry of a line, or null where it is expired.
     *
     * @throws IllegalArgumentException if the line is none of an export
     */
    fun entry(line: ByteArray): StoredEntry? {
        val properties = properties(line)
        val now = clock.now()
        val expiresAt = expiry(properties)
        val format = format(properties)
        val entry =
            StoredEntry(
                requireKey(text(properties, ExportLine.KEY)),
                data(properties, format),
                format,
                expiresAt,
                tags(properties[ExportLine.TAGS]),
                version(properties),
                profile(properties),
                now,
                shape(properties),
            )
        if (expiresAt <= now) return null
        pythonReaders.writing(entry.key, format)
        return entry
    }

    private fun properties(line: ByteArray): Map<*, *> {
        val text =
            try {
                strictUtf8(line)
            } catch (failure: CharacterCodingException) {
                throw IllegalArgumentException("it is no UTF-8", failure)
            }
        val properties = requireNotNull(MarkedJson.read(text) as? Map<*, *>) { "it is no object" }
        val unknown = properties.keys - KNOWN
        require(unknown.isEmpty()) { "it has a property that an export does not have" }
        require(ExportLine.DATA in properties) { "it has no ${ExportLine.DATA}" }
        return properties
    }

    private fun text(
        properties: Map<*, *>,
        name: String,
    ): String = requireNotNull(properties[name] as? String) { "$name is no text" }

    private fun format(properties: Map<*, *>): String {
        val format = text(properties, ExportLine.FORMAT)
        require(FORMAT_ID.matches(format)) { "${ExportLine.FORMAT} is no id of a format" }
        pythonReaders.requireFormat(format)
        return format
    }

    private fun expiry(properties: Map<*, *>): Long =
        requireNotNull(TimeText.parse(text(properties, ExportLine.EXPIRY))) { "${ExportLine.EXPIRY} is no time" }

    private fun tags(tags: Any?): List<String> =
        requireNotNull(tags as? List<*> ?: NO_TAGS.takeIf { tags == null }) { "${ExportLine.TAGS} is no list" }.map {
            requireTag(requireNotNull(it as? String) { "a tag is no text" })
        }

    private fun version(properties: Map<*, *>): Long {
        val version = properties[ExportLine.VERSION] ?: 1L
        require(version is Long && version >= 1) { "${ExportLine.VERSION} is no number from 1 on" }
        return version
    }

    private fun profile(properties: Map<*, *>): String {
        val profile = properties[ExportLine.PROFILE] ?: Profile.DEFAULT
        return requireProfileName(requireNotNull(profile as? String) { "${ExportLine.PROFILE} is no text" })
    }

    private fun shape(properties: Map<*, *>): Long {
        val shape = properties[ExportLine.SHAPE] ?: return 0L
        val hash = (shape as? String)?.toULongOrNull(ExportLine.HEX)
        return requireNotNull(hash) { "${ExportLine.SHAPE} is no hash" }.toLong()
    }

    private fun data(
        properties: Map<*, *>,
        format: String,
    ): ByteArray {
        if (ExportLine.BYTES in properties) return Base64.getDecoder().decode(text(properties, ExportLine.BYTES))
        val value = properties[ExportLine.DATA]
        if (value is RawBytes) return value.data
        val encoded = runCatching { ExportLine.encoded(value, format) }
        // What an encoder says may name what it was given.
        require(encoded.isSuccess) { "${ExportLine.DATA} cannot be written in its format" }
        return requireNotNull(encoded.getOrNull()) { "${ExportLine.DATA} has to be given as bytes in its format" }
    }

    private companion object {
        val NO_TAGS = emptyList<String>()
        val FORMAT_ID = Regex("[a-z0-9_-]{1,32}(${Regex.escape(Formats.GZIP_SUFFIX)})?")
        val KNOWN =
            with(ExportLine) { setOf(KEY, FORMAT, EXPIRY, TAGS, VERSION, PROFILE, DATA, BYTES, SHAPE) }
    }
}
