package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.IdleEntries
import io.github.cachetronomy.core.spi.IdleEntry
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.TimeText
import java.sql.ResultSet

/** The table `cache`: reads, writes and removals by key as prepared text, the rest as [ColdEntries] does it. */
internal class SqliteEntries(
    private val readers: SqliteReaders,
    private val writer: SqliteWriter,
    listing: SqliteListing,
) : EntryStore {
    private val removals = SqliteRemovals(readers, writer)
    private val cold = ColdEntries(writer, listing)

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

    override fun has(key: String): Boolean =
        if (writer.inTransaction) hasOn(writer.connection(), key) else readers.read { hasOn(it, key) }

    override fun removalMark(): Long = removals.mark()

    override fun removedSince(
        mark: Long,
        key: String,
        tags: Collection<String>,
        profile: String,
    ): Boolean = removals.since(mark, key, tags, profile)

    override fun put(entry: StoredEntry) {
        val key = entry.key.encodeToByteArray()
        val labels = RowLabels.of(entry)
        val header =
            if (entry.createdAt == StoredEntry.UNKNOWN) {
                null
            } else {
                RowHeader(entry.checksum, entry.expiresAt, entry.createdAt, entry.shape)
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

    private fun readOn(
        connection: SqliteConnection,
        key: String,
    ): StoredEntry? {
        val statement = connection.prepared(HotSql.READ)
        statement.setString(1, key)
        return statement.executeQuery().use { rows -> if (rows.next()) entry(key, rows) else null }
    }

    private fun hasOn(
        connection: SqliteConnection,
        key: String,
    ): Boolean {
        val statement = connection.prepared(HotSql.HAS)
        statement.setString(1, key)
        return statement.executeQuery().use(ResultSet::next)
    }

    private fun entry(
        key: String,
        rows: ResultSet,
    ): StoredEntry {
        val data = rows.getBytes(1) ?: ByteArray(0)
        return RowCodec.entry(key, data, data.size, rows.getBytes(2), rows.getBytes(3) ?: ByteArray(0))
    }

    override fun count(): Long = cold.count()

    override fun page(page: EntryPage): List<PagedEntry> = cold.page(page)

    override fun touch(
        key: String,
        expiresAt: Long,
    ): Boolean = cold.touch(key, expiresAt)

    override fun deleteByTags(
        tags: Set<String>,
        match: TagMatch,
    ): List<RemovedEntry> {
        if (tags.isEmpty() && match != TagMatch.EXACT) return emptyList()
        removals.noteTags(tags, match)
        return cold.deleteByTags(tags, match)
    }

    override fun deleteByPrefix(prefix: String): List<RemovedEntry> {
        removals.notePrefix(prefix)
        return cold.deleteByPrefix(prefix)
    }

    override fun deleteByProfile(profile: String): List<RemovedEntry> {
        removals.noteProfile(profile)
        return cold.deleteByProfile(profile)
    }

    override fun deleteExpired(
        now: Long,
        limit: Int,
    ): List<RemovedEntry> = cold.deleteExpired(now, limit)

    override fun deleteByTags(
        tags: Set<String>,
        match: TagMatch,
        prefix: String,
    ): List<RemovedEntry> {
        if (tags.isEmpty() && match != TagMatch.EXACT) return emptyList()
        removals.noteTags(tags, match, prefix)
        return cold.deleteByTags(tags, match, prefix)
    }

    override fun deleteByProfile(
        profile: String,
        prefix: String,
    ): List<RemovedEntry> {
        removals.noteProfile(profile, prefix)
        return cold.deleteByProfile(profile, prefix)
    }

    override fun deleteExpired(
        now: Long,
        limit: Int,
        prefix: String,
    ): List<RemovedEntry> = cold.deleteExpired(now, limit, prefix)

    override fun deleteAll(): Long {
        removals.noteEverything()
        return cold.deleteAll()
    }

    override fun leastUsed(
        now: Long,
        bytes: Long,
        limit: Int,
    ): List<IdleEntry> {
        val idle = IdleEntries(now, bytes, limit)
        var after: Long? = Long.MIN_VALUE
        // Page by page, a read of its own each, so that the log beside the file can be worked off in between.
        while (after != null) after = readers.read { offerRows(it, checkNotNull(after), idle) }
        return idle.inOrder()
    }

    /** Gives the place to go on from, or null at the end. */
    private fun offerRows(
        connection: SqliteConnection,
        after: Long,
        idle: IdleEntries,
    ): Long? {
        var last: Long? = null
        val statement = connection.prepared(HotSql.IDLE)
        statement.setLong(1, after)
        statement.executeQuery().use { rows ->
            while (rows.next()) {
                val place = rows.getLong(1).also { last = it }
                val written = RowHeader.writtenAt(rows.getBytes(2)) ?: StoredEntry.UNKNOWN
                val expiresAt = rows.getString(3)?.let(TimeText::parse) ?: StoredEntry.NEVER
                val read = rows.getString(5)?.let(TimeText::parse) ?: StoredEntry.UNKNOWN
                idle.offer(IdleEntry(place, written, expiresAt, rows.getLong(4)), read)
            }
        }
        return last
    }

    override fun cull(rows: List<IdleEntry>): List<RemovedEntry> = cold.cull(rows)

    private companion object {
        const val READ_CHUNK = 500
    }
}
