package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.Durability
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
import java.util.concurrent.locks.ReentrantLock
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
    /** How long a caller waits for the store at the most. */
    val patience: Duration,
    private val listener: Listener,
) {
    /** Told of what went wrong, on the thread that commits. */
    interface Listener {
        /** The rows of [entries] will not be in the store. */
        fun dropped(
            entries: List<StoredEntry>,
            fault: Throwable,
        )

        /** The store took a batch, or failed to. */
        fun attempted(fault: StoreFaultException?)
    }

    val lock = ReentrantLock()
    val pending = PendingWrites()

    /** Guarded by [lock]. */
    private val queued = ArrayDeque<WriteOp<*>>()

    /** Guarded by [lock]: removals that the store did not take, or that stand in for rows it did not take. They go before all others. */
    private val owed = LinkedHashSet<WriteOp<*>>()

    /** Guarded by [lock]. */
    private var weight = 0L

    /** Guarded by [lock]: whether somebody is committing, or about to. */
    private var draining = false

    /** Guarded by [lock]: completed when the queue has shrunk. */
    private var shrunk: CompletableFuture<Unit>? = null

    /** Guarded by [lock] for writing. */
    @Volatile
    var lastNumber: Long = 0L
        private set

    /**
     * Puts [op] into its place. [effect] runs at that moment, under the lock, with nothing of a caller
     * in it: it makes memory show what the op will do.
     */
    inline fun enqueue(
        op: WriteOp<*>,
        effect: (Long) -> Unit,
    ) = lock.withLock {
        place(op)
        effect(op.number)
    }

    /** Runs [block] with a number of its own, in the order of all writes and under the lock. */
    inline fun orderly(block: (Long) -> Unit) =
        lock.withLock {
            lastNumber++
            block(lastNumber)
        }

    /** Gives [op] its number and its place. Only under [lock]. */
    fun place(op: WriteOp<*>) {
        lastNumber++
        op.number = lastNumber
        op.deadline = System.nanoTime() + patience.toNanos()
        queued.addLast(op)
        weight += op.weight
        pending.add(op)
    }

    /** Sees to it that what is queued is committed soon, without waiting for it. */
    fun kick() {
        if (lead()) scope.launch { drain(emptyList()) }
    }

    /** Commits on this thread until [op] is done, if nobody else is at it, and waits for it otherwise. */
    fun <R> await(op: WriteOp<R>): R {
        if (!op.done.isDone && lead()) {
            val leftOver = attempt(takeBatch())
            passOn(leftOver)
        }
        try {
            return op.done.get()
        } catch (failure: ExecutionException) {
            throw failure.cause ?: failure
        } catch (_: InterruptedException) {
            withdraw(op)
            Thread.currentThread().interrupt()
            throw CancellationException("interrupted while waiting for a write")
        }
    }

    /** Waits for [op] without holding a thread. Cancelling withdraws the op unless its batch has begun. */
    suspend fun <R> awaitSuspending(op: WriteOp<R>): R {
        kick()
        try {
            return op.done.awaitShared()
        } catch (cancelled: CancellationException) {
            withdraw(op)
            throw cancelled
        }
    }

    /** Takes [op] back if its batch has not begun. */
    private fun withdraw(op: WriteOp<*>) {
        lock.withLock {
            if (!queued.remove(op)) return
            weight -= op.weight
            pending.settle(op)
            op.over(committed = false, null)
        }
        op.done.cancel(false)
    }

    /** A signal to wait for before more is written behind, or null when there is room. */
    fun room(): CompletableFuture<Unit>? =
        lock.withLock {
            if (queued.size < MOST_QUEUED_OPS && weight < MOST_QUEUED_BYTES) return null
            shrunk ?: CompletableFuture<Unit>().also { shrunk = it }
        }

    /** Waits until [room] or [patience] is over. Returns whether there is room. */
    fun awaitRoom(): Boolean {
        val signal = room() ?: return true
        kick()
        return try {
            signal.get(patience.toNanos(), TimeUnit.NANOSECONDS)
            true
        } catch (_: TimeoutException) {
            false
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            throw CancellationException("interrupted while waiting for room in the write queue")
        }
    }

    /** The store did not get the rows of [keys]: what it still has under them must not be seen any more. */
    fun owe(keys: Collection<String>) {
        lock.withLock { oweRemoval(keys) }
    }

    /** Tries again what is owed, if anything is. */
    fun retryOwed() {
        lock.withLock {
            if (owed.isEmpty() || draining) return
            place(ChoreOp {})
        }
        kick()
    }

    /** Only under [lock]. */
    private fun oweRemoval(keys: Collection<String>) {
        val op = if (owed.size < MOST_OWED) RemoveOp(keys, Durability.COMMITTED) else giveUpAll()
        op.number = lastNumber
        owed.add(op)
        pending.add(op)
    }

    /** So much was not taken that naming it all would fill the heap: nothing of the store is believed until it has been emptied. */
    private fun giveUpAll(): WriteOp<*> {
        owed.forEach(pending::settle)
        owed.clear()
        return BulkOp(Selection.Everything, Durability.COMMITTED) { it.entries.deleteAll() }
    }

    private fun lead(): Boolean =
        lock.withLock {
            if (draining || queued.isEmpty()) return false
            draining = true
            true
        }

    /** Leaves the rest to the scope, or nobody when there is none. */
    private fun passOn(leftOver: List<WriteOp<*>>) {
        lock.withLock {
            if (leftOver.isEmpty() && queued.isEmpty()) {
                draining = false
                return
            }
        }
        scope.launch { drain(leftOver) }
    }

    /** Commits until nothing is queued. [begun] is a batch that found the store busy. */
    private suspend fun drain(begun: List<WriteOp<*>>) {
        var batch = begun
        while (true) {
            if (batch.isNotEmpty()) delay(Random.nextLong(1, LONGEST_PAUSE_MILLIS))
            if (batch.isEmpty()) {
                batch =
                    lock.withLock {
                        if (queued.isEmpty()) {
                            draining = false
                            return
                        }
                        takeBatch()
                    }
            }
            batch = attempt(batch)
        }
    }

    private fun takeBatch(): List<WriteOp<*>> =
        lock.withLock {
            val batch = ArrayList<WriteOp<*>>(minOf(queued.size, MOST_BATCH_OPS) + owed.size)
            batch.addAll(owed)
            var bytes = 0L
            while (queued.isNotEmpty() && batch.size < MOST_BATCH_OPS + owed.size && bytes < MOST_BATCH_BYTES) {
                val op = queued.removeFirst()
                bytes += op.weight
                batch.add(op)
            }
            weight -= bytes
            shrunk?.complete(Unit)
            shrunk = null
            batch
        }

    /** Tries to commit [batch] once. Returns the ops that found the store busy and may still wait. */
    private fun attempt(batch: List<WriteOp<*>>): List<WriteOp<*>> {
        if (batch.isEmpty()) return batch
        val store = slot.current
        try {
            commit(batch, store)
            return emptyList()
        } catch (fault: StoreFaultException) {
            listener.attempted(fault)
            when {
                fault.kind == Kind.BUSY -> return stillWaiting(batch, fault)
                fault.kind == Kind.DAMAGED && slot.replaceDamaged(store, fault) -> return batch
                batch.size == 1 -> fail(batch.single(), fault)
                else -> batch.forEach(::attemptAlone)
            }
        } catch (failure: Throwable) {
            // Not the store's fault: one of the ops cannot be done. The others can.
            if (batch.size == 1) fail(batch.single(), failure) else batch.forEach(::attemptAlone)
        }
        return emptyList()
    }

    private fun attemptAlone(op: WriteOp<*>) {
        val waiting = attempt(listOf(op))
        waiting.forEach { fail(it, StoreFaultException(Kind.BUSY, "the store is busy")) }
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
                val rows = HashMap<String, StoredEntry>()
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
        lock.withLock {
            batch.forEachIndexed { i, op ->
                settle(op)
                op.over(committed = true, results[i])
            }
        }
        listener.attempted(null)
        batch.forEachIndexed { i, op -> op.complete(results[i] ?: Unit.takeIf { op is PutOp }) }
    }

    /** In the order of their keys, neighbouring rows share their pages. */
    private fun write(
        rows: HashMap<String, StoredEntry>,
        store: StoreBackend,
    ) {
        val inOrder = if (rows.size > 1) rows.toSortedMap() else rows
        inOrder.values.forEach(store.entries::put)
        rows.clear()
    }

    /** Only under [lock]. */
    private fun settle(op: WriteOp<*>) {
        pending.settle(op)
        owed.remove(op)
    }

    private fun stillWaiting(
        batch: List<WriteOp<*>>,
        fault: StoreFaultException,
    ): List<WriteOp<*>> {
        val now = System.nanoTime()
        val (late, waiting) = batch.partition { it.deadline - now <= 0 }
        late.forEach { fail(it, fault) }
        // What is owed has no caller and is tried again with the next batch.
        return waiting
    }

    /** The store did not take [op]. What it was to change must not be read from there any more. */
    private fun fail(
        op: WriteOp<*>,
        fault: Throwable,
    ) {
        lock.withLock {
            if (op in owed) return
            when (op) {
                is PutOp -> {
                    pending.settle(op)
                    oweRemoval(op.entries.map(StoredEntry::key))
                }

                // Stays in force for readers until the store has done it.
                is RemoveOp, is BulkOp -> {
                    owed.add(op)
                }

                is AtomicOp, is ChoreOp -> {}
            }
            op.over(committed = false, null)
        }
        if (op is PutOp) listener.dropped(op.entries, fault)
        op.done.completeExceptionally(fault)
    }

    private companion object {
        const val MOST_BATCH_OPS = 1_000
        const val MOST_BATCH_BYTES = 4L * 1024 * 1024
        const val MOST_QUEUED_OPS = 10_000
        const val MOST_QUEUED_BYTES = 64L * 1024 * 1024
        const val MOST_OWED = 10_000
        const val LONGEST_PAUSE_MILLIS = 12L
    }
}
