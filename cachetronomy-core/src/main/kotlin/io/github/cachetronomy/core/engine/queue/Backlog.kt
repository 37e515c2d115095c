package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.memory.CacheClock
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * What has been asked of the store and is not done yet: in its order, with what readers must see of
 * it, and with what the store owes.
 *
 * The store owes a removal when it did not take a write or a removal: a row that was to change and did
 * not must not be served after a restart. What is owed is done at the head of the next transaction,
 * whatever that is about.
 */
internal class Backlog(
    private val clock: CacheClock,
    /** How long a caller waits for the store at the most. */
    @Volatile var patience: Duration,
) {
    val lock = ReentrantLock()
    val pending = PendingWrites()

    /** Guarded by [lock]. */
    private val queued = ArrayDeque<WriteOp<*>>()

    /** Guarded by [lock]: the batch that is being committed, or waits for another process. */
    private var begun: List<WriteOp<*>> = emptyList()

    /** Guarded by [lock]: with what is to be told of their removal, which is nothing where a write was not taken. */
    private val owedKeys = LinkedHashMap<String, (Map<String, Long>) -> Unit>()

    /** Guarded by [lock]. */
    private val owedRemovals = LinkedHashSet<BulkOp<*>>()

    /** Guarded by [lock]. */
    private var weight = 0L

    /** Guarded by [lock]: completed when the queue has shrunk. */
    private var shrunk: CompletableFuture<Unit>? = null

    /** Guarded by [lock]. */
    private var closed = false

    /** Guarded by [lock]: the last number that was given to anybody. */
    private var given = 0L

    /**
     * The last number whose work is in sight: whoever reads it and looks around afterwards finds what that number
     * and those before it stand for, and takes nothing older for newer. Guarded by [lock] for writing.
     */
    @Volatile
    var lastNumber: Long = 0L
        private set

    val isEmpty: Boolean get() = lock.withLock { queued.isEmpty() }

    val owesAnything: Boolean get() = lock.withLock { owedKeys.isNotEmpty() || owedRemovals.isNotEmpty() }

    /** Runs [block] with a number of its own, in the order of all writes and under the lock. */
    inline fun orderly(block: (Long) -> Unit) =
        lock.withLock {
            given++
            try {
                block(given)
            } finally {
                lastNumber = given
            }
        }

    /** Gives [op] its number and its place, and runs [effect] with that number, under the lock. */
    inline fun enqueue(
        op: WriteOp<*>,
        effect: (Long) -> Unit,
    ) = lock.withLock {
        try {
            place(op)
            effect(op.number)
        } finally {
            lastNumber = given
        }
    }

    /** Gives [op] its number and its place. Only inside of [orderly] or [enqueue]. */
    fun place(op: WriteOp<*>) {
        if (closed) throw CacheClosedException()
        given++
        op.number = given
        op.deadline = clock.ticks() + patience.toNanos()
        queued.addLast(op)
        weight += op.weight
        pending.add(op)
    }

    /** There is no room for new rows of [keys]: those that the store has then go. Only inside of [orderly]. */
    fun dropRows(keys: Collection<String>) {
        val last = queued.lastOrNull()
        when {
            last is BulkOp<*> && last.selection is Selection.Everything -> {}

            last is StaleRowsOp && last.keys.size < MOST_OWED -> {
                last.also { it.add(keys) }.let(pending::add)
            }

            last is StaleRowsOp -> {
                place(everything())
            }

            else -> {
                place(StaleRowsOp(LinkedHashSet(keys)))
            }
        }
    }

    /** The next ops to commit together, oldest first. */
    fun takeBatch(): List<WriteOp<*>> {
        val hadNoRoom: CompletableFuture<Unit>?
        val batch: List<WriteOp<*>>
        lock.withLock {
            batch = nextBatch()
            begun = batch
            hadNoRoom = shrunk
            shrunk = null
        }
        // Not under the lock: what waited may go on right here.
        hadNoRoom?.complete(Unit)
        return batch
    }

    /** Only under [lock]. */
    private fun nextBatch(): List<WriteOp<*>> {
        val batch = ArrayList<WriteOp<*>>(minOf(queued.size, MOST_BATCH_OPS))
        var bytes = 0L
        while (queued.isNotEmpty() && batch.size < MOST_BATCH_OPS && bytes < MOST_BATCH_BYTES) {
            val op = queued.removeFirst()
            bytes += op.weight
            batch.add(op)
        }
        weight -= bytes
        return batch
    }

    /** Whether what has waited longest has spent half of its patience. */
    val isKeptWaiting: Boolean
        get() =
            lock.withLock {
                val oldest = begun.firstOrNull { !it.isOver } ?: queued.firstOrNull() ?: return false
                oldest.deadline - clock.ticks() < patience.toNanos() / 2
            }

    /** Every op of the batch begun last is over. */
    fun ended() = lock.withLock { begun = emptyList() }

    /** What has to be done before anything else. */
    fun owed(): List<WriteOp<*>> =
        lock.withLock {
            owedRemovals.toList() + listOfNotNull(owedKeys.ifEmpty { null }?.let { removal(LinkedHashMap(it)) })
        }

    private fun removal(owed: Map<String, (Map<String, Long>) -> Unit>) =
        RemoveOp(owed.keys, COMMITTED) { removed ->
            removed.forEach { (key, expiresAt) -> owed.getValue(key)(mapOf(key to expiresAt)) }
        }

    /** The store has done [ops], with these results. */
    fun done(
        ops: List<WriteOp<*>>,
        results: Array<Any?>,
    ) = lock.withLock {
        ops.forEachIndexed { i, op ->
            pay(op)
            // What was given up meanwhile, at closing, stays given up.
            if (op.isOver && op !is BulkOp) return@forEachIndexed
            settle(op)
            op.over(committed = true, results[i])
        }
    }

    /** The store did not do [op]: what it still has must not be read from there any more. */
    fun failed(op: WriteOp<*>) =
        lock.withLock {
            when (op) {
                is PutOp -> {
                    owe(op.entries.map { it.key }) { }
                }

                is RemoveOp -> {
                    owe(op.keys, op.told)
                }

                // Stays in force for readers until the store has done it.
                is BulkOp -> {
                    owedRemovals.add(op)
                }

                is AtomicOp, is ChoreOp -> {}
            }
            if (op is BulkOp) op.isOver = true else settle(op)
            op.over(committed = false, null)
        }

    /**
     * Nobody waits for [op] any more. If its batch has not begun: a removal keeps its place, a write leaves
     * its place to the removal of its rows, and anything else does not happen. Returns whether it was so.
     */
    fun giveUp(op: WriteOp<*>): Boolean =
        lock.withLock {
            val place = queued.indexOf(op)
            if (place < 0) return false
            when (op) {
                is RemoveOp, is BulkOp -> {}

                is PutOp -> {
                    queued[place] = removalInsteadOf(op)
                }

                is AtomicOp, is ChoreOp -> {
                    queued.removeAt(place).also { weight -= op.weight }.let(::failed)
                }
            }
            true
        }

    /** What was queued before [op] must not come up when that is not done, nor what comes after it be hit. */
    private fun removalInsteadOf(op: PutOp): RemoveOp {
        val removal = RemoveOp(op.entries.map { it.key }, COMMITTED)
        removal.number = op.number
        removal.deadline = op.deadline
        weight += removal.weight - op.weight
        op.isOver = true
        pending.replace(op, removal)
        op.over(committed = false, null)
        return removal
    }

    /** Nothing is placed from now on. Gives up and returns all that is left. */
    fun close(): List<WriteOp<*>> {
        val left: List<WriteOp<*>>
        val hadNoRoom: CompletableFuture<Unit>?
        lock.withLock {
            closed = true
            left = (begun + queued).filterNot { it.isOver }
            left.forEach(::settle)
            left.forEach { it.over(committed = false, null) }
            begun = emptyList()
            queued.clear()
            hadNoRoom = shrunk
            shrunk = null
        }
        hadNoRoom?.complete(Unit)
        return left
    }

    /** Takes [op] back. Returns whether that was possible: its batch had not begun. */
    fun withdraw(op: WriteOp<*>): Boolean =
        lock.withLock {
            if (!queued.remove(op)) return false
            weight -= op.weight
            op.isOver = true
            pending.takeBack(op, (begun + queued).filterNot { it.isOver })
            op.withdrawn()
            true
        }

    /** A signal to wait for before more is written behind, or null when there is room. */
    fun room(): CompletableFuture<Unit>? =
        lock.withLock {
            if (queued.size < MOST_QUEUED_OPS && weight < MOST_QUEUED_BYTES) return null
            shrunk ?: CompletableFuture<Unit>().also { shrunk = it }
        }

    /** Only under [lock]. */
    private fun settle(op: WriteOp<*>) {
        op.isOver = true
        pending.settle(op)
    }

    /** Only under [lock]. */
    private fun owe(
        keys: Collection<String>,
        told: (Map<String, Long>) -> Unit,
    ) {
        if (owedRemovals.any { it.selection is Selection.Everything }) return
        keys.forEach { owedKeys[it] = told }
        pending.owe(keys)
        if (owedKeys.size <= MOST_OWED) return
        // Naming it all would fill the heap: nothing of the store is believed until it has been emptied.
        owedKeys.clear()
        everything().also(owedRemovals::add).let(pending::owe)
    }

    /** What is owed goes first in every transaction, so it is done with whatever was. Only under [lock]. */
    private fun pay(op: WriteOp<*>) {
        if (op is BulkOp) owedRemovals.remove(op)
        if (op !is RemoveOp || owedKeys.isEmpty()) return
        owedKeys.keys -= op.keys.toSet()
        pending.paid(op.keys)
    }

    private fun everything() = BulkOp(Selection.Everything, COMMITTED) { it.entries.deleteAll() }

    private companion object {
        val COMMITTED = Durability.COMMITTED
        const val MOST_BATCH_OPS = 1_000
        const val MOST_BATCH_BYTES = 4L * 1024 * 1024
        const val MOST_QUEUED_OPS = 10_000
        const val MOST_QUEUED_BYTES = 64L * 1024 * 1024
        const val MOST_OWED = 10_000
    }
}
