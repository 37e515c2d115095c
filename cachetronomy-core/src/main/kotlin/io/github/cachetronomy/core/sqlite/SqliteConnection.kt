package io.github.cachetronomy.core.sqlite

import org.sqlite.SQLiteConnection
import java.sql.PreparedStatement
import java.sql.SQLException

/**
 * A connection with the statements it has prepared. Not thread-safe: whoever holds it uses it alone.
 */
internal class SqliteConnection(
    val jdbc: SQLiteConnection,
) : AutoCloseable {
    private val statements = HashMap<String, PreparedStatement>()

    fun prepared(sql: String): PreparedStatement = statements.getOrPut(sql) { jdbc.prepareStatement(sql) }

    /** Runs a statement that gives no rows, or whose rows do not matter. */
    fun execute(sql: String) {
        prepared(sql).execute()
    }

    /** Runs a statement once, for its effect or for the first column of its first row. */
    fun pragma(sql: String): String? =
        jdbc.createStatement().use { statement ->
            if (!statement.execute(sql)) return null
            statement.resultSet.use { if (it.next()) it.getString(1) else null }
        }

    /** Runs [block]; after a failure the statements are made anew, since one of them may be stuck half-way. */
    inline fun <R> guarded(block: (SqliteConnection) -> R): R =
        try {
            block(this)
        } catch (failure: SQLException) {
            forgetStatements()
            throw SqliteFaults.translate(failure)
        }

    fun forgetStatements() {
        statements.values.forEach { runCatching { it.close() } }
        statements.clear()
    }

    override fun close() {
        forgetStatements()
        jdbc.close()
    }
}
