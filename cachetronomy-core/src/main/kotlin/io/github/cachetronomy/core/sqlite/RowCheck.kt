package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.CheckReport
import io.github.cachetronomy.core.spi.StoreFlaw
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.MAX_KEY_LENGTH
import io.github.cachetronomy.core.text.TagText
import io.github.cachetronomy.core.text.TimeText
import org.jetbrains.exposed.v1.core.Expression
import org.jetbrains.exposed.v1.core.ResultRow
import java.util.function.Predicate

/** Says what is wrong with a row of the table `cache`. A row that only another program can read is not wrong. */
internal class RowCheck(
    private val knows: Predicate<String>,
) {
    /** The flaw of a row that was read with [COLUMNS], or null. */
    fun flaw(row: ResultRow): StoreFlaw? {
        val bytes: ByteArray? = row.getOrNull(KeyBytes)
        val key = bytes?.takeIf { row[KeyTypeExpression] == TEXT }?.let(::text)
        val unreadable = unreadable(row, bytes, key)
        if (unreadable != null) return flaw(key, unreadable, place(row))
        return doubt(key.orEmpty(), row.getOrNull(LabelsExpression).orEmpty())?.let { flaw(key, it, null) }
    }

    /** Why nobody can ever read the row, or null. */
    private fun unreadable(
        row: ResultRow,
        bytes: ByteArray?,
        key: String?,
    ): String? {
        val labels: String? = row.getOrNull(LabelsExpression)
        return when {
            bytes == null || row[KeyTypeExpression] != TEXT -> "its key is no text"
            key == null -> "its key is no UTF-8"
            labels == null -> "a column is NULL"
            else -> damage(bytes, labels, row.getOrNull(CacheTable.header), row.getOrNull(CacheTable.data))
        }
    }

    private fun damage(
        key: ByteArray,
        labels: String,
        header: ByteArray?,
        data: ByteArray?,
    ): String? {
        val parsed = RowLabels.parse(labels)
        val opened = header?.let { RowHeader.open(it, key, labels.encodeToByteArray()) }
        return when {
            data == null -> "it has no value"
            parsed == null -> "its version is no number"
            header != null && opened == null -> "its header does not fit the row"
            opened != null && opened.dataSum != StoredEntry.checksumOf(data) -> "its value does not fit its checksum"
            opened == null && TimeText.parse(parsed.expireAt) == null -> "its expiry is no time"
            TagText.parse(parsed.tags) == null -> "its tags are no list of texts"
            else -> null
        }
    }

    /** Why this cache cannot read the row although somebody else may, or null. */
    private fun doubt(
        key: String,
        labels: String,
    ): String? {
        val format = RowLabels.parse(labels)?.format.orEmpty()
        return when {
            key.isEmpty() -> "its key is empty"
            key.length > MAX_KEY_LENGTH -> "its key has ${key.length} chars"
            !knows.test(format) -> "nobody here reads its format"
            else -> null
        }
    }

    private fun flaw(
        key: String?,
        what: String,
        place: String?,
    ) = StoreFlaw(CheckReport.Kind.ENTRY, key, what, place)

    private fun text(bytes: ByteArray): String? =
        runCatching { bytes.decodeToString(throwOnInvalidSequence = true) }.getOrNull()

    companion object {
        /** What has to be read of a row. */
        val COLUMNS: List<Expression<*>> =
            listOf(KeyBytes, KeyTypeExpression, RowIdExpression, CacheTable.header, LabelsExpression, CacheTable.data)

        private const val TEXT = "text"

        private fun place(row: ResultRow): String = row[RowIdExpression].toString()
    }
}
