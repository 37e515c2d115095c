package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.CheckReport.Kind
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFlaw
import io.github.cachetronomy.core.text.TimeText
import org.jetbrains.exposed.v1.core.Column
import org.jetbrains.exposed.v1.core.Expression
import org.jetbrains.exposed.v1.core.ExpressionWithColumnType
import org.jetbrains.exposed.v1.core.ResultRow
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.core.greater
import org.jetbrains.exposed.v1.jdbc.select
import org.jetbrains.exposed.v1.jdbc.selectAll
import org.sqlite.SQLiteConnection
import java.sql.SQLException
import java.util.function.Consumer
import java.util.function.Predicate

/**
 * Looks through a file on a [connection] of its own. What SQLite itself looks at is read at once; rows are read page
 * by page, a read of its own each, so that the log beside the file can be worked off in between.
 */
internal class SqliteCheck(
    private val connection: SQLiteConnection,
    private val profiles: SqliteProfiles,
    knows: Predicate<String>,
    private val found: Consumer<List<StoreFlaw>>,
    private val progress: ProgressListener,
) {
    private val rowCheck = RowCheck(knows)
    private var done = 0L
    private var total = 0L

    fun run() {
        try {
            database(missing = if (schema()) missingIndexes() else emptyList())
            ReadOnlySchema.complete(connection)
            ColdQueries(connection).use { cold ->
                val tables = listOf(CacheTable, AccessLogTable, EvictionLogTable)
                total = cold.run { tables.sumOf { it.selectAll().count() } }
                rows(cold, CacheTable, RowIdExpression, RowCheck.COLUMNS, rowCheck::flaw)
                log(cold, AccessLogTable, AccessLogRowId, AccessLogTable.key, AccessLogTable.lastAccessed)
                log(cold, EvictionLogTable, EvictionLogTable.id, EvictionLogTable.key, EvictionLogTable.evictedAt)
            }
            profiles()
        } catch (failure: SQLException) {
            val fault = SqliteFaults.translate(failure)
            if (fault.kind != StoreFaultException.Kind.DAMAGED) throw fault
            tell(listOf(StoreFlaw(Kind.FILE, null, "it cannot be read any further: ${fault.message}", null)))
        }
    }

    /** Whether everything is there that a file of ours has. */
    private fun schema(): Boolean {
        val kind = SqliteSchema.inspect(connection)
        if (kind is FileKind.Unusable) tell(listOf(StoreFlaw(Kind.SCHEMA, null, kind.reason, null)))
        return kind is FileKind.Ours && kind.complete
    }

    /**
     * What SQLite finds wrong with pages and indexes, and the indexes that are [missing], for all of them are built
     * anew together. What it finds wrong with rows is found again row by row.
     */
    private fun database(missing: List<StoreFlaw>) {
        val verdicts =
            connection.watched(progress) {
                connection.createStatement().use { statement ->
                    statement.executeQuery("PRAGMA integrity_check").use { rows ->
                        generateSequence { if (rows.next()) rows.getString(1) else null }.toList()
                    }
                }
            }
        val flaws = verdicts.filterNot { it == "ok" || OF_A_ROW.containsMatchIn(it) }
        val (indexes, others) = flaws.partition { OF_AN_INDEX.containsMatchIn(it) }
        val broken = indexes.mapNotNull { OF_AN_INDEX.find(it)?.groupValues?.get(1) }.distinct()
        tell(
            others.map { StoreFlaw(Kind.FILE, null, it, null) } +
                broken.map { StoreFlaw(Kind.INDEX, it, "it does not fit its table", SqliteRepair.REINDEX) } + missing,
        )
    }

    private fun missingIndexes(): List<StoreFlaw> {
        val names = SqliteSchema.objects(connection).mapTo(HashSet()) { it.name }
        val missing = allTables.flatMap(Table::indices).map { it.indexName }.filter { it !in names }
        return missing.map { StoreFlaw(Kind.INDEX, it, "it is missing", SqliteRepair.REINDEX) }
    }

    private fun log(
        cold: ColdQueries,
        table: Table,
        id: ExpressionWithColumnType<Long>,
        key: Column<String>,
        time: Column<String>,
    ) = rows(cold, table, id, listOf(id, key, time)) { row ->
        val subject: String? = row.getOrNull(key)
        val at: String? = row.getOrNull(time)
        val what =
            when {
                subject == null -> "a row of ${table.tableName} has no key"
                at == null || TimeText.parse(at) == null -> "a row of ${table.tableName} has no time"
                else -> null
            }
        what?.let { StoreFlaw(Kind.LOG, subject, it, null) }
    }

    private fun rows(
        cold: ColdQueries,
        table: Table,
        id: ExpressionWithColumnType<Long>,
        columns: List<Expression<*>>,
        flaw: (ResultRow) -> StoreFlaw?,
    ) {
        var after = Long.MIN_VALUE
        while (true) {
            val flaws = ArrayList<StoreFlaw>()
            var read = 0
            cold.run {
                val page =
                    table
                        .select(columns)
                        .where { id greater after }
                        .orderBy(id to SortOrder.ASC)
                        .limit(PAGE)
                for (row in page) {
                    read++
                    after = row[id]
                    flaw(row)?.let(flaws::add)
                }
            }
            done += read
            progress.progressed(done, maxOf(done, total))
            tell(flaws)
            if (read < PAGE) return
        }
    }

    private fun profiles() {
        val unreadable = ArrayList<String>()
        profiles.list(unreadable::add)
        tell(unreadable.map { StoreFlaw(Kind.PROFILE, null, it, null) })
    }

    private fun tell(flaws: List<StoreFlaw>) {
        if (flaws.isNotEmpty()) found.accept(flaws)
    }

    private companion object {
        const val PAGE = 100
        val OF_A_ROW = Regex("^(NULL value in|CHECK constraint failed in) ")
        val OF_AN_INDEX = Regex("(?:in|from) index (\\S+)$")
    }
}
