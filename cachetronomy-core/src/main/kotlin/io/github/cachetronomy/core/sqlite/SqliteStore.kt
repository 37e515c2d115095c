package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.spi.StoreBackend
import org.sqlite.SQLiteConnection
import java.nio.file.Path
import java.util.function.Supplier

/** The store on one SQLite file: a connection that writes, a few that read, one that lists. */
internal class SqliteStore(
    file: Path,
    private val guard: AutoCloseable,
    openWriter: () -> SQLiteConnection,
    openReader: () -> SQLiteConnection,
    override val madeByPython: Boolean = false,
) : StoreBackend {
    private val writer = SqliteWriter(SqliteFaults.translated { SqliteConnection(openWriter()) })
    private val readers = SqliteReaders(READERS) { SqliteConnection(openReader()) }
    private val listing = SqliteListing { SqliteConnection(openReader()) }

    override val entries: SqliteEntries = SqliteEntries(readers, writer, listing)
    override val accessLog: SqliteAccessLog = SqliteAccessLog(writer, listing)
    override val evictionLog: SqliteEvictionLog = SqliteEvictionLog(writer, listing)
    override val profiles: SqliteProfiles = SqliteProfiles(readers, writer, listing, file)
    override val maintenance: SqliteMaintenance = SqliteMaintenance(file, writer, profiles, openWriter)

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R = writer.transaction(durability, work)

    /** `data_version` changes when another connection has committed; only the writer's own commits do not count. */
    override fun foreignChanges(): Long = writer.number("PRAGMA data_version")

    override fun close() {
        try {
            listing.close()
            readers.close()
            // The last connection to go moves the log into the file.
            SqliteFaults.translated { writer.close() }
        } finally {
            guard.close()
        }
    }

    private companion object {
        const val READERS = 4
    }
}
