package io.github.cachetronomy.core.engine.logs

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.access.ReadCounts
import io.github.cachetronomy.core.engine.queue.ChoreOp
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.WriteOp
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.spi.LogStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * Takes what was counted and what left into the file: piece by piece in its place in the queue, with nobody
 * waiting for it. What the store refuses waits for the next time.
 */
internal class LogBook(
    private val reads: ReadCounts,
    private val departures: Departures,
    private val queue: WriteQueue,
    private val slot: StoreSlot,
    private val scope: EngineScope,
    private val clock: CacheClock,
    /** How much of the logs is kept. */
    @Volatile var retention: LogRetention,
) {
    /** The most rows of each log, whatever is kept otherwise; null = any number. */
    @Volatile
    var mostRows: Long? = null

    /** The most rows of each log. */
    val maxRows: Long? get() = listOfNotNull(retention.maxRows, mostRows).minOrNull()

    /** So that what is taken first is queued first. */
    private val lock = ReentrantLock()

    /** Pieces that are queued and not over. A store that is stuck is not to fill the queue with them. */
    private val underWay = AtomicInteger()

    /** How often the store has refused a piece. */
    private val refusals = AtomicInteger()

    /** Sees to it that what gathered is in the file soon. */
    fun flush() {
        enqueue()
        queue.kick()
    }

    /** Puts what gathered into the queue. */
    fun enqueue(): Unit = lock.withLock { if (underWay.get() < MOST_UNDER_WAY) put() }

    /**
     * Puts what gathered into the queue, and what it gives behind it: when that is done, the file has all
     * that came before. A piece that the store refuses meanwhile, and has back, goes with it.
     */
    fun barrier(): WriteOp<Unit> =
        lock.withLock {
            val refusalsBefore = refusals.get()
            if (underWay.get() < MOST_UNDER_WAY) put()
            // Once, whatever happens to the transaction.
            val comeBack = lazy { reads.take() to departures.take() }
            val op =
                ChoreOp<Unit> { store ->
                    if (refusals.get() != refusalsBefore) {
                        store.accessLog.add(comeBack.value.first)
                        store.evictionLog.add(comeBack.value.second)
                    }
                }
            op.done.whenComplete { _, fault ->
                if (isRefusal(fault) && comeBack.isInitialized()) {
                    reads.giveBack(comeBack.value.first)
                    departures.giveBack(comeBack.value.second)
                }
            }
            queue.enqueue(op) { }
            op
        }

    /** As [enqueue], and [change] right behind it: it concerns what was gathered, too. */
    fun enqueueBefore(change: ChoreOp<*>): Unit =
        lock.withLock {
            put()
            queue.enqueue(change) { }
        }

    /** Another profile is in force from now on. */
    fun profileWas(name: String) = reads.profileWas(name)

    /** Only under [lock]. */
    private fun put() {
        val accesses: (StoreBackend) -> LogStore<AccessRecord> = { it.accessLog }
        val evictions: (StoreBackend) -> LogStore<EvictionRecord> = { it.evictionLog }
        reads.take().chunked(PIECE).forEach { put(it, accesses, reads::giveBack) }
        departures.take().chunked(PIECE).forEach { put(it, evictions, departures::giveBack) }
    }

    private fun <R : Any> put(
        records: List<R>,
        log: (StoreBackend) -> LogStore<R>,
        giveBack: (List<R>) -> Unit,
    ) {
        val op = ChoreOp(weight = records.size * WEIGHT) { log(it).add(records) }
        underWay.incrementAndGet()
        op.done.whenComplete { _, fault ->
            underWay.decrementAndGet()
            if (isRefusal(fault)) {
                giveBack(records)
                refusals.incrementAndGet()
            }
        }
        queue.enqueue(op) { }
    }

    /** What is refused for itself would be refused for ever. */
    private fun isRefusal(fault: Throwable?) =
        fault is StoreFaultException && fault.kind != StoreFaultException.Kind.REJECTED

    /** Removes what is not kept any more. Another piece follows only after a commit, so that writers get their turn. */
    suspend fun trim() {
        trim { it.accessLog }
        trim { it.evictionLog }
    }

    private suspend fun trim(log: (StoreBackend) -> LogStore<*>) {
        val kept = retention.withMaxRows(maxRows)
        if (kept.maxRows == null && kept.maxAge == null) return
        do {
            val store = slot.current
            val oldest = kept.oldest(clock.instant())
            // Found beside the writers; only the removal is a transaction.
            val places =
                scope.onStore { slot.read({ emptyList() }) { log(store).beyond(kept.maxRows, oldest, MOST_FOUND) } }
            for (piece in places.chunked(PIECE)) if (!removed(store, piece, log)) return
        } while (places.size == MOST_FOUND)
    }

    private suspend fun removed(
        from: StoreBackend,
        places: List<Long>,
        log: (StoreBackend) -> LogStore<*>,
    ): Boolean {
        val write =
            QueuedWrite(
                queue,
                false,
                {
                    // In another store than they were found in, the places are those of other rows.
                    val op = ChoreOp { store -> (store === from).also { if (it) log(store).deleteRows(places) } }
                    queue.enqueue(op) { }
                    op
                },
                { it == true },
                { false },
            )
        return write.awaitSuspending()
    }

    private companion object {
        const val PIECE = 1_000
        const val MOST_FOUND = 20_000
        const val MOST_UNDER_WAY = 400

        /** Roughly what a record takes, for batches to be cut. */
        const val WEIGHT = 200
    }
}
