package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.CheckReport
import io.github.cachetronomy.core.ExportReport
import io.github.cachetronomy.core.ImportReport
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import io.github.cachetronomy.core.VacuumReport
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import java.io.InputStream
import java.io.OutputStream
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import kotlin.time.toKotlinDuration

/** One way to call the administration of a cache. */
interface AdminDoor {
    fun volume(): CacheVolume

    fun check(
        repair: Boolean = false,
        progress: ProgressListener? = null,
    ): CheckReport

    fun vacuum(): VacuumReport

    fun backup(
        target: Path,
        progress: ProgressListener? = null,
    )

    fun query(
        sql: String,
        vararg parameters: Any?,
    ): QueryResult

    fun query(
        sql: String,
        limit: Int,
        timeLimit: Duration,
    ): QueryResult

    fun execute(
        sql: String,
        vararg parameters: Any?,
    ): Long

    fun exportTo(
        out: OutputStream,
        includeExpired: Boolean = false,
        progress: ProgressListener? = null,
    ): ExportReport

    fun importFrom(
        input: InputStream,
        progress: ProgressListener? = null,
    ): ImportReport

    /** Begins a backup, cancels it as soon as it tells of its progress, and gives what its caller gets then. */
    fun cancelledBackup(target: Path)
}

internal class SuspendAdminDoor(
    cache: Cachetronaut,
) : AdminDoor {
    private val admin = cache.admin

    override fun volume(): CacheVolume = runBlocking { admin.volume() }

    override fun check(
        repair: Boolean,
        progress: ProgressListener?,
    ): CheckReport = runBlocking { admin.check(repair, progress) }

    override fun vacuum(): VacuumReport = runBlocking { admin.vacuum() }

    override fun backup(
        target: Path,
        progress: ProgressListener?,
    ): Unit = runBlocking { admin.backup(target, progress) }

    override fun query(
        sql: String,
        vararg parameters: Any?,
    ): QueryResult = runBlocking { admin.query(sql, parameters.toList()) }

    override fun query(
        sql: String,
        limit: Int,
        timeLimit: Duration,
    ): QueryResult = runBlocking { admin.query(sql, limit = limit, timeLimit = timeLimit.toKotlinDuration()) }

    override fun execute(
        sql: String,
        vararg parameters: Any?,
    ): Long = runBlocking { admin.execute(sql, parameters.toList()) }

    override fun exportTo(
        out: OutputStream,
        includeExpired: Boolean,
        progress: ProgressListener?,
    ): ExportReport = runBlocking { admin.exportTo(out, includeExpired, progress) }

    override fun importFrom(
        input: InputStream,
        progress: ProgressListener?,
    ): ImportReport = runBlocking { admin.importFrom(input, progress) }

    override fun cancelledBackup(target: Path): Unit =
        runBlocking {
            val begun = CompletableDeferred<Deferred<Unit>>()
            val backup =
                async(Dispatchers.IO) {
                    admin.backup(target) { _, _ -> runBlocking { begun.await().cancel() } }
                }
            begun.complete(backup)
            backup.await()
        }
}

internal class BlockingAdminDoor(
    cache: BlockingCachetronaut,
) : AdminDoor {
    private val admin = cache.admin()

    override fun volume(): CacheVolume = admin.volume()

    override fun check(
        repair: Boolean,
        progress: ProgressListener?,
    ): CheckReport = if (repair || progress != null) admin.check(repair, progress) else admin.check()

    override fun vacuum(): VacuumReport = admin.vacuum()

    override fun backup(
        target: Path,
        progress: ProgressListener?,
    ): Unit = if (progress == null) admin.backup(target) else admin.backup(target, progress)

    override fun query(
        sql: String,
        vararg parameters: Any?,
    ): QueryResult = admin.query(sql, *parameters)

    override fun query(
        sql: String,
        limit: Int,
        timeLimit: Duration,
    ): QueryResult = admin.query(sql, emptyList(), limit, timeLimit)

    override fun execute(
        sql: String,
        vararg parameters: Any?,
    ): Long = admin.execute(sql, *parameters)

    override fun exportTo(
        out: OutputStream,
        includeExpired: Boolean,
        progress: ProgressListener?,
    ): ExportReport =
        if (includeExpired || progress != null) admin.exportTo(out, includeExpired, progress) else admin.exportTo(out)

    override fun importFrom(
        input: InputStream,
        progress: ProgressListener?,
    ): ImportReport = if (progress == null) admin.importFrom(input) else admin.importFrom(input, progress)

    override fun cancelledBackup(target: Path) {
        try {
            admin.backup(target) { _, _ -> Thread.currentThread().interrupt() }
        } finally {
            check(Thread.interrupted()) { "the thread is no longer interrupted" }
        }
    }
}

internal class FutureAdminDoor(
    cache: BlockingCachetronaut,
) : AdminDoor {
    private val admin = cache.async().admin()

    override fun volume(): CacheVolume = admin.volume().now()

    override fun check(
        repair: Boolean,
        progress: ProgressListener?,
    ): CheckReport = (if (repair || progress != null) admin.check(repair, progress) else admin.check()).now()

    override fun vacuum(): VacuumReport = admin.vacuum().now()

    override fun backup(
        target: Path,
        progress: ProgressListener?,
    ) {
        (if (progress == null) admin.backup(target) else admin.backup(target, progress)).now()
    }

    override fun query(
        sql: String,
        vararg parameters: Any?,
    ): QueryResult = admin.query(sql, *parameters).now()

    override fun query(
        sql: String,
        limit: Int,
        timeLimit: Duration,
    ): QueryResult = admin.query(sql, emptyList(), limit, timeLimit).now()

    override fun execute(
        sql: String,
        vararg parameters: Any?,
    ): Long = admin.execute(sql, *parameters).now()

    override fun exportTo(
        out: OutputStream,
        includeExpired: Boolean,
        progress: ProgressListener?,
    ): ExportReport {
        val plain = !includeExpired && progress == null
        return (if (plain) admin.exportTo(out) else admin.exportTo(out, includeExpired, progress)).now()
    }

    override fun importFrom(
        input: InputStream,
        progress: ProgressListener?,
    ): ImportReport = (if (progress == null) admin.importFrom(input) else admin.importFrom(input, progress)).now()

    override fun cancelledBackup(target: Path) {
        val begun = CompletableFuture<CompletableFuture<Void>>()
        val backup = admin.backup(target) { _, _ -> begun.get().cancel(true) }
        begun.complete(backup)
        backup.now()
    }

    /** The result, or the failure as the future holds it. */
    private fun <T> CompletableFuture<T>.now(): T =
        try {
            get(1, TimeUnit.MINUTES)
        } catch (failed: ExecutionException) {
            throw failed.cause ?: failed
        }
}
