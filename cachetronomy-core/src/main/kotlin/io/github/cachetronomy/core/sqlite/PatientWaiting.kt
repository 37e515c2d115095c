package io.github.cachetronomy.core.sqlite

import org.sqlite.BusyHandler
import org.sqlite.SQLiteConnection
import java.time.Duration
import java.util.concurrent.locks.LockSupport

/** Has this connection wait up to [patience] for others who hold the file, unless [mayWait] throws meanwhile. */
internal fun SQLiteConnection.waitFor(
    patience: Duration,
    mayWait: () -> Unit,
) {
    val began = System.nanoTime()
    val waiting =
        object : BusyHandler() {
            override fun callback(nbPrevInvok: Int): Int {
                // Whoever asked may have gone; what is thrown here is thrown again where the statement fails.
                val wanted = runCatching(mayWait).isSuccess && System.nanoTime() - began < patience.toNanos()
                if (wanted) LockSupport.parkNanos(PAUSE_NANOS)
                return if (wanted) 1 else 0
            }
        }
    BusyHandler.setHandler(this, waiting)
}

private const val PAUSE_NANOS = 3_000_000L
