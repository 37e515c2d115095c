package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.Suspicion
import org.sqlite.ProgressHandler
import org.sqlite.SQLiteConnection
import org.sqlite.SQLiteErrorCode.SQLITE_CANTOPEN
import org.sqlite.SQLiteErrorCode.SQLITE_INTERRUPT
import org.sqlite.SQLiteErrorCode.SQLITE_READONLY
import org.sqlite.SQLiteException
import java.nio.file.Files
import java.nio.file.Path
import java.sql.SQLException

/** Looks at files without changing them. */
internal object FileLook {
    /** What [file] is. Under [suspicion] all of it is read, unless that takes too long. */
    fun inspect(
        file: Path,
        suspicion: Suspicion?,
    ): FileKind {
        // Only the size is looked at from here: opening the file by other means would drop SQLite's locks.
        if (!Files.exists(file) || Files.size(file) == 0L) return FileKind.Empty
        return try {
            if (isForeignAtRest(file)) return FileKind.Foreign
            open(file).use { connection ->
                val kind = SqliteSchema.inspect(connection)
                // What is missing explains a fault, and will be added.
                val suspected = suspicion?.takeIf { kind is FileKind.Ours && kind.complete }
                suspected?.let { flaw(connection, it) }?.let(FileKind::Unusable) ?: kind
            }
        } catch (failure: SQLException) {
            val fault = SqliteFaults.translate(failure)
            if (fault.kind != Kind.DAMAGED) throw fault
            FileKind.Unusable(fault.message.orEmpty())
        }
    }

    /**
     * What SQLite finds in the whole of a file, or null. A large one cannot be read through while somebody
     * waits: when time is up, what it failed with is believed.
     */
    private fun flaw(
        connection: SQLiteConnection,
        suspicion: Suspicion,
    ): String? {
        val began = System.nanoTime()
        val patience = suspicion.patience.toNanos()
        val limit =
            object : ProgressHandler() {
                override fun progress(): Int = if (System.nanoTime() - began >= patience) 1 else 0
            }
        ProgressHandler.setHandler(connection, STEPS_BETWEEN_LOOKS_AT_THE_CLOCK, limit)
        try {
            val verdict = SqliteConnection(connection).pragma("PRAGMA quick_check(1)").orEmpty()
            return verdict.takeIf { it != "ok" }
        } catch (stopped: SQLiteException) {
            if (stopped.resultCode != SQLITE_INTERRUPT) throw stopped
            return "${suspicion.fault}; it is too large to be read through in ${suspicion.patience.toMillis()} ms"
        } finally {
            ProgressHandler.clearHandler(connection)
        }
    }

    /**
     * Opening a database in WAL mode leaves `-wal` and `-shm` beside it, even when it is only read; with
     * somebody else's file that is to be refused, nothing is to be left. Without a `-wal` the file is all
     * there is and can be looked at as if nobody could change it. If somebody does, the look that follows decides.
     */
    private fun isForeignAtRest(file: Path): Boolean {
        if (Files.exists(wal(file))) return false
        return try {
            SqlitePragmas.openImmutable(file).use { SqliteSchema.inspect(it) is FileKind.Foreign }
        } catch (_: SQLException) {
            false
        }
    }

    /**
     * A connection that only reads. In WAL mode SQLite wants to make `-wal` and `-shm` even then. In a
     * folder that does not let it, nobody else of this user's can write either: without a `-wal` the
     * file is all there is.
     */
    fun open(file: Path): SQLiteConnection {
        val connection = SqlitePragmas.openReadOnly(file)
        try {
            connection.createStatement().use { it.execute("SELECT 1 FROM sqlite_schema LIMIT 1") }
            return connection
        } catch (failure: SQLException) {
            connection.close()
            val noSideFiles = (failure.errorCode and 0xff) in setOf(SQLITE_CANTOPEN.code, SQLITE_READONLY.code)
            if (noSideFiles && Files.notExists(wal(file))) return SqlitePragmas.openImmutable(file)
            throw failure
        }
    }

    private fun wal(file: Path) = file.resolveSibling("${file.fileName}-wal")

    /** A step is an instruction of SQLite's or a page of a tree; values may hang many more pages on it. */
    private const val STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 20
}
