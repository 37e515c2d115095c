package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.spi.AccessLogStore
import io.github.cachetronomy.core.spi.LoggedRow
import io.github.cachetronomy.core.text.TimeText
import org.jetbrains.exposed.v1.core.ExpressionWithColumnType
import org.jetbrains.exposed.v1.core.IColumnType
import org.jetbrains.exposed.v1.core.LongColumnType
import org.jetbrains.exposed.v1.core.Op
import org.jetbrains.exposed.v1.core.QueryBuilder
import org.jetbrains.exposed.v1.core.ResultRow
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.and
import org.jetbrains.exposed.v1.core.append
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.core.greater
import org.jetbrains.exposed.v1.core.inList
import org.jetbrains.exposed.v1.core.not
import org.jetbrains.exposed.v1.core.plus
import org.jetbrains.exposed.v1.jdbc.batchUpsert
import org.jetbrains.exposed.v1.jdbc.deleteAll
import org.jetbrains.exposed.v1.jdbc.deleteWhere
import org.jetbrains.exposed.v1.jdbc.select
import org.jetbrains.exposed.v1.jdbc.selectAll
import java.time.Instant

/** The table `access_log`. A row's place is its rowid, which it keeps when it is added to. */
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
            val counted = top(HasCount, limit)
            // SQLite takes a text for more than any number.
            if (counted.size < limit) counted + top(not(HasCount), limit - counted.size) else counted
        }

    private fun top(
        which: Op<Boolean>,
        limit: Int,
    ): List<AccessRecord> =
        AccessLogTable
            .selectAll()
            .where(which)
            .orderBy(AccessLogTable.accessCount to SortOrder.DESC, AccessLogTable.key to SortOrder.ASC)
            .limit(limit)
            .map(::record)

    override fun find(key: String): AccessRecord? =
        listing.run {
            AccessLogTable
                .selectAll()
                .where { AccessLogTable.key eq key }
                .firstOrNull()
                ?.let(::record)
        }

    override fun page(
        after: Long?,
        limit: Int,
    ): List<LoggedRow<AccessRecord>> =
        listing.run {
            AccessLogTable
                .select(listOf(Place) + AccessLogTable.columns)
                .where { Place greater (after ?: Long.MIN_VALUE) }
                .orderBy(Place to SortOrder.ASC)
                .limit(limit)
                .map { LoggedRow(record(it), it[Place]) }
        }

    override fun beyond(
        maxRows: Long?,
        oldest: Instant?,
        limit: Int,
    ): List<Long> =
        listing.run {
            val places = LinkedHashSet<Long>()
            if (oldest != null) {
                val old = LogRows.before(AccessLogTable.lastAccessed, oldest) and not(HasEntry)
                places +=
                    AccessLogTable
                        .select(Place)
                        .where(old)
                        .orderBy(Place to SortOrder.ASC)
                        .limit(limit)
                        .map { it[Place] }
            }
            val tooMany = if (maxRows == null) 0 else AccessLogTable.selectAll().count() - maxRows
            if (tooMany > 0) {
                places +=
                    AccessLogTable
                        .select(Place)
                        .orderBy(HasEntry to SortOrder.ASC, AccessLogTable.lastAccessed to SortOrder.ASC)
                        .limit(minOf(tooMany, limit.toLong()).toInt())
                        .map { it[Place] }
            }
            places.take(limit)
        }

    override fun deleteRows(places: List<Long>) {
        writer.cold { LogRows.chunked(places) { AccessLogTable.deleteWhere { Place inList it } } }
    }

    override fun delete(key: String): Boolean =
        writer.cold { AccessLogTable.deleteWhere { AccessLogTable.key eq key } > 0 }

    override fun deleteAll(): Long = writer.cold { AccessLogTable.deleteAll().toLong() }

    private fun record(row: ResultRow) =
        AccessRecord(
            LogRows.text(row, AccessLogTable.key),
            row[AccessLogTable.accessCount],
            LogRows.time(row, AccessLogTable.lastAccessed),
            LogRows.text(row, AccessLogTable.lastAccessedByProfile),
        ).withStoredTime(LogRows.text(row, AccessLogTable.lastAccessed))

    /** The order in which rows were first inserted. */
    private object Place : ExpressionWithColumnType<Long>() {
        override val columnType: IColumnType<Long> = LongColumnType()

        override fun toQueryBuilder(queryBuilder: QueryBuilder) {
            queryBuilder.append("access_log.rowid")
        }
    }

    /** Rows whose count is a number. */
    private object HasCount : Op<Boolean>() {
        override fun toQueryBuilder(queryBuilder: QueryBuilder) {
            queryBuilder.append("typeof(", AccessLogTable.accessCount, ") IN ('integer', 'real')")
        }
    }

    /** Rows whose key has an entry, expired or not. */
    private object HasEntry : Op<Boolean>() {
        override fun toQueryBuilder(queryBuilder: QueryBuilder) {
            queryBuilder.append("EXISTS (SELECT 1 FROM cache WHERE ", CacheTable.key, " = ", AccessLogTable.key, ")")
        }
    }
}
