package io.github.cachetronomy.core.engine.admin

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.CheckReport
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.ExportReport
import io.github.cachetronomy.core.ImportReport
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.VacuumReport
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.queue.ChoreOp
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.Caller
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.writes.PythonReaders
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.settings.expandHome
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFlaw
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.quoted
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.nio.file.Path
import java.time.Duration

/**
 * What is done with the file as a whole. Each call blocks until it is done; a face that suspends wraps it in
 * [suspending]. A fault of the file is told and nothing more: looking at a damaged file sets nothing aside. Thread-safe.
 */
@InternalCachetronomyApi
public class Administration internal constructor(
    private val slot: StoreSlot,
    private val queue: WriteQueue,
    private val scope: EngineScope,
    private val policy: WritePolicy,
    private val clock: CacheClock,
    private val codec: Codec,
    private val reader: Reader,
    private val departures: Departures,
    private val book: LogBook,
    private val pythonReaders: PythonReaders,
) {
    /** Runs [work], where blocking is allowed, for a caller who suspends and may be cancelled. */
    public suspend fun <R> suspending(work: (Caller) -> R): R {
        val context = currentCoroutineContext()
        return scope.onStore { work(Caller { context.ensureActive() }) }
    }

    public fun volume(): CacheVolume {
        settle()
        return asking(Caller.THREAD) { it.maintenance.volume(clock.now()) }
    }

    /** Progress is in rows. */
    public fun check(
        repair: Boolean,
        caller: Caller,
        progress: ProgressListener?,
    ): CheckReport {
        if (repair) policy.refuseIfReadOnly()
        settle()
        val findings = Findings(repair, caller)
        var rows = 0L
        val counting =
            ProgressListener { done, total ->
                rows = done
                progress?.progressed(done, total)
            }
        asking(caller) { store ->
            store.maintenance.check(codec::knows, { findings.take(it) }, watch(caller, counting))
        }
        return findings.report(rows)
    }

    /** Progress is in bytes, of which the total is not known. */
    public fun vacuum(
        caller: Caller,
        progress: ProgressListener?,
    ): VacuumReport {
        policy.refuseIfReadOnly()
        settleOrThrow()
        return asking(caller) { store ->
            val before = store.maintenance.volume(clock.now()).bytesOnDisk
            store.maintenance.vacuum(queue.patience, watch(caller, progress))
            VacuumReport(before, store.maintenance.volume(clock.now()).bytesOnDisk)
        }
    }

    /** Progress is in bytes. */
    public fun backup(
        target: Path,
        caller: Caller,
        progress: ProgressListener?,
    ) {
        policy.refuseIfClosed()
        if (!policy.isReadOnly) settleOrThrow()
        asking(caller) { it.maintenance.backup(expandHome(target), watch(caller, progress)) }
    }

    public fun query(
        sql: String,
        parameters: List<Any?>,
        limit: Int,
        timeLimit: Duration,
        caller: Caller,
    ): QueryResult {
        require(limit > 0) { "a limit is at least 1, not $limit" }
        require(timeLimit > Duration.ZERO) { "a time limit is positive, not $timeLimit" }
        settle()
        return asking(caller) { store ->
            store.maintenance.query(sql, parameters, limit, watch(caller, stopAfter("the query", timeLimit)))
        }
    }

    /** Gives how many rows were written. */
    public fun execute(
        sql: String,
        parameters: List<Any?>,
    ): Write<Long> {
        policy.refuseIfReadOnly()
        // Arrays and lists of a caller may change before the statement's turn comes.
        val values = parameters.map { if (it is ByteArray) it.clone() else it }
        return changing("the statement cannot be run now") { store ->
            store.maintenance.execute(sql, values, stopAfter("the statement", LONGEST_STATEMENT))
        }
    }

    /** Progress is in entries. */
    @Throws(IOException::class)
    public fun exportTo(
        out: OutputStream,
        includeExpired: Boolean,
        caller: Caller,
        progress: ProgressListener?,
    ): ExportReport {
        policy.refuseIfClosed()
        if (!policy.isReadOnly) settleOrThrow()
        val source =
            object : Export.Source {
                override fun count(): Long = asking(caller) { it.entries.count() }

                override fun page(page: EntryPage): List<PagedEntry> = asking(caller) { it.entries.page(page) }

                override fun rows(keys: List<String>) = asking(caller) { it.entries.readAll(keys) }
            }
        return Export(source, out, if (includeExpired) null else clock.now(), watch(caller, progress)).run()
    }

    /** Progress is in lines, of which the total is not known. */
    @Throws(IOException::class)
    public fun importFrom(
        input: InputStream,
        caller: Caller,
        progress: ProgressListener?,
    ): ImportReport {
        policy.refuseIfReadOnly()
        requireFile(slot.current)
        val lines = ImportLines(clock, pythonReaders)
        val write = { entries: List<StoredEntry> ->
            changing("the entries cannot be written now") { store -> entries.forEach(store.entries::put) }.await()
        }
        return Import(input, lines, watch(caller, progress), write).run()
    }

    /** What was found, and with [repair] what became of it. */
    private inner class Findings(
        private val repair: Boolean,
        private val caller: Caller,
    ) {
        private val listed = ArrayList<CheckReport.Finding>()
        private var flaws = 0L
        private var repaired = 0L

        /** Whether the file itself is damaged: writing to it would only make that worse. */
        private var hopeless = false

        fun take(found: List<StoreFlaw>) {
            if (found.any { it.kind == CheckReport.Kind.FILE }) hopeless = true
            val mendable = if (repair && !hopeless) found.filter { it.place != null } else emptyList()
            val mended = if (mendable.isEmpty()) emptySet() else mended(mendable)
            flaws += found.size
            repaired += mended.size
            found.take(MOST_LISTED - listed.size).mapTo(listed) {
                CheckReport.Finding(it.kind, it.subject?.let(::quoted), it.what, it in mended)
            }
        }

        private fun mended(flaws: List<StoreFlaw>): Set<StoreFlaw> {
            caller.requirePresent()
            val mended = changing("it cannot be repaired now") { it.maintenance.repair(flaws) }.await()
            mended.filter { it.kind == CheckReport.Kind.ENTRY }.forEach { flaw ->
                flaw.subject?.let { departures.leftStore(it, EvictionCause.REPAIRED, StoredEntry.UNKNOWN) }
            }
            return mended.toSet()
        }

        fun report(rows: Long) = CheckReport(rows, flaws, repaired, listed.toList())
    }

    /** A change that goes around memory, which then looks at each of its entries anew, as after a foreign commit. */
    private fun <R : Any> changing(
        failure: String,
        change: (StoreBackend) -> R,
    ): Write<R> =
        QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val settled = { done: R? -> if (done != null) queue.orderly { reader.verifiedSince = it } }
                val op = ChoreOp(policy.durability, settled) { store -> change(requireFile(store)) }
                queue.enqueue(op) { }
                op
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                result as R
            },
            { fault -> throw StoreUnavailableException("$failure: ${fault.message}", fault) },
        )

    /** Waits until what was written before is in the file, logs included. */
    private fun settleOrThrow() {
        policy.refuseIfClosed()
        try {
            queue.await(book.barrier())
        } catch (fault: StoreFaultException) {
            throw StoreUnavailableException("not everything could be written: ${fault.message}", fault)
        }
    }

    /** As [settleOrThrow]; a store that is stuck is looked at as it is. */
    private fun settle() {
        policy.refuseIfClosed()
        if (policy.isReadOnly) return
        try {
            settleOrThrow()
        } catch (_: StoreUnavailableException) {
            // Looked at without what is still queued.
        }
    }

    private inline fun <R> asking(
        caller: Caller,
        ask: (StoreBackend) -> R,
    ): R {
        policy.refuseIfClosed()
        try {
            return ask(requireFile(slot.current))
        } catch (fault: StoreFaultException) {
            // Of whoever has gone nobody wants to hear more.
            policy.refuseIfClosed()
            caller.requirePresent()
            throw StoreUnavailableException("the store cannot do it now: ${fault.message}", fault)
        }
    }

    /** What stands in for the file has nothing of it. */
    private fun requireFile(store: StoreBackend): StoreBackend {
        if (slot.isStandIn(store)) throw StoreUnavailableException("the file cannot be used")
        return store
    }

    private fun watch(
        caller: Caller,
        progress: ProgressListener?,
    ) = ProgressListener { done, total ->
        policy.refuseIfClosed()
        caller.requirePresent()
        progress?.progressed(done, total)
    }

    private fun stopAfter(
        what: String,
        limit: Duration,
    ): ProgressListener {
        val began = clock.ticks()
        return ProgressListener { _, _ ->
            val late = clock.ticks() - began > limit.toNanos()
            if (late) throw StoreUnavailableException("$what was stopped after ${limit.toMillis()} ms")
        }
    }

    private companion object {
        const val MOST_LISTED = 1_000
        val LONGEST_STATEMENT: Duration = Duration.ofSeconds(30)
    }
}
