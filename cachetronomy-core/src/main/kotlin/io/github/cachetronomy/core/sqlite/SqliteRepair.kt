package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.CheckReport.Kind
import io.github.cachetronomy.core.spi.StoreFlaw
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import org.jetbrains.exposed.v1.jdbc.SchemaUtils
import org.jetbrains.exposed.v1.jdbc.deleteWhere
import org.jetbrains.exposed.v1.jdbc.select

/** Mends what [SqliteCheck] found, in the transaction that is open on [writer]. */
internal class SqliteRepair(
    private val writer: SqliteWriter,
) {
    /** Returns those of [flaws] that were still there and are there no more. */
    fun repair(flaws: List<StoreFlaw>): List<StoreFlaw> {
        val (indexes, others) = flaws.filter { it.place != null }.partition { it.kind == Kind.INDEX }
        return writer.cold {
            if (indexes.isNotEmpty()) buildIndexes()
            indexes + others.filter { it.kind == Kind.ENTRY && removed(it.place.orEmpty().toLong()) }
        }
    }

    private fun JdbcTransaction.buildIndexes() {
        val names = SqliteSchema.objects(writer.connection().jdbc).mapTo(HashSet()) { it.name }
        allTables.flatMap(Table::indices).filter { it.indexName !in names }.forEach { index ->
            SchemaUtils.createIndex(index).forEach { sql -> exec(sql) }
        }
        exec("REINDEX")
    }

    /** The row may have been written anew since it was looked at. */
    private fun removed(rowId: Long): Boolean {
        val row = CacheTable.select(RowCheck.COLUMNS).where { RowIdExpression eq rowId }.firstOrNull() ?: return false
        if (RowCheck { true }.flaw(row)?.place == null) return false
        return CacheTable.deleteWhere { RowIdExpression eq rowId } > 0
    }

    companion object {
        /** The place of what is wrong with an index. */
        const val REINDEX = "indexes"
    }
}
