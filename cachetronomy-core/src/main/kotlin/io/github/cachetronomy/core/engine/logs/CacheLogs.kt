package io.github.cachetronomy.core.engine.logs

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.queue.ChoreOp
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Pages
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.spi.LogStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.text.requireKey

/**
 * The logs of the file as the faces offer them. Reads show what the store has, and block; see
 * [CacheEngine.settle]. Thread-safe.
 */
@InternalCachetronomyApi
public class CacheLogs internal constructor(
    private val book: LogBook,
    private val queue: WriteQueue,
    private val slot: StoreSlot,
    private val policy: WritePolicy,
) {
    public fun topAccessed(limit: Int): List<AccessRecord> {
        requireLimit(limit)
        return asked { it.accessLog.top(limit) }
    }

    public fun accessRecord(key: String): AccessRecord? {
        requireKey(key)
        return asked { it.accessLog.find(key) }
    }

    public fun accessRecords(): Pages<AccessRecord> = pages { it.accessLog }

    /** Gives whether there was a row. Reads that were counted before and are not in the file yet go, too. */
    public fun deleteAccessRecord(key: String): Write<Boolean> {
        requireKey(key)
        return changing { it.accessLog.delete(key) }
    }

    /** Gives how many rows there were. */
    public fun clearAccessLog(): Write<Long> = changing { it.accessLog.deleteAll() }

    public fun recentEvictions(limit: Int): List<EvictionRecord> {
        requireLimit(limit)
        return asked { it.evictionLog.recent(limit) }
    }

    public fun evictionRecords(): Pages<EvictionRecord> = pages { it.evictionLog }

    /** Gives how many rows there were. */
    public fun clearEvictionLog(): Write<Long> = changing { it.evictionLog.deleteAll() }

    private fun requireLimit(limit: Int) = require(limit >= 0) { "a limit is not negative: $limit" }

    private inline fun <R> asked(ask: (StoreBackend) -> R): R {
        policy.refuseIfClosed()
        return slot.readOrThrow(ask)
    }

    private fun <R : Any> pages(log: (StoreBackend) -> LogStore<R>): Pages<R> {
        policy.refuseIfClosed()
        var after: Long? = null
        var ended = false
        return Pages {
            if (ended) return@Pages null
            val rows = slot.readOrThrow { log(it).page(after, PAGE) }
            ended = rows.size < PAGE
            after = rows.lastOrNull()?.place
            rows.map { it.record }
        }
    }

    private fun <R : Any> changing(change: (StoreBackend) -> R): Write<R> {
        policy.refuseIfReadOnly()
        return QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val op =
                    ChoreOp(policy.durability) { store ->
                        // What stands in for the file has none of its rows, which would be back with the file.
                        if (slot.isStandIn(store)) {
                            throw StoreUnavailableException("the file that has the logs cannot be used")
                        }
                        change(store)
                    }
                book.enqueueBefore(op)
                op
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                result as R
            },
            { fault -> throw StoreUnavailableException("the logs cannot be changed now: ${fault.message}", fault) },
        )
    }

    private companion object {
        const val PAGE = 500
    }
}
