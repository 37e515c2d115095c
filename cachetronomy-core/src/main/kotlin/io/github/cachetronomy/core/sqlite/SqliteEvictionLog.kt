package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.spi.EvictionLogStore
import io.github.cachetronomy.core.spi.LoggedRow
import io.github.cachetronomy.core.text.TimeText
import org.jetbrains.exposed.v1.core.Op
import org.jetbrains.exposed.v1.core.ResultRow
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.and
import org.jetbrains.exposed.v1.core.greater
import org.jetbrains.exposed.v1.core.inList
import org.jetbrains.exposed.v1.core.less
import org.jetbrains.exposed.v1.core.lessEq
import org.jetbrains.exposed.v1.core.longParam
import org.jetbrains.exposed.v1.core.notInSubQuery
import org.jetbrains.exposed.v1.core.or
import org.jetbrains.exposed.v1.core.stringParam
import org.jetbrains.exposed.v1.jdbc.batchInsert
import org.jetbrains.exposed.v1.jdbc.deleteAll
import org.jetbrains.exposed.v1.jdbc.deleteWhere
import org.jetbrains.exposed.v1.jdbc.insert
import org.jetbrains.exposed.v1.jdbc.select
import org.jetbrains.exposed.v1.jdbc.selectAll
import java.time.Instant

/** The table `eviction_log`. A row's place is its id. */
internal class SqliteEvictionLog(
    private val writer: SqliteWriter,
    private val listing: SqliteListing,
) : EvictionLogStore {
    override fun add(records: List<EvictionRecord>) {
        writer.cold { insert(records) }
    }

    override fun addEntries(
        known: List<EvictionRecord>,
        others: EvictionRecord,
        limit: Long,
    ) {
        writer.cold {
            val last = lastPlace() ?: 0L
            val first = known.take(minOf(limit, Int.MAX_VALUE.toLong()).toInt())
            insert(first)
            // Those of known for which there was no room are not to come back as others.
            val room = limit - known.size
            if (room > 0) insertFromEntries(last, others, minOf(room, Int.MAX_VALUE.toLong()).toInt())
        }
    }

    /** A row like [others] for each entry whose key is in no row behind [last]. */
    private fun insertFromEntries(
        last: Long,
        others: EvictionRecord,
        most: Int,
    ) {
        val named = EvictionLogTable.select(EvictionLogTable.key).where { EvictionLogTable.id greater last }
        val rows =
            CacheTable
                .select(
                    CacheTable.key,
                    stringParam(TimeText.format(TimeText.micros(others.evictedAt))),
                    stringParam(others.reason),
                    longParam(others.reads),
                    stringParam(others.profile),
                ).where { HasTextKey and (CacheTable.key notInSubQuery named) }
                .orderBy(RowIdExpression to SortOrder.ASC)
                .limit(most)
        with(EvictionLogTable) { insert(rows, listOf(key, evictedAt, reason, lastAccessCount, evictedByProfile)) }
    }

    private fun insert(records: List<EvictionRecord>) {
        EvictionLogTable.batchInsert(records, shouldReturnGeneratedValues = false) { record ->
            this[EvictionLogTable.key] = record.key
            this[EvictionLogTable.evictedAt] = TimeText.format(TimeText.micros(record.evictedAt))
            this[EvictionLogTable.reason] = record.reason
            this[EvictionLogTable.lastAccessCount] = record.reads
            this[EvictionLogTable.evictedByProfile] = record.profile
        }
    }

    override fun recent(limit: Int): List<EvictionRecord> = page(null, limit).map { it.record }

    override fun page(
        after: Long?,
        limit: Int,
    ): List<LoggedRow<EvictionRecord>> =
        listing.run {
            EvictionLogTable
                .selectAll()
                .where { if (after == null) Op.TRUE else EvictionLogTable.id less after }
                .orderBy(EvictionLogTable.id to SortOrder.DESC)
                .limit(limit)
                .map { LoggedRow(record(it), it[EvictionLogTable.id]) }
        }

    override fun beyond(
        maxRows: Long?,
        oldest: Instant?,
        limit: Int,
    ): List<Long> =
        listing.run {
            val lastTooMany = maxRows?.let(::lastPlace)
            val tooMany = lastTooMany?.let { EvictionLogTable.id lessEq it } ?: Op.FALSE
            val old = oldest?.let { LogRows.before(EvictionLogTable.evictedAt, it) } ?: Op.FALSE
            EvictionLogTable
                .select(EvictionLogTable.id)
                .where { tooMany or old }
                .orderBy(EvictionLogTable.id to SortOrder.ASC)
                .limit(limit)
                .map { it[EvictionLogTable.id] }
        }

    override fun deleteRows(places: List<Long>) {
        writer.cold { LogRows.chunked(places) { EvictionLogTable.deleteWhere { EvictionLogTable.id inList it } } }
    }

    override fun deleteAll(): Long = writer.cold { EvictionLogTable.deleteAll().toLong() }

    /** The id of the newest row but [newer], or null where there are not as many. */
    private fun lastPlace(newer: Long = 0): Long? =
        EvictionLogTable
            .select(EvictionLogTable.id)
            .orderBy(EvictionLogTable.id to SortOrder.DESC)
            .limit(1)
            .offset(newer)
            .firstOrNull()
            ?.get(EvictionLogTable.id)

    private fun record(row: ResultRow) =
        EvictionRecord(
            LogRows.text(row, EvictionLogTable.key),
            LogRows.time(row, EvictionLogTable.evictedAt),
            LogRows.text(row, EvictionLogTable.reason),
            row[EvictionLogTable.lastAccessCount],
            LogRows.text(row, EvictionLogTable.evictedByProfile),
        ).withId(row[EvictionLogTable.id]).withStoredTime(LogRows.text(row, EvictionLogTable.evictedAt))
}
