package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import org.sqlite.SQLiteErrorCode
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
        val said = generateSequence<Throwable>(failure) { it.cause }.firstNotNullOfOrNull { it as? SQLiteException } ?: failure
        return StoreFaultException(kindOf(said), said.message ?: said.toString(), failure)
    }

    /** By primary result code; see https://sqlite.org/rescode.html. */
    private fun kindOf(failure: SQLException): Kind {
        if (failure is SQLiteException && failure.resultCode == SQLiteErrorCode.SQLITE_IOERR_SHORT_READ) return Kind.DAMAGED
        return when (failure.errorCode and 0xff) {
            SQLiteErrorCode.SQLITE_BUSY.code, SQLiteErrorCode.SQLITE_LOCKED.code, SQLiteErrorCode.SQLITE_PROTOCOL.code -> Kind.BUSY

            SQLiteErrorCode.SQLITE_CORRUPT.code, SQLiteErrorCode.SQLITE_NOTADB.code -> Kind.DAMAGED

            SQLiteErrorCode.SQLITE_TOOBIG.code, SQLiteErrorCode.SQLITE_CONSTRAINT.code, SQLiteErrorCode.SQLITE_MISMATCH.code -> Kind.REJECTED

            // A table or column that was there at opening has gone.
            SQLiteErrorCode.SQLITE_ERROR.code -> if ("no such" in failure.message.orEmpty()) Kind.DAMAGED else Kind.UNAVAILABLE

            // sqlite-jdbc reports a value too large for the heap without a code; the connection stays usable.
            0 -> if ("Out of memory" in failure.message.orEmpty()) Kind.REJECTED else Kind.UNAVAILABLE

            else -> Kind.UNAVAILABLE
        }
    }
}
