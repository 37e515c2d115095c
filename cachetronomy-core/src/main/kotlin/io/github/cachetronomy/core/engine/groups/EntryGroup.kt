package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.queue.Write
import java.util.concurrent.atomic.LongAdder

/**
 * The entries of one function, or of one namespace: counts what is asked of them, and keeps them within a cap, if there
 * is one. The least recently used one then goes first, from memory and store.
 *
 * The cap holds for what the store had when it was set and for what was written since, as [kept] and [hit] tell of it.
 * Thread-safe.
 */
@InternalCachetronomyApi
public class EntryGroup internal constructor(
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

    /** The most entries there may be; null = any number. Lowering it takes effect with the next [look]. */
    public var maxEntries: Int?
        get() = recency?.limit
        set(limit) {
            require(limit == null || limit >= 0) { "maxEntries is not negative: $limit" }
            if (limit != recency?.limit) recency = limit?.let(::Recency)
        }

    /** Whether [look] has to be called before anything is read or written. */
    public val isUnknown: Boolean get() = recency !== looked

    /** Finds out what is there already, and what of it is too many. Blocks; null = nothing has to go. */
    public fun look(): Write<*>? {
        val recency = this.recency
        recency?.addOlder(entries.byLastUse(members))
        looked = recency
        return surplus(recency)
    }

    /** A read of [key] found a value. */
    public fun hit(key: String) {
        hits.increment()
        recency?.used(key)
    }

    /** A read found none. */
    public fun miss(): Unit = misses.increment()

    /** [key] was written. Gives the removal of what is too many now, for the caller to make; null = nothing is. */
    public fun kept(key: String): Write<*>? {
        val recency = this.recency ?: return null
        recency.written(key)
        return surplus(recency)
    }

    /** As [kept], for many. */
    public fun kept(keys: Collection<String>): Write<*>? {
        val recency = this.recency ?: return null
        keys.forEach(recency::written)
        return surplus(recency)
    }

    /** The removal of all of them; gives how many there were. */
    public fun clear(): Write<Long> = entries.clear(members)

    /** What was asked of them since the first of those who share this group began, and how many there are. Blocks. */
    public fun stats(): GroupStats = GroupStats(hits.sum(), misses.sum(), entries.count(members), maxEntries)

    internal val isCapped: Boolean get() = recency != null

    internal fun left(key: String) {
        recency?.remove(key)
    }

    internal fun leftAll() {
        recency?.clear()
    }

    private fun surplus(recency: Recency?): Write<*>? {
        val surplus = recency?.takeSurplus().orEmpty()
        return if (surplus.isEmpty()) null else entries.remove(surplus)
    }
}
