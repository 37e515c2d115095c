package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import org.sqlite.SQLiteErrorCode.SQLITE_BUSY
import org.sqlite.SQLiteErrorCode.SQLITE_CONSTRAINT
import org.sqlite.SQLiteErrorCode.SQLITE_CORRUPT
import org.sqlite.SQLiteErrorCode.SQLITE_ERROR
import org.sqlite.SQLiteErrorCode.SQLITE_IOERR_SHORT_READ
import org.sqlite.SQLiteErrorCode.SQLITE_LOCKED
import org.sqlite.SQLiteErrorCode.SQLITE_MISMATCH
import org.sqlite.SQLiteErrorCode.SQLITE_NOTADB
import org.sqlite.SQLiteErrorCode.SQLITE_PROTOCOL
import org.sqlite.SQLiteErrorCode.SQLITE_TOOBIG
import org.sqlite.SQLiteException
import java.sql.SQLException

/** Turns what JDBC throws into what the engine can act on. */
internal object SqliteFaults {
    /** Runs [block]; an SQLException leaves as a [StoreFaultException]. */
    inline fun <R> translated(block: () -> R): R =
        try {
            block()
        } catch (failure: SQLException) {
            throw translate(failure)
        }

    fun translate(failure: SQLException): StoreFaultException {
        // Exposed wraps what SQLite said.
        val said =
            generateSequence<Throwable>(failure) { it.cause }.firstNotNullOfOrNull { it as? SQLiteException } ?: failure
        return StoreFaultException(kindOf(said), said.message ?: said.toString(), failure)
    }

    /** By primary result code; see https://sqlite.org/rescode.html. */
    private fun kindOf(failure: SQLException): Kind {
        if (failure is SQLiteException && failure.resultCode == SQLITE_IOERR_SHORT_READ) return Kind.DAMAGED
        return when (failure.errorCode and 0xff) {
            SQLITE_BUSY.code, SQLITE_LOCKED.code, SQLITE_PROTOCOL.code -> Kind.BUSY

            SQLITE_CORRUPT.code, SQLITE_NOTADB.code -> Kind.DAMAGED

            SQLITE_TOOBIG.code, SQLITE_CONSTRAINT.code, SQLITE_MISMATCH.code -> Kind.REJECTED

            // A table or column that was there at opening has gone.
            SQLITE_ERROR.code -> if ("no such" in failure.message.orEmpty()) Kind.DAMAGED else Kind.UNAVAILABLE

            // sqlite-jdbc reports a value too large for the heap without a code; the connection stays usable.
            0 -> if ("Out of memory" in failure.message.orEmpty()) Kind.REJECTED else Kind.UNAVAILABLE

            else -> Kind.UNAVAILABLE
        }
    }
}
