package io.github.cachetronomy.interop

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.CheckReport
import io.github.cachetronomy.core.ExportReport
import io.github.cachetronomy.core.ImportReport
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import io.github.cachetronomy.core.VacuumReport
import io.github.cachetronomy.core.engine.Administration
import io.github.cachetronomy.core.engine.Caller
import java.io.InputStream
import java.io.OutputStream
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CompletableFuture

/** The suspending calls of the administration as futures. */
internal object AdminBridge {
    @JvmStatic
    fun volume(admin: Administration): CompletableFuture<CacheVolume> = admin.later { volume() }

    @JvmStatic
    fun check(
        admin: Administration,
        repair: Boolean,
        progress: ProgressListener?,
    ): CompletableFuture<CheckReport> = admin.later { check(repair, it, progress) }

    @JvmStatic
    fun vacuum(admin: Administration): CompletableFuture<VacuumReport> = admin.later { vacuum(it) }

    @JvmStatic
    fun backup(
        admin: Administration,
        target: Path,
        progress: ProgressListener?,
    ): CompletableFuture<Void?> =
        admin.later {
            backup(target, it, progress)
            null
        }

    @JvmStatic
    fun query(
        admin: Administration,
        sql: String,
        parameters: List<Any?>,
        limit: Int,
        timeLimit: Duration,
    ): CompletableFuture<QueryResult> = admin.later { query(sql, parameters, limit, timeLimit, it) }

    @JvmStatic
    fun execute(
        admin: Administration,
        sql: String,
        parameters: List<Any?>,
    ): CompletableFuture<Long> = Bridge.future { admin.execute(sql, parameters).awaitSuspending() }

    @JvmStatic
    fun exportTo(
        admin: Administration,
        out: OutputStream,
        includeExpired: Boolean,
        progress: ProgressListener?,
    ): CompletableFuture<ExportReport> = admin.later { exportTo(out, includeExpired, it, progress) }

    @JvmStatic
    fun importFrom(
        admin: Administration,
        input: InputStream,
        progress: ProgressListener?,
    ): CompletableFuture<ImportReport> = admin.later { importFrom(input, it, progress) }

    private fun <R> Administration.later(work: Administration.(Caller) -> R): CompletableFuture<R> =
        Bridge.future { suspending { work(it) } }
}
