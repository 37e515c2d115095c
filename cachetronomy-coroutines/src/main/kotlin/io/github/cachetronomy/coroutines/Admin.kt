package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.CheckReport
import io.github.cachetronomy.core.ExportReport
import io.github.cachetronomy.core.ImportReport
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import io.github.cachetronomy.core.VacuumReport
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.admin.Administration
import java.io.InputStream
import java.io.OutputStream
import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/**
 * What is done with the file as a whole: looking after it, copying it, taking it elsewhere, asking it in SQL. Others
 * read and write meanwhile, in this process and in others.
 *
 * Everything here waits for the file, on a thread of the cache's for blocking work, where progress is told and streams
 * of a caller are read and written too. Cancelling ends the work soon and leaves the file whole.
 *
 * Where the file cannot be used, or what is asked cannot be done just now,
 * [StoreUnavailableException][io.github.cachetronomy.core.StoreUnavailableException] is thrown; damage is told and
 * sets no file aside. A cache that was opened read-only refuses [vacuum], [check] with repair, [execute] and
 * [importFrom] with an [IllegalStateException]. A cache on a store that cannot do one of these throws
 * [UnsupportedOperationException]. Thread-safe.
 */
public class Admin internal constructor(
    private val engine: () -> CacheEngine,
) {
    private val administration: Administration get() = engine().administration

    /** How large the cache is, on the disk and in entries. Reads through the table, not through its values. */
    public suspend fun volume(): CacheVolume = administration.run { suspending { volume() } }

    /**
     * Looks through the whole file: the database, its tables and indexes, every entry, both logs, the profiles. What
     * is expired, and what another program wrote, is no flaw.
     *
     * @param repair whether entries that nobody can ever read are removed, and indexes that do not fit are built anew;
     * the eviction log has the reason `repair` for each. Nothing is changed in a file whose pages are damaged.
     * @param progress told in rows; null = nobody
     */
    public suspend fun check(
        repair: Boolean = false,
        progress: ProgressListener? = null,
    ): CheckReport = administration.run { suspending { check(repair, it, progress) } }

    /**
     * Rewrites the file, so that what nothing uses any more goes back to the file system. Needs as much room again for
     * the time being.
     *
     * Waits for those who write as long as any call does, and then throws. While the file is rewritten, reads go on
     * and writes wait; those whose wait is over are dropped and told, as when another process holds the file.
     *
     * @param progress is told how many bytes are written anew; the total is not known
     */
    public suspend fun vacuum(progress: ProgressListener? = null): VacuumReport =
        administration.run { suspending { vacuum(it, progress) } }

    /**
     * Copies everything that is written by now to the new file [target], which its owner alone may read and which is a
     * cache like any other. Reads and writes go on; none that comes later is in the copy in part. A copy that is not
     * finished is removed.
     *
     * @param progress told in bytes; null = nobody
     * @throws IllegalArgumentException if there is such a file already, or no such folder
     */
    public suspend fun backup(
        target: Path,
        progress: ProgressListener? = null,
    ): Unit = administration.run { suspending { backup(target, it, progress) } }

    /**
     * The rows that one statement of SQL selects, on a connection that can write nothing. The tables and columns are
     * those of docs/file-format.md; values stand there encoded.
     *
     * @param parameters for the `?` of [sql]: null, Boolean, whole and floating numbers, String, ByteArray
     * @param limit the most rows; the result says whether there were more
     * @param timeLimit how long the statement may run before this throws
     * @throws IllegalArgumentException for a statement that is wrong, several at once, or one that does not read
     */
    public suspend fun query(
        sql: String,
        parameters: List<Any?> = emptyList(),
        limit: Int = 1_000,
        timeLimit: Duration = 30.seconds,
    ): QueryResult = administration.run { suspending { query(sql, parameters, limit, timeLimit.toJavaDuration(), it) } }

    /**
     * Inserts, changes or deletes rows with one statement of SQL, in a transaction of its own, and returns how many.
     * Memory then compares its entries with their rows before it serves them. A statement is stopped after 30 seconds.
     *
     * An `UPDATE` of an entry has to set `header = NULL`, or the row counts as damaged. Removals are not logged, and
     * loads that are under way do not know of them.
     *
     * @throws IllegalArgumentException for a statement that is wrong, several at once, or one that does something else
     */
    public suspend fun execute(
        sql: String,
        parameters: List<Any?> = emptyList(),
    ): Long = administration.execute(sql, parameters).awaitSuspending()

    /**
     * Writes the entries to [out] as lines of JSON in UTF-8, one an entry, oldest key first; docs/file-format.md has
     * the form. Takes no more memory for a large file than for a small one. [out] is flushed and not closed. Entries
     * that come or go meanwhile may or may not be there; damaged ones are left out and counted.
     *
     * @param includeExpired whether entries whose time is over are written too
     * @param progress told in entries; null = nobody
     * @throws java.io.IOException what [out] throws
     */
    public suspend fun exportTo(
        out: OutputStream,
        includeExpired: Boolean = false,
        progress: ProgressListener? = null,
    ): ExportReport = administration.run { suspending { exportTo(out, includeExpired, it, progress) } }

    /**
     * Writes the entries that lines as [exportTo] gives them stand for, over those that are there under their keys.
     * Some hundreds are committed at a time: what fails in between leaves what was committed before. [input] is read
     * to its end and not closed. A line that cannot be used is told in the result and stops nothing.
     *
     * @param progress told in lines; null = nobody
     * @throws java.io.IOException what [input] throws
     */
    public suspend fun importFrom(
        input: InputStream,
        progress: ProgressListener? = null,
    ): ImportReport = administration.run { suspending { importFrom(input, it, progress) } }
}
