package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.EntryStore
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
import java.sql.ResultSet
import java.util.HexFormat

/** The table `cache`: reads by key and upserts as prepared text, the rest through Exposed. */
internal class SqliteEntries(
    private val readers: SqliteReaders,
    private val writer: SqliteWriter,
    private val listing: SqliteListing,
) : EntryStore {
    private val removals = SqliteRemovals(readers, writer)

    override fun read(key: String): StoredEntry? =
        if (writer.inTransaction) readOn(writer.connection(), key) else readers.read { readOn(it, key) }

    override fun readAll(keys: Collection<String>): Map<String, StoredEntry> {
        val found = HashMap<String, StoredEntry>()
        if (writer.inTransaction) {
            val connection = writer.connection()
            keys.forEach { key -> readOn(connection, key)?.let { found[key] = it } }
            return found
        }
        keys.chunked(READ_CHUNK).forEach { chunk ->
            readers.read { connection ->
                // One snapshot for the whole chunk: beginning a read costs more than reading a row.
                connection.execute("BEGIN")
                try {
                    chunk.forEach { key -> readOn(connection, key)?.let { found[key] = it } }
                } finally {
                    connection.execute("COMMIT")
                }
            }
        }
        return found
    }

    override fun page(page: EntryPage): List<PagedEntry> =
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

    override fun removalMark(): Long = removals.mark()

    override fun removedSince(
        mark: Long,
        key: String,
        tags: Collection<String>,
    ): Boolean = removals.since(mark, key, tags)

    override fun count(): Long = cold { CacheTable.selectAll().count() }

    override fun put(entry: StoredEntry) {
        val key = entry.key.encodeToByteArray()
        val labels = RowLabels.of(entry)
        val header =
            if (entry.createdAt == StoredEntry.UNKNOWN) {
                null
            } else {
                RowHeader(RowHeader.sumOf(entry.data), entry.expiresAt, entry.createdAt, entry.shape)
                    .seal(key, labels.text().encodeToByteArray())
            }
        writer.upsert { statement ->
            statement.setString(1, entry.key)
            statement.setBytes(2, entry.data)
            statement.setString(3, labels.format)
            statement.setString(4, labels.expireAt)
            statement.setString(5, labels.tags)
            statement.setLong(6, labels.version)
            statement.setString(7, labels.profile)
            statement.setBytes(8, header)
        }
    }

    override fun touch(
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

    override fun delete(key: String): Long? {
        removals.noteKey(key)
        val connection = writer.connection()
        val row = readOn(connection, key) ?: return null
        connection.prepared(HotSql.DELETE).run {
            setString(1, key)
            executeUpdate()
        }
        return row.expiresAt
    }

    override fun deleteByTags(
        tags: Set<String>,
        match: TagMatch,
    ): List<RemovedEntry> {
        if (tags.isEmpty() && match != TagMatch.EXACT) return emptyList()
        removals.noteTags(tags, match)
        return writer.cold {
            if (tags.isEmpty()) return@cold deleteReturning(CacheTable.tags eq TagText.format(emptyList()))
            if (match == TagMatch.ANY) return@cold deleteReturning(HasAnyTag(tags))
            // ALL and EXACT: SQL finds the candidates, the comparison of sets is made here.
            CacheTable
                .select(RowIdExpression, CacheTable.key, CacheTable.expireAt, CacheTable.tags)
                .where { HasAnyTag(tags) }
                .filter { match.selects(tags, TagText.parse(it[CacheTable.tags]).orEmpty()) }
                .let(::deleteRows)
        }
    }

    override fun deleteByPrefix(prefix: String): List<RemovedEntry> {
        removals.notePrefix(prefix)
        return writer.cold { deleteReturning(startsWith(prefix)) }
    }

    override fun deleteExpired(
        now: Long,
        limit: Int,
    ): List<RemovedEntry> =
        writer.cold {
            // Times in UTC sort as text, and the index finds them. Those with another offset are read one by one.
            val due = (CacheTable.expireAt lessEq TimeText.format(now)) and (CacheTable.expireAt like UTC)
            val inUtc = expired(due, now).take(limit).toList()
            val elsewhere = expired(CacheTable.expireAt notLike UTC, now).take(limit - inUtc.size).toList()
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

    override fun deleteAll(): Long {
        removals.noteEverything()
        return writer.cold { CacheTable.deleteAll().toLong() }
    }

    private fun readOn(
        connection: SqliteConnection,
        key: String,
    ): StoredEntry? {
        val statement = connection.prepared(HotSql.READ)
        statement.setString(1, key)
        return statement.executeQuery().use { rows -> if (rows.next()) entry(key, rows) else null }
    }

    private fun entry(
        key: String,
        rows: ResultSet,
    ): StoredEntry {
        val data = rows.getBytes(1) ?: ByteArray(0)
        return RowCodec.entry(key, data, data.size, rows.getBytes(2), rows.getBytes(3) ?: ByteArray(0))
    }

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
        return RowHeader(
            opened.dataSum,
            expiresAt,
            opened.createdAt,
            opened.shape,
        ).seal(keyBytes, moved.text().encodeToByteArray())
    }

    private fun <R> cold(block: JdbcTransaction.() -> R): R =
        if (writer.inTransaction) writer.cold(block) else listing.run(block)

    private companion object {
        const val READ_CHUNK = 500
        const val DELETE_CHUNK = 500
        const val UTC = "%T%+00:00"
    }
}
