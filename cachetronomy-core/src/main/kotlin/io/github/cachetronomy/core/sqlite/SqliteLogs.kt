package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.spi.AccessLogStore
import io.github.cachetronomy.core.spi.EvictionLogStore
import io.github.cachetronomy.core.text.TimeText
import org.jetbrains.exposed.v1.core.ResultRow
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.core.plus
import org.jetbrains.exposed.v1.jdbc.batchInsert
import org.jetbrains.exposed.v1.jdbc.batchUpsert
import org.jetbrains.exposed.v1.jdbc.selectAll
import java.time.Instant

/** The table `access_log`. */
internal class SqliteAccessLog(
    private val writer: SqliteWriter,
    private val listing: SqliteListing,
) : AccessLogStore {
    override fun add(records: List<AccessRecord>) {
        writer.cold {
            // In key order neighbouring rows share their page.
            AccessLogTable.batchUpsert(
                records.sortedBy { it.key },
                onUpdate = {
                    it[AccessLogTable.accessCount] =
                        AccessLogTable.accessCount + insertValue(AccessLogTable.accessCount)
                    it[AccessLogTable.lastAccessed] = insertValue(AccessLogTable.lastAccessed)
                    it[AccessLogTable.lastAccessedByProfile] = insertValue(AccessLogTable.lastAccessedByProfile)
                },
                shouldReturnGeneratedValues = false,
            ) { record ->
                this[AccessLogTable.key] = record.key
                this[AccessLogTable.accessCount] = record.reads
                this[AccessLogTable.lastAccessed] = TimeText.format(TimeText.micros(record.lastAccessed))
                this[AccessLogTable.lastAccessedByProfile] = record.profile
            }
        }
    }

    override fun top(limit: Int): List<AccessRecord> =
        listing.run {
            AccessLogTable
                .selectAll()
                .orderBy(AccessLogTable.accessCount to SortOrder.DESC, AccessLogTable.key to SortOrder.ASC)
                .limit(limit)
                .map(::record)
        }

    override fun find(key: String): AccessRecord? =
        listing.run {
            AccessLogTable
                .selectAll()
                .where { AccessLogTable.key eq key }
                .firstOrNull()
                ?.let(::record)
        }

    private fun record(row: ResultRow) =
        AccessRecord(
            row[AccessLogTable.key],
            row[AccessLogTable.accessCount],
            instantOrEpoch(row[AccessLogTable.lastAccessed]),
            row[AccessLogTable.lastAccessedByProfile],
        )
}

/** The table `eviction_log`. */
internal class SqliteEvictionLog(
    private val writer: SqliteWriter,
    private val listing: SqliteListing,
) : EvictionLogStore {
    override fun add(records: List<EvictionRecord>) {
        writer.cold {
            EvictionLogTable.batchInsert(records, shouldReturnGeneratedValues = false) { record ->
                this[EvictionLogTable.key] = record.key
                this[EvictionLogTable.evictedAt] = TimeText.format(TimeText.micros(record.evictedAt))
                this[EvictionLogTable.reason] = record.reason
                this[EvictionLogTable.lastAccessCount] = record.reads
                this[EvictionLogTable.evictedByProfile] = record.profile
            }
        }
    }

    override fun recent(limit: Int): List<EvictionRecord> =
        listing.run {
            EvictionLogTable.selectAll().orderBy(EvictionLogTable.id to SortOrder.DESC).limit(limit).map { row ->
                EvictionRecord(
                    row[EvictionLogTable.key],
                    instantOrEpoch(row[EvictionLogTable.evictedAt]),
                    row[EvictionLogTable.reason],
                    row[EvictionLogTable.lastAccessCount],
                    row[EvictionLogTable.evictedByProfile],
                )
            }
        }
}

/** A log row with an unreadable time is still worth showing. */
private fun instantOrEpoch(text: String): Instant = TimeText.parse(text)?.let(TimeText::instant) ?: Instant.EPOCH
