package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import java.util.concurrent.CompletableFuture

/**
 * Something the store has to do, in its place in the queue. [done] completes when the batch that
 * holds it is committed, with what it gave, or fails with why it was not.
 */
internal sealed class WriteOp<R>(
    val durability: Durability,
) {
    val done = CompletableFuture<R>()

    /** Its place in the order of all writes and removals. Set once, under the queue's lock. */
    var number: Long = 0L

    /** In ticks of the cache's clock: when the caller has waited long enough. Set once, under the queue's lock. */
    var deadline: Long = 0L

    /** Whether it is over: committed, failed or withdrawn. Guarded by the queue's lock. */
    var isOver: Boolean = false

    /** Roughly the heap it holds on to. */
    open val weight: Int get() = 64

    /** Does it, in a transaction. May be called again after a batch failed. */
    abstract fun apply(store: StoreBackend): R

    /** Runs under the queue's lock when the op is over: committed with [result], or not at all ([committed] false). */
    open fun over(
        committed: Boolean,
        result: Any?,
    ) {}

    /** Runs under the queue's lock when the caller gave the op up before its batch had begun. */
    open fun withdrawn() = over(committed = false, null)

    /**
     * Tells of what was done. Runs on the thread that committed, under no lock, before anybody who waits goes
     * on, and also where nobody does any more.
     */
    protected open fun tell(result: R) {}

    @Suppress("UNCHECKED_CAST")
    fun complete(result: Any?) {
        tell(result as R)
        done.complete(result)
    }

    override fun toString(): String = "${javaClass.simpleName}#$number"
}

/** Writes rows. Of several for one key in a batch only the last is executed. Gives whether they are in the file. */
internal open class PutOp(
    val entries: List<StoredEntry>,
    durability: Durability,
    /** What memory shows of it. */
    protected val shown: Shown,
) : WriteOp<Boolean>(durability) {
    /** What memory shows of a write; called under the queue's lock. */
    interface Shown {
        /** The rows will not be in the store, nor are they to be in memory. */
        fun takeBack(rows: List<StoredEntry>)

        /** The rows will not be in the store; memory keeps what it shows. */
        fun keepAlone(rows: List<StoredEntry>)
    }

    override val weight: Int = entries.sumOf { 128 + it.data.size + 2 * it.key.length }

    override fun apply(store: StoreBackend): Boolean {
        entries.forEach(store.entries::put)
        return true
    }

    override fun over(
        committed: Boolean,
        result: Any?,
    ) {
        if (!committed) shown.keepAlone(entries)
    }

    override fun withdrawn() = shown.takeBack(entries)
}

/** Writes what loads brought, row by row, if [wanted] still says so in the transaction. */
internal class KeepOp(
    entries: List<StoredEntry>,
    shown: Shown,
    private val wanted: (StoreBackend, StoredEntry) -> Boolean,
) : PutOp(entries, Durability.COMMITTED, shown) {
    private var unwanted = emptyList<StoredEntry>()

    override fun apply(store: StoreBackend): Boolean {
        val (keep, drop) = entries.partition { wanted(store, it) }
        keep.forEach(store.entries::put)
        unwanted = drop
        return true
    }

    override fun over(
        committed: Boolean,
        result: Any?,
    ) {
        super.over(committed, result)
        if (committed && unwanted.isNotEmpty()) shown.takeBack(unwanted)
    }
}

/** Removes rows by key; gives those that were there, with their expiry. */
internal open class RemoveOp(
    val keys: Collection<String>,
    durability: Durability,
    /** Gets what was removed. */
    val told: (Map<String, Long>) -> Unit = {},
) : WriteOp<Map<String, Long>>(durability) {
    override fun tell(result: Map<String, Long>) = told(result)

    override fun apply(store: StoreBackend): Map<String, Long> =
        keys.mapNotNull { key -> store.entries.delete(key)?.let { expiresAt -> key to expiresAt } }.toMap()
}

/** Removes rows that were to be overwritten and were not; grows as long as it is the last in the queue. */
internal class StaleRowsOp(
    private val stale: LinkedHashSet<String>,
) : RemoveOp(stale, Durability.COMMITTED) {
    fun add(keys: Collection<String>) = stale.addAll(keys)
}

/** Removes all rows that [selection] selects. */
internal class BulkOp<R>(
    val selection: Selection,
    durability: Durability,
    private val told: (R) -> Unit = {},
    private val remove: (StoreBackend) -> R,
) : WriteOp<R>(durability) {
    override fun apply(store: StoreBackend): R = remove(store)

    override fun tell(result: R) = told(result)
}

/** Reads, decides and writes in one transaction; memory shows it afterwards. */
internal class AtomicOp<R>(
    durability: Durability,
    private val decide: (StoreBackend) -> R,
    /** Makes memory show what was decided; gets null when nothing was. */
    private val settled: (WriteOp<R>, R?) -> Unit,
) : WriteOp<R>(durability) {
    override fun apply(store: StoreBackend): R = decide(store)

    @Suppress("UNCHECKED_CAST")
    override fun over(
        committed: Boolean,
        result: Any?,
    ) = settled(this, if (committed) result as R else null)
}

/** Work that is not about entries, such as logs and profiles: nobody's value is at stake. */
internal class ChoreOp<R>(
    durability: Durability = Durability.COMMITTED,
    /** Gets what the work gave, or null when it was not done. */
    private val settled: (R?) -> Unit = {},
    private val told: (R) -> Unit = {},
    override val weight: Int = 64,
    private val work: (StoreBackend) -> R,
) : WriteOp<R>(durability) {
    override fun apply(store: StoreBackend): R = work(store)

    override fun tell(result: R) = told(result)

    @Suppress("UNCHECKED_CAST")
    override fun over(
        committed: Boolean,
        result: Any?,
    ) = settled(if (committed) result as R else null)
}
