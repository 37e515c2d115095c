package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.StoreFlaw
import io.github.cachetronomy.core.spi.StoreMaintenance
import io.github.cachetronomy.core.spi.StoreSpace
import org.sqlite.SQLiteConnection
import org.sqlite.SQLiteLimits
import java.io.IOException
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.time.Duration
import java.util.function.Consumer
import java.util.function.Predicate

/**
 * What is asked of a file now and then, each time on a connection of its own, so that neither reads nor writes wait
 * for it. Only what changes rows joins the transaction of the connection that writes.
 */
internal class SqliteMaintenance(
    private val file: Path,
    private val writer: SqliteWriter,
    private val profiles: SqliteProfiles,
    private val openWriter: () -> SQLiteConnection,
) : StoreMaintenance {
    override fun volume(now: Long): CacheVolume =
        looking { connection ->
            ReadOnlySchema.complete(connection)
            val free = connection.number("PRAGMA freelist_count") * connection.number("PRAGMA page_size")
            val entries = ColdQueries(connection).use { it.run { RowCount.at(now) } }
            CacheVolume(bytesOnDisk(), free, entries.live, entries.expired, entries.bytes)
        }

    override fun space(): StoreSpace {
        val pages = number("PRAGMA page_count") - number("PRAGMA freelist_count")
        return StoreSpace(bytesOnDisk(), pages * number("PRAGMA page_size") + size(file.with("-shm")))
    }

    /** As the connection that writes sees it, what it has not committed yet included. */
    private fun number(pragma: String): Long =
        if (writer.inTransaction) writer.connection().jdbc.number(pragma) else writer.number(pragma)

    override fun shortenLog(patience: Duration): Boolean {
        if (size(file.with("-wal")) == 0L) return true
        using(openWriter) { connection ->
            val statements = SqliteConnection(connection)
            // Most of the work without keeping anybody from writing.
            statements.pragma("PRAGMA wal_checkpoint(PASSIVE)")
            connection.waitFor(patience) { }
            statements.pragma("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        return size(file.with("-wal")) == 0L
    }

    override fun check(
        knows: Predicate<String>,
        found: Consumer<List<StoreFlaw>>,
        progress: ProgressListener,
    ) {
        looking { SqliteCheck(it, profiles, knows, found, progress).run() }
    }

    override fun repair(flaws: List<StoreFlaw>): List<StoreFlaw> = SqliteRepair(writer).repair(flaws)

    override fun vacuum(
        patience: Duration,
        progress: ProgressListener,
    ) {
        val look = { progress.progressed(0, UNKNOWN) }
        using(openWriter) { connection ->
            connection.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 1)
            connection.waitFor(patience, look)
            val statements = SqliteConnection(connection)
            connection.watched(progress, done = { size(file.with("-wal")) }) {
                statements.pragma("VACUUM")
                // The file shrinks when the log is moved into it; if somebody reads for too long, somewhat later.
                statements.pragma("PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
    }

    override fun backup(
        target: Path,
        progress: ProgressListener,
    ) {
        val copy = newFile(target)
        var done = false
        try {
            looking { connection ->
                val total = connection.number("PRAGMA page_count") * connection.number("PRAGMA page_size")
                connection.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 1)
                SqliteConnection(connection).pragma("PRAGMA synchronous=FULL")
                progress.progressed(0, total)
                connection.watched(progress, total, { minOf(Files.size(copy), total) }) {
                    connection.prepareStatement("VACUUM INTO ?").use {
                        it.setString(1, copy.toString())
                        it.execute()
                    }
                }
                progress.progressed(total, total)
            }
            done = true
        } finally {
            // The file itself goes last: as long as it is there, nobody else makes one of that name.
            if (!done) SIDE_FILES.asReversed().forEach { Files.deleteIfExists(copy.with(it)) }
        }
    }

    override fun query(
        sql: String,
        parameters: List<Any?>,
        limit: Int,
        progress: ProgressListener,
    ): QueryResult =
        looking { connection ->
            ReadOnlySchema.complete(connection)
            SqliteStatements.query(connection, sql, parameters, limit, progress)
        }

    override fun execute(
        sql: String,
        parameters: List<Any?>,
        progress: ProgressListener,
    ): Long = SqliteStatements.execute(writer.connection().jdbc, sql, parameters, progress)

    /** The bytes of the file and of what lies beside it. Sizes only: opening them would drop SQLite's locks. */
    private fun bytesOnDisk(): Long = listOf("", "-wal", "-shm").map(file::with).sumOf(::size)

    private fun size(path: Path): Long =
        try {
            Files.size(path)
        } catch (_: NoSuchFileException) {
            0L
        }

    /** Made here, so that nobody else may read it at any moment; SQLite takes an empty file for none. */
    private fun newFile(target: Path): Path {
        val copy = target.toAbsolutePath()
        require('?' !in copy.toString()) { "a cache file's name has no '?': $target" }
        require(Files.isDirectory(copy.parent)) { "there is no folder ${copy.parent}" }
        SIDE_FILES.forEach { require(Files.notExists(copy.with(it))) { "${copy.with(it)} exists already" } }
        try {
            require(FileGuard.createPrivately(copy)) { "$target exists already" }
        } catch (failure: IOException) {
            throw StoreFaultException(Kind.UNAVAILABLE, "$target cannot be made: $failure", failure)
        }
        return copy
    }

    /** A connection that cannot write, for as long as [block] runs. */
    private fun <R> looking(block: (SQLiteConnection) -> R): R = using({ FileLook.open(file) }, block)

    private fun <R> using(
        open: () -> SQLiteConnection,
        block: (SQLiteConnection) -> R,
    ): R = SqliteFaults.translated { open().use(block) }

    private companion object {
        val SIDE_FILES = listOf("", "-journal", "-wal", "-shm")
    }
}

private fun Path.with(suffix: String): Path = resolveSibling("$fileName$suffix")

/** The first column of the first row as a number. */
internal fun SQLiteConnection.number(sql: String): Long = SqliteConnection(this).pragma(sql)?.toLongOrNull() ?: 0L
