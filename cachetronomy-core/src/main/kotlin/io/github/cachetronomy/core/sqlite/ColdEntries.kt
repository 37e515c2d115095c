package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.IdleEntry
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.TagText
import io.github.cachetronomy.core.text.TimeText
import io.github.cachetronomy.core.text.endOfPrefix
import org.jetbrains.exposed.v1.core.Op
import org.jetbrains.exposed.v1.core.ResultRow
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.and
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.core.greater
import org.jetbrains.exposed.v1.core.greaterEq
import org.jetbrains.exposed.v1.core.inList
import org.jetbrains.exposed.v1.core.less
import org.jetbrains.exposed.v1.core.lessEq
import org.jetbrains.exposed.v1.core.like
import org.jetbrains.exposed.v1.core.notLike
import org.jetbrains.exposed.v1.core.or
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import org.jetbrains.exposed.v1.jdbc.deleteAll
import org.jetbrains.exposed.v1.jdbc.deleteReturning
import org.jetbrains.exposed.v1.jdbc.deleteWhere
import org.jetbrains.exposed.v1.jdbc.select
import org.jetbrains.exposed.v1.jdbc.selectAll
import org.jetbrains.exposed.v1.jdbc.update
import java.util.HexFormat

/** What is asked of the table `cache` now and then: listings, and removals of many, through Exposed. */
internal class ColdEntries(
    private val writer: SqliteWriter,
    private val listing: SqliteListing,
) {
    fun page(page: EntryPage): List<PagedEntry> =
        cold {
            val columns =
                listOfNotNull(
                    KeyBytes,
                    RowIdExpression,
                    CacheTable.header,
                    LabelsExpression,
                    SizeExpression,
                    CacheTable.data.takeIf { page.withData },
                )
            CacheTable
                .select(columns)
                .where { selected(page) }
                .orderBy((if (page.order == KeyOrder.SORTED) CacheTable.key else RowIdExpression) to SortOrder.ASC)
                .limit(page.limit)
                .map { paged(it, page.order) }
        }

    fun count(): Long = cold { CacheTable.selectAll().count() }

    fun touch(
        key: String,
        expiresAt: Long,
    ): Boolean =
        writer.cold {
            val row =
                CacheTable.select(CacheTable.header, LabelsExpression).where { CacheTable.key eq key }.firstOrNull()
                    ?: return@cold false
            val labels = RowLabels.parse(row.getOrNull(LabelsExpression).orEmpty()) ?: return@cold false
            val moved =
                RowLabels(labels.format, TimeText.format(expiresAt), labels.version, labels.profile, labels.tags)
            val header = row[CacheTable.header]
            CacheTable.update({ CacheTable.key eq key }) {
                it[expireAt] = moved.expireAt
                it[this.header] = header?.let { bytes -> resealed(bytes, key, labels, moved, expiresAt) }
            }
            true
        }

    fun deleteByTags(
        tags: Set<String>,
        match: TagMatch,
        prefix: String = "",
    ): List<RemovedEntry> =
        writer.cold {
            val candidates = within(prefix, mayHave(tags))
            if (tags.isEmpty() || match == TagMatch.ANY) return@cold deleteReturning(candidates)
            // ALL and EXACT: SQL finds the candidates, the comparison of sets is made here.
            CacheTable
                .select(RowIdExpression, CacheTable.key, CacheTable.expireAt, CacheTable.tags)
                .where { candidates }
                .filter { match.selects(tags, TagText.parse(it[CacheTable.tags]).orEmpty()) }
                .let(::deleteRows)
        }

    /** Rows that any match of [tags] may select; of no tags, the untagged. */
    private fun mayHave(tags: Set<String>): Op<Boolean> =
        if (tags.isEmpty()) CacheTable.tags eq TagText.format(emptyList()) else HasAnyTag(tags)

    fun deleteByPrefix(prefix: String): List<RemovedEntry> = writer.cold { deleteReturning(startsWith(prefix)) }

    fun deleteByProfile(
        profile: String,
        prefix: String = "",
    ): List<RemovedEntry> = writer.cold { deleteReturning(within(prefix, CacheTable.savedByProfile eq profile)) }

    fun deleteExpired(
        now: Long,
        limit: Int,
        prefix: String = "",
    ): List<RemovedEntry> =
        writer.cold {
            // Times in UTC sort as text, and the index finds them. Those with another offset are read one by one.
            val due = (CacheTable.expireAt lessEq TimeText.format(now)) and (CacheTable.expireAt like UTC)
            val inUtc = expired(within(prefix, due), now).take(limit).toList()
            val others = within(prefix, CacheTable.expireAt notLike UTC)
            val elsewhere = expired(others, now).take(limit - inUtc.size).toList()
            deleteRows(inUtc + elsewhere)
        }

    private fun expired(
        candidates: Op<Boolean>,
        now: Long,
    ): Sequence<ResultRow> =
        CacheTable
            .select(RowIdExpression, CacheTable.key, CacheTable.expireAt)
            .where { candidates }
            .asSequence()
            .filter { row -> TimeText.parse(row[CacheTable.expireAt])?.let { it <= now } ?: false }

    fun cull(rows: List<IdleEntry>): List<RemovedEntry> =
        writer.cold {
            val found = rows.associateBy { it.place }
            rows.chunked(DELETE_CHUNK).flatMap { chunk ->
                CacheTable
                    .select(RowIdExpression, CacheTable.key, CacheTable.expireAt, CacheTable.header)
                    .where { RowIdExpression inList chunk.map { it.place } }
                    .filter { isAsFound(it, found.getValue(it[RowIdExpression])) }
                    .let(::deleteRows)
            }
        }

    /** Whether nobody has written the row since, nor a vacuum put another in its place. */
    private fun isAsFound(
        row: ResultRow,
        found: IdleEntry,
    ): Boolean =
        (RowHeader.writtenAt(row[CacheTable.header]) ?: StoredEntry.UNKNOWN) == found.writtenAt &&
            (TimeText.parse(row[CacheTable.expireAt]) ?: StoredEntry.NEVER) == found.expiresAt

    fun deleteAll(): Long = writer.cold { CacheTable.deleteAll().toLong() }

    private fun paged(
        row: ResultRow,
        order: KeyOrder,
    ): PagedEntry {
        val key = row[KeyBytes]
        val labels = row.getOrNull(LabelsExpression).orEmpty().encodeToByteArray()
        val data = row.getOrNull(CacheTable.data)
        val entry =
            RowCodec.entry(key.decodeToString(), data, row[SizeExpression].toInt(), row[CacheTable.header], labels)
        return PagedEntry(
            entry,
            if (order == KeyOrder.SORTED) HexFormat.of().formatHex(key) else row[RowIdExpression].toString(),
        )
    }

    private fun behind(
        cursor: String,
        order: KeyOrder,
    ): Op<Boolean> =
        when (order) {
            KeyOrder.SORTED -> KeyBehind(HexFormat.of().parseHex(cursor))
            KeyOrder.INSERTION -> RowIdExpression greater cursor.toLong()
        }

    private fun selected(page: EntryPage): Op<Boolean> {
        var selected: Op<Boolean> = HasTextKey
        if (page.prefix.isNotEmpty()) selected = selected and startsWith(page.prefix)
        page.after?.let { selected = selected and behind(it, page.order) }
        page.tags?.let { selected = selected and mayHave(it) }
        // Text that is no time in UTC is given to the reader, who knows what to make of it.
        page.liveAt?.let {
            val live = (CacheTable.expireAt greater TimeText.format(it)) or (CacheTable.expireAt notLike UTC)
            selected = selected and live
        }
        return selected
    }

    private fun startsWith(prefix: String): Op<Boolean> {
        val from = CacheTable.key greaterEq prefix
        return endOfPrefix(prefix)?.let { from and (CacheTable.key less it) } ?: from
    }

    private fun within(
        prefix: String,
        selected: Op<Boolean>,
    ): Op<Boolean> = if (prefix.isEmpty()) selected else startsWith(prefix) and selected

    private fun deleteReturning(where: Op<Boolean>): List<RemovedEntry> =
        CacheTable.deleteReturning(listOf(CacheTable.key, CacheTable.expireAt)) { where }.mapNotNull(::removed)

    private fun deleteRows(rows: List<ResultRow>): List<RemovedEntry> {
        rows.chunked(DELETE_CHUNK).forEach { chunk ->
            CacheTable.deleteWhere { RowIdExpression inList chunk.map { it[RowIdExpression] } }
        }
        return rows.mapNotNull(::removed)
    }

    /** What is told of a row that was removed: nothing where it had no key. */
    private fun removed(row: ResultRow): RemovedEntry? {
        val key: String? = row.getOrNull(CacheTable.key)
        return key?.let { RemovedEntry(it, TimeText.parse(row[CacheTable.expireAt]) ?: StoredEntry.NEVER) }
    }

    /** The header with the new expiry. The value's checksum is carried over, so the value need not be read. */
    private fun resealed(
        header: ByteArray,
        key: String,
        labels: RowLabels,
        moved: RowLabels,
        expiresAt: Long,
    ): ByteArray {
        val keyBytes = key.encodeToByteArray()
        // A header that does not fit stays as it is: the row was damaged before and is not to look sound now.
        val opened = RowHeader.open(header, keyBytes, labels.text().encodeToByteArray()) ?: return header
        val resealed = RowHeader(opened.dataSum, expiresAt, opened.createdAt, opened.shape)
        return resealed.seal(keyBytes, moved.text().encodeToByteArray())
    }

    private fun <R> cold(block: JdbcTransaction.() -> R): R =
        if (writer.inTransaction) writer.cold(block) else listing.run(block)

    private companion object {
        const val DELETE_CHUNK = 500
        const val UTC = "%T%+00:00"
    }
}
