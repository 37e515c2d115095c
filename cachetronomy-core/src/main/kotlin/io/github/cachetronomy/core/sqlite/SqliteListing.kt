package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.spi.StoreFaultException
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** A connection of its own for listings and logs, so that they never hold up a read by key. Opened on first need. */
internal class SqliteListing(
    private val open: () -> SqliteConnection,
) : AutoCloseable {
    private val lock = ReentrantLock()

    /** Guarded by [lock]. */
    private var connection: SqliteConnection? = null

    /** Guarded by [lock]. */
    private var cold: ColdQueries? = null

    /** Guarded by [lock]. */
    private var closed = false

    fun <R> run(block: JdbcTransaction.() -> R): R =
        lock.withLock {
            if (closed) throw StoreFaultException(StoreFaultException.Kind.UNAVAILABLE, "the store is closed")
            val connection = connection ?: SqliteFaults.translated(open).also { connection = it }
            val cold = cold ?: ColdQueries(connection.jdbc).also { cold = it }
            connection.guarded { cold.run(block) }
        }

    override fun close(): Unit =
        lock.withLock {
            closed = true
            cold?.close()
            connection?.close()
        }
}
