package io.github.cachetronomy.core.sqlite

import org.jetbrains.exposed.v1.core.DatabaseConfig
import org.jetbrains.exposed.v1.core.vendors.SQLiteDialect
import org.jetbrains.exposed.v1.jdbc.Database
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import org.jetbrains.exposed.v1.jdbc.transactions.TransactionManager
import org.jetbrains.exposed.v1.jdbc.transactions.transaction
import java.sql.Connection

/** Exposed over one connection, for everything that is not hot. Loaded on first use. */
internal class ColdQueries(
    private val connection: Connection,
) : AutoCloseable {
    private val database: Lazy<Database> =
        lazy(LazyThreadSafetyMode.NONE) {
            Database.connect(
                getNewConnection = { JoinedConnection(connection) },
                databaseConfig =
                    DatabaseConfig {
                        // A repeated block would repeat its effects; waiting is the engine's business.
                        defaultMaxAttempts = 1
                        defaultIsolationLevel = Connection.TRANSACTION_SERIALIZABLE
                        explicitDialect = SQLiteDialect()
                    },
            )
        }

    /** Runs [block] on the connection, inside of whatever transaction its owner has begun. */
    fun <R> run(block: JdbcTransaction.() -> R): R = transaction(database.value) { block() }

    override fun close() {
        if (database.isInitialized()) TransactionManager.closeAndUnregister(database.value)
    }
}
