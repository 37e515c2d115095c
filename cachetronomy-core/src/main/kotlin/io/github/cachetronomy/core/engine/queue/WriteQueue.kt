package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.awaitShared
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.StoredEntry
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.function.Supplier
import kotlin.concurrent.withLock
import kotlin.random.Random

/**
 * The one way into the store. Every write and removal takes its number here, and with it its place:
 * what memory shows and what the file gets are in the same order.
 *
 * Whoever finds the store free commits what has gathered, in one transaction: a blocking caller on
 * its own thread, anybody else on the scope's dispatcher (flat combining: Hendler, Incze, Shavit,
 * Tzafrir, "Flat Combining and the Synchronization-Parallelism Tradeoff", 2010). It returns after the
 * batch with its own op and leaves what came meanwhile to the scope. Waiting for another process is
 * always done by the scope, with delays, so that no caller is held longer than it wants to wait.
 */
internal class WriteQueue(
    private val slot: StoreSlot,
    private val scope: CoroutineScope,
    private val clock: CacheClock,
    patience: Duration,
    private val listener: Listener,
) {
    /** Told of what went wrong, on the thread that commits. */
    interface Listener {
        /** The rows of [entries] will not be in the store. */
        fun dropped(
            entries: List<StoredEntry>,
            fault: Throwable,
        )

        /** Rows were to go and are still there: they are hidden, and the store has to be asked again. */
        fun notRemoved(fault: Throwable)

        /** The store took a batch of about so many [bytes]. */
        fun committed(bytes: Long)
    }

    private val backlog = Backlog(clock, patience)

    /** Guarded by the backlog's lock: whether somebody is committing, or about to. */
    private var draining = false

    /** How long a caller waits for the store at the most. */
    var patience: Duration by backlog::patience

    /** Whether to try to get back to the store before the next batch: nothing is being written then. */
    @Volatile
    private var returning = false

    /** What is queued, as readers must see it. */
    val pending: PendingWrites get() = backlog.pending

    /** The number of the last write or removal. */
    val lastNumber: Long get() = backlog.lastNumber

    /** Whether the store still has rows that were to go. */
    val owesRemovals: Boolean get() = backlog.owesAnything

    /**
     * Puts [op] into its place. [effect] runs at that moment, under the lock, with nothing of a caller
     * in it: it makes memory show what the op will do.
     */
    inline fun enqueue(
        op: WriteOp<*>,
        effect: (Long) -> Unit,
    ) = backlog.enqueue(op, effect)

    /** Runs [block] with a number of its own, in the order of all writes and under the lock. */
    inline fun orderly(block: (Long) -> Unit) = backlog.orderly(block)

    /** Runs [block] when whatever has a number is in sight, and nothing else gets one meanwhile. */
    inline fun <R> settled(block: () -> R): R = backlog.lock.withLock(block)

    /** Gives [op] its number and its place. Only inside of [orderly]. */
    fun place(op: WriteOp<*>) = backlog.place(op)

    /** There is no room for new rows of [keys]: those that the store has then go. Only inside of [orderly]. */
    fun dropRows(keys: Collection<String>) = backlog.dropRows(keys)

    /** A signal to wait for before more is written behind, or null when there is room. */
    fun room(): CompletableFuture<Unit>? = backlog.room()

    /** Sees to it that what is queued is committed soon, without waiting for it. */
    fun kick() {
        if (lead()) scope.launch { drain(emptyList()) }
    }

    /** Commits on this thread until [op] is done, if nobody else is at it, and waits for it otherwise. */
    fun <R> await(op: WriteOp<R>): R {
        if (!op.done.isDone && lead()) passOn(attempt(backlog.takeBatch()))
        try {
            return bounded(op) { it.get(patience.toNanos(), TimeUnit.NANOSECONDS) }
        } catch (failure: ExecutionException) {
            throw failure.cause ?: failure
        } catch (_: InterruptedException) {
            withdraw(op)
            Thread.currentThread().interrupt()
            throw CancellationException("interrupted while waiting for a write")
        }
    }

    /**
     * Waits for somebody else who commits. That one may be stuck in the store for longer than this caller
     * wants to wait: what has not begun by then is given up, what has may still be done.
     */
    private inline fun <R> bounded(
        op: WriteOp<R>,
        wait: (CompletableFuture<R>) -> R,
    ): R {
        try {
            return wait(op.done)
        } catch (_: TimeoutException) {
            val busy = StoreFaultException(Kind.BUSY, "the store is busy")
            if (backlog.giveUp(op)) tellFailed(op, busy)
        }
        try {
            return wait(op.done)
        } catch (_: TimeoutException) {
            throw StoreFaultException(Kind.BUSY, "the store has been busy with the write for too long")
        }
    }

    /** Waits for [op] without holding a thread. Cancelling withdraws the op unless its batch has begun. */
    suspend fun <R> awaitSuspending(op: WriteOp<R>): R {
        kick()
        try {
            return bounded(op) { it.awaitShared(patience) }
        } catch (cancelled: CancellationException) {
            withdraw(op)
            throw cancelled
        }
    }

    private fun withdraw(op: WriteOp<*>) {
        if (backlog.withdraw(op)) op.done.cancel(false)
    }

    /** Waits until [room] or [patience] is over. Returns whether there is room. */
    fun awaitRoom(): Boolean =
        try {
            hasRoom { it.get(patience.toNanos(), TimeUnit.NANOSECONDS) }
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            throw CancellationException("interrupted while waiting for room in the write queue")
        }

    /** As [awaitRoom], without holding a thread. */
    suspend fun awaitRoomSuspending(): Boolean = hasRoom { it.awaitShared(patience) }

    private inline fun hasRoom(wait: (CompletableFuture<Unit>) -> Unit): Boolean {
        val signal = room() ?: return true
        kick()
        return try {
            wait(signal)
            true
        } catch (_: TimeoutException) {
            false
        }
    }

    /** Whether somebody has spent half of its patience on waiting for the store. */
    val isKeptWaiting: Boolean get() = backlog.isKeptWaiting

    /** Tries again what is owed, if anything is. */
    fun retryOwed() {
        if (!owesRemovals || !backlog.isEmpty) return
        enqueue(ChoreOp { }) { }
        kick()
    }

    /** Has whoever commits next try to get back to the store, if the heap stands in for it. */
    fun comeBack() {
        returning = true
        enqueue(ChoreOp { }) { }
        kick()
    }

    private fun lead(): Boolean =
        backlog.lock.withLock {
            if (draining || backlog.isEmpty) return false
            draining = true
            true
        }

    /** Leaves the rest to the scope, or nobody when there is none. */
    private fun passOn(leftOver: List<WriteOp<*>>) {
        if (leftOver.isNotEmpty() || !endIfEmpty()) scope.launch { drain(leftOver) }
    }

    private fun endIfEmpty(): Boolean =
        backlog.lock.withLock {
            if (backlog.isEmpty) draining = false
            !draining
        }

    /** Commits until nothing is queued. [begun] is a batch that found the store busy. */
    private suspend fun drain(begun: List<WriteOp<*>>) {
        var batch = begun
        while (true) {
            if (batch.isNotEmpty()) {
                delay(Random.nextLong(1, LONGEST_PAUSE_MILLIS))
            } else if (endIfEmpty()) {
                return
            } else {
                batch = backlog.takeBatch()
            }
            batch = attempt(batch)
        }
    }

    /** Gives up all that is left. Whoever waits for it gets a CacheClosedException, as does whoever comes later. */
    fun close() = backlog.close().forEach { it.done.completeExceptionally(CacheClosedException()) }

    /** Tries to commit [batch] once. Returns the ops that found the store busy and may still wait. */
    private fun attempt(batch: List<WriteOp<*>>): List<WriteOp<*>> {
        val waiting =
            try {
                if (returning) slot.comeBack().also { returning = false }
                attemptTogether(batch)
            } catch (failure: Throwable) {
                // Whatever went wrong, nobody is to wait for ever.
                batch.filterNot { it.done.isDone }.forEach { it.done.completeExceptionally(failure) }
                emptyList()
            }
        if (waiting.isEmpty()) backlog.ended()
        return waiting
    }

    private fun attemptTogether(batch: List<WriteOp<*>>): List<WriteOp<*>> {
        if (batch.isEmpty()) return batch
        val store = slot.current
        try {
            commit(backlog.owed() + batch, store)
            return emptyList()
        } catch (fault: StoreFaultException) {
            when {
                fault.kind == Kind.BUSY -> return stillWaiting(batch, fault)
                fault.kind == Kind.DAMAGED && slot.replaceDamaged(store, fault) -> return stillWaiting(batch, fault)
                batch.size == 1 -> fail(batch.single(), fault)
                else -> return attemptOneByOne(batch)
            }
        } catch (failure: Throwable) {
            // Not the store's fault: one of the ops cannot be done. The others can.
            if (batch.size > 1) return attemptOneByOne(batch)
            fail(batch.single(), failure)
        }
        return emptyList()
    }

    /** In their order: where one has to wait, so have those behind it. */
    private fun attemptOneByOne(batch: List<WriteOp<*>>): List<WriteOp<*>> {
        batch.forEachIndexed { i, op ->
            val waiting = attemptTogether(listOf(op))
            if (waiting.isNotEmpty()) return waiting + batch.drop(i + 1)
        }
        return emptyList()
    }

    private fun commit(
        batch: List<WriteOp<*>>,
        store: StoreBackend,
    ) {
        val results = arrayOfNulls<Any?>(batch.size)
        val synced = batch.any { it.durability == Durability.SYNCED }
        val durability = if (synced) Durability.SYNCED else Durability.COMMITTED
        store.transaction(
            durability,
            Supplier {
                val rows = LinkedHashMap<String, StoredEntry>()
                batch.forEachIndexed { i, op ->
                    if (op is PutOp && op !is KeepOp) {
                        op.entries.forEach { rows[it.key] = it }
                    } else {
                        write(rows, store)
                        results[i] = op.apply(store)
                    }
                }
                write(rows, store)
            },
        )
        backlog.done(batch, results)
        tell { committed(batch.sumOf { it.weight.toLong() }) }
        val inFile = !slot.isStandIn(store)
        batch.forEachIndexed { i, op -> op.complete(if (op is PutOp) inFile else results[i]) }
    }

    /** In the order in which their keys were first written. */
    private fun write(
        rows: LinkedHashMap<String, StoredEntry>,
        store: StoreBackend,
    ) {
        rows.values.forEach(store.entries::put)
        rows.clear()
    }

    private fun stillWaiting(
        batch: List<WriteOp<*>>,
        fault: StoreFaultException,
    ): List<WriteOp<*>> {
        val now = clock.ticks()
        val (late, waiting) = batch.partition { it.deadline - now <= 0 }
        late.forEach { fail(it, fault) }
        return waiting
    }

    private fun fail(
        op: WriteOp<*>,
        fault: Throwable,
    ) {
        backlog.failed(op)
        tellFailed(op, fault)
    }

    private fun tellFailed(
        op: WriteOp<*>,
        fault: Throwable,
    ) {
        if (op is PutOp) tell { dropped(op.entries, fault) }
        if (op is RemoveOp || op is BulkOp) tell { notRemoved(fault) }
        op.done.completeExceptionally(fault)
    }

    /** A logger that throws must not end the commits, and there is nobody left to tell. */
    private inline fun tell(what: Listener.() -> Unit) {
        runCatching { listener.what() }
    }

    private companion object {
        const val LONGEST_PAUSE_MILLIS = 12L
    }
}
