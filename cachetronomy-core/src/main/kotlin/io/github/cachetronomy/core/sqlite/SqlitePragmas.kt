package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.SqliteOptions
import org.sqlite.SQLiteConfig
import org.sqlite.SQLiteConnection
import org.sqlite.SQLiteOpenMode
import java.nio.file.Path

/** How connections are opened. The path goes in as a path, never as part of an address with options. */
internal object SqlitePragmas {
    /** `Cach`: marks a file as ours. */
    const val APPLICATION_ID: Int = 0x43616368

    /** The layout of our own tables and columns. */
    const val SCHEMA_VERSION: Int = 1

    /** Waiting for another process is done by the engine; SQLite itself only rides out the shortest collisions. */
    private const val BUSY_TIMEOUT_MILLIS = 5

    private const val KIB = 1_024

    fun openWriter(
        file: Path,
        options: SqliteOptions = SqliteOptions.defaults(),
    ): SQLiteConnection =
        open(
            file,
            "PRAGMA wal_autocheckpoint=${options.checkpointPages}",
            "PRAGMA journal_size_limit=${options.logLimitBytes}",
        ) {
            setJournalMode(SQLiteConfig.JournalMode.WAL)
            setSynchronous(SQLiteConfig.SynchronousMode.NORMAL)
            setCacheSize(-(options.writerCacheBytes / KIB).toInt())
        }

    /** Begins a database in an empty file: only before its first page is written can the size of its pages be chosen. */
    fun begin(
        file: Path,
        options: SqliteOptions,
    ) {
        if (options.pageBytes == SqliteOptions.defaults().pageBytes) return
        val pages = "PRAGMA page_size=${options.pageBytes}"
        open(file, "PRAGMA busy_timeout=5000", pages, "PRAGMA journal_mode=WAL") { }.close()
    }

    fun openReader(
        file: Path,
        options: SqliteOptions = SqliteOptions.defaults(),
    ): SQLiteConnection =
        open(file) {
            setCacheSize(-(options.readerCacheBytes / KIB).toInt())
            setPragma(SQLiteConfig.Pragma.TRANSACTION_MODE, SQLiteConfig.TransactionMode.DEFERRED.value)
        }

    /** A connection that cannot write, not even by accident: for a first look at a file. */
    fun openReadOnly(file: Path): SQLiteConnection =
        open(file) {
            resetOpenMode(SQLiteOpenMode.CREATE)
            resetOpenMode(SQLiteOpenMode.READWRITE)
            setOpenMode(SQLiteOpenMode.READONLY)
        }

    /**
     * A connection that takes the file for one that nobody changes: it locks nothing and makes no file
     * beside it. SQLite takes this wish in a URI only; `Path.toUri` escapes what a URI gives a meaning to.
     */
    fun openImmutable(file: Path): SQLiteConnection =
        open("${file.toUri()}?immutable=1") {
            setOpenMode(SQLiteOpenMode.OPEN_URI)
            resetOpenMode(SQLiteOpenMode.READWRITE)
            setOpenMode(SQLiteOpenMode.READONLY)
        }

    private fun open(
        file: Path,
        vararg statements: String,
        settings: SQLiteConfig.() -> Unit,
    ): SQLiteConnection = open(file.toString(), *statements, settings = settings)

    private fun open(
        name: String,
        vararg statements: String,
        settings: SQLiteConfig.() -> Unit,
    ): SQLiteConnection {
        val config = SQLiteConfig()
        // The file is made by us before SQLite sees it, so that its mode is right from the start.
        config.resetOpenMode(SQLiteOpenMode.CREATE)
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS)
        // Without this every write is followed by a query for the last row id.
        config.setGetGeneratedKeys(false)
        // Outside truncation of a mapped file would kill the process.
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "0")
        config.setPragma(SQLiteConfig.Pragma.LIMIT_ATTACHED, "0")
        config.settings()
        val connection = org.sqlite.JDBC.createConnection(org.sqlite.JDBC.PREFIX + name, config.toProperties())
        try {
            connection.createStatement().use {
                it.execute("PRAGMA trusted_schema=OFF")
                it.execute("PRAGMA cell_size_check=ON")
                statements.forEach(it::execute)
            }
        } catch (failure: Throwable) {
            connection.close()
            throw failure
        }
        return connection
    }
}
