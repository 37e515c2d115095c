package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import org.sqlite.SQLiteConnection
import org.sqlite.SQLiteErrorCode.SQLITE_AUTH
import org.sqlite.SQLiteErrorCode.SQLITE_CONSTRAINT
import org.sqlite.SQLiteErrorCode.SQLITE_ERROR
import org.sqlite.SQLiteErrorCode.SQLITE_MISMATCH
import org.sqlite.SQLiteErrorCode.SQLITE_RANGE
import org.sqlite.SQLiteErrorCode.SQLITE_READONLY
import org.sqlite.SQLiteErrorCode.SQLITE_TOOBIG
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.SQLException

/** Statements that a caller has written. */
internal object SqliteStatements {
    private val READING = setOf("SELECT", "WITH", "VALUES", "EXPLAIN")
    private val WRITING = setOf("INSERT", "REPLACE", "UPDATE", "DELETE", "WITH")

    /** The caller's own mistakes, as opposed to trouble with the file. */
    private val MISTAKES =
        setOf(
            SQLITE_ERROR,
            SQLITE_CONSTRAINT,
            SQLITE_MISMATCH,
            SQLITE_RANGE,
            SQLITE_TOOBIG,
            SQLITE_AUTH,
        ).map { it.code }

    /** Up to [limit] rows, read on a [connection] that cannot write the file and from here on nothing else either. */
    fun query(
        connection: SQLiteConnection,
        sql: String,
        parameters: List<Any?>,
        limit: Int,
        progress: ProgressListener,
    ): QueryResult {
        require(
            OneStatement.kindOf(sql) in READING,
        ) { "a query begins with one of $READING; execute is for the others" }
        // Of a connection that is opened to read, this also covers its temporary database.
        SqliteConnection(connection).pragma("PRAGMA query_only=ON")
        return mistakesTold(SQLITE_READONLY.code) {
            connection.prepareStatement(sql).use { statement ->
                bind(statement, parameters)
                connection.watched(progress) {
                    require(statement.execute()) { "the statement gives no rows" }
                    statement.resultSet.use { rows(it, limit) }
                }
            }
        }
    }

    /** Runs a statement in the transaction that is open on [connection]. Returns how many rows it wrote. */
    fun execute(
        connection: SQLiteConnection,
        sql: String,
        parameters: List<Any?>,
        progress: ProgressListener,
    ): Long {
        requireWriting(sql)
        return mistakesTold {
            val before = connection.number("SELECT total_changes()")
            connection.prepareStatement(sql).use { statement ->
                bind(statement, parameters)
                connection.watched(progress) { statement.execute() }
            }
            connection.number("SELECT total_changes()") - before
        }
    }

    /** Rows only: another table, mode or file is nothing that the cache could go on with. */
    private fun requireWriting(sql: String) =
        require(OneStatement.kindOf(sql) in WRITING) { "only rows can be written, by one of $WRITING" }

    private inline fun <R> mistakesTold(
        alsoMistaken: Int? = null,
        run: () -> R,
    ): R =
        try {
            run()
        } catch (failure: SQLException) {
            val code = failure.errorCode and 0xff
            if (code !in MISTAKES && code != alsoMistaken) throw failure
            throw IllegalArgumentException("SQLite refuses the statement: ${failure.message}", failure)
        }

    private fun bind(
        statement: PreparedStatement,
        parameters: List<Any?>,
    ) {
        val wanted = statement.parameterMetaData.parameterCount
        require(wanted == parameters.size) { "the statement has $wanted parameters, and ${parameters.size} were given" }
        parameters.forEachIndexed { i, value -> bind(statement, i + 1, value) }
    }

    private fun bind(
        statement: PreparedStatement,
        place: Int,
        value: Any?,
    ) {
        when (value) {
            null -> statement.setObject(place, null)

            is String -> statement.setString(place, value)

            is ByteArray -> statement.setBytes(place, value)

            is Boolean -> statement.setInt(place, if (value) 1 else 0)

            is Byte, is Short, is Int, is Long -> statement.setLong(place, (value as Number).toLong())

            is Float, is Double -> statement.setDouble(place, (value as Number).toDouble())

            else -> throw IllegalArgumentException(
                "parameter $place is a ${value.javaClass.name}, which SQLite has not",
            )
        }
    }

    private fun rows(
        rows: ResultSet,
        limit: Int,
    ): QueryResult {
        val columns = distinct((1..rows.metaData.columnCount).map(rows.metaData::getColumnLabel))
        val read = ArrayList<Map<String, Any?>>()
        var more = rows.next()
        while (more && read.size < limit) {
            read += columns.withIndex().associate { (i, column) -> column to value(rows.getObject(i + 1)) }
            more = rows.next()
        }
        return QueryResult(columns, read, truncated = more)
    }

    private fun distinct(labels: List<String>): List<String> {
        val names = LinkedHashSet<String>()
        for (label in labels) {
            val others = generateSequence(2) { it + 1 }.map { "${label}_$it" }
            names += (sequenceOf(label) + others).first { it !in names }
        }
        return names.toList()
    }

    private fun value(read: Any?): Any? = if (read is Int) read.toLong() else read
}
