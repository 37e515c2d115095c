package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.ProgressListener
import org.sqlite.ProgressHandler
import org.sqlite.SQLiteConnection
import java.sql.SQLException

/**
 * Runs [statement] on this connection and tells [progress] of it every few milliseconds, with what [done] then gives
 * of [total]. What the listener throws ends the statement, and is thrown on.
 */
internal fun <R> SQLiteConnection.watched(
    progress: ProgressListener,
    total: Long = UNKNOWN,
    done: () -> Long = { 0L },
    statement: () -> R,
): R {
    val watch = Watch { progress.progressed(done(), total) }
    ProgressHandler.setHandler(this, STEPS_BETWEEN_LOOKS_AT_THE_CLOCK, watch)
    try {
        return statement()
    } catch (failure: SQLException) {
        throw watch.thrown ?: failure
    } finally {
        ProgressHandler.clearHandler(this)
    }
}

private class Watch(
    private val tell: () -> Unit,
) : ProgressHandler() {
    /** What [tell] threw: it cannot pass through native code, so it is carried around it. */
    var thrown: Throwable? = null
        private set

    private var last = System.nanoTime()

    override fun progress(): Int {
        val now = System.nanoTime()
        if (now - last < PAUSE_NANOS) return GO_ON
        last = now
        return try {
            tell()
            GO_ON
        } catch (reason: Throwable) {
            thrown = reason
            STOP
        }
    }
}

/** The total of what nobody has counted. */
internal const val UNKNOWN = -1L

/** A step is an instruction of SQLite's; values may hang many pages on it. */
private const val STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 50
private const val PAUSE_NANOS = 5_000_000L
private const val GO_ON = 0
private const val STOP = 1
