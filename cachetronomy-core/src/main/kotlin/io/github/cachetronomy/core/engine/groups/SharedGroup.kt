package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.queue.Write
import java.util.concurrent.atomic.LongAdder

/** What all who have the same group in hand know of it, with keys as the whole cache has them. Thread-safe. */
internal class SharedGroup(
    private val members: Members,
    private val entries: GroupEntries,
) {
    private val hits = LongAdder()
    private val misses = LongAdder()

    /** Null = there is no cap. */
    @Volatile
    private var recency: Recency? = null

    @Volatile
    private var looked: Recency? = null

    var maxEntries: Int?
        get() = recency?.limit
        set(limit) {
            require(limit == null || limit >= 0) { "maxEntries is not negative: $limit" }
            val before = recency
            if (limit != before?.limit) recency = limit?.let { Recency(it, before?.all().orEmpty()) }
        }

    val isCapped: Boolean get() = recency != null

    val isUnknown: Boolean get() = recency !== looked

    /** Blocks. Where the store cannot be read it stays unknown, and nothing has to go: a cap is no reason to fail a read. */
    fun look(): Write<*>? {
        val recency = this.recency
        try {
            recency?.addOlder(entries.byLastUse(members))
        } catch (_: StoreUnavailableException) {
            return null
        }
        looked = recency
        return surplus()
    }

    fun hit(): Unit = hits.increment()

    fun miss(): Unit = misses.increment()

    fun used(key: String) {
        recency?.used(key)
    }

    fun written(key: String) {
        recency?.written(key)
    }

    /** The removal of what is too many, for the caller to make; null = nothing is. */
    fun surplus(): Write<*>? {
        val recency = this.recency ?: return null
        val keys = recency.takeSurplus()
        if (keys.isEmpty()) return null
        return entries.remove(keys)?.let { Trimming(recency, keys, it) }
    }

    fun clear(): Write<Long> = entries.clear(members)

    /** How many live ones there are. Blocks. */
    fun count(): Long = entries.count(members)

    fun stats(): GroupStats = GroupStats(hits.sum(), misses.sum(), count(), maxEntries)

    fun left(key: String) {
        recency?.remove(key)
    }

    fun leftAll() {
        recency?.clear()
    }
}
