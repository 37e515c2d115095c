package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.Durability
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import java.sql.PreparedStatement
import java.util.concurrent.locks.ReentrantLock
import java.util.function.Supplier
import kotlin.concurrent.withLock

/** The one connection that writes, and the transaction that is open on it. */
internal class SqliteWriter(
    private val connection: SqliteConnection,
) : AutoCloseable {
    private val lock = ReentrantLock()

    /** Guarded by [lock]; made on first need, since it loads Exposed. */
    private var cold: ColdQueries? = null

    /** Guarded by [lock]. */
    private var synced = false

    /** Guarded by [lock]: rows bound to the upsert statement and not yet executed. */
    private var bound = 0

    /** Guarded by [lock]: whether SQLite has been told of the transaction. */
    private var begun = false

    val inTransaction: Boolean get() = lock.isHeldByCurrentThread

    fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R =
        lock.withLock {
            check(lock.holdCount == 1) { "transactions do not nest" }
            connection.guarded {
                synchronize(durability)
                var committed = false
                try {
                    val result = work.get()
                    commit()
                    committed = true
                    result
                } finally {
                    if (!committed) rollBack()
                    begun = false
                }
            }
        }

    /** The connection for statements of the open transaction, with every bound row executed. */
    fun connection(): SqliteConnection {
        requireTransaction()
        flush()
        return connection
    }

    /** Binds a row to the upsert statement; rows bound one after another are executed together. */
    fun upsert(bind: (PreparedStatement) -> Unit) {
        requireTransaction()
        if (bound == MAX_BOUND) flush()
        val statement = connection.prepared(HotSql.UPSERT)
        if (bound > 0) statement.addBatch()
        bind(statement)
        bound++
    }

    /** Exposed on this connection, joined to the open transaction. */
    fun <R> cold(block: JdbcTransaction.() -> R): R {
        requireTransaction()
        flush()
        val cold = cold ?: ColdQueries(connection.jdbc).also { cold = it }
        return cold.run(block)
    }

    /** Runs a pragma outside of any transaction. */
    fun pragma(sql: String): String? = lock.withLock { connection.guarded { it.pragma(sql) } }

    /** Runs a prepared query for one number outside of any transaction. */
    fun number(sql: String): Long =
        lock.withLock {
            connection.guarded {
                it.prepared(sql).executeQuery().use { rows -> if (rows.next()) rows.getLong(1) else 0L }
            }
        }

    override fun close(): Unit =
        lock.withLock {
            cold?.close()
            connection.close()
        }

    private fun requireTransaction() = check(lock.isHeldByCurrentThread) { "only in a transaction" }

    /** A row on its own is a transaction of its own to SQLite, at a third of the statements. */
    private fun commit() {
        if (bound == 1 && !begun) {
            bound = 0
            connection.prepared(HotSql.UPSERT).executeUpdate()
            return
        }
        flush()
        connection.execute("COMMIT")
    }

    /** From here on the transaction is SQLite's too, and what is bound is in it. */
    private fun flush() {
        if (!begun) {
            // IMMEDIATE: one that reads first and is upgraded later fails when another process wrote in between.
            connection.execute("BEGIN IMMEDIATE")
            begun = true
        }
        if (bound == 0) return
        bound = 0
        val statement = connection.prepared(HotSql.UPSERT)
        statement.addBatch()
        statement.executeBatch()
    }

    /** FULL syncs the log at each commit, NORMAL at checkpoints only; see https://sqlite.org/pragma.html#pragma_synchronous. */
    private fun synchronize(durability: Durability) {
        val wanted = durability == Durability.SYNCED
        if (wanted == synced) return
        connection.execute(if (wanted) "PRAGMA synchronous=FULL" else "PRAGMA synchronous=NORMAL")
        synced = wanted
    }

    /** After most faults SQLite has rolled back already and says so; the cause is what matters then. */
    private fun rollBack() {
        bound = 0
        runCatching { connection.prepared(HotSql.UPSERT).clearBatch() }
        if (begun) runCatching { connection.execute("ROLLBACK") }
    }

    private companion object {
        const val MAX_BOUND = 256
    }
}
