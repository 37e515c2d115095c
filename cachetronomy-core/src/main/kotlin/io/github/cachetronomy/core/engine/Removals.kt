package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.text.TimeText
import io.github.cachetronomy.core.text.requireKey
import io.github.cachetronomy.core.text.requirePrefix
import io.github.cachetronomy.core.text.requireTag

/** Everything that removes: entries go from memory at once and from the store in their turn. */
internal class Removals(
    private val queue: WriteQueue,
    private val view: MemoryView,
    private val invalidations: Invalidations,
    private val flights: Flights,
    private val departures: Departures,
    private val policy: WritePolicy,
    private val clock: CacheClock,
    private val counters: Counters,
    private val events: EventHub,
    private val profile: () -> Profile,
) {
    /** Gives the keys of those that were live. */
    fun delete(keys: Collection<String>): Write<Set<String>> {
        keys.forEach(::requireKey)
        val inMemory = HashSet<String>()
        return Write(
            queue,
            false,
            {
                policy.refuseIfClosed()
                RemoveOp(LinkedHashSet(keys), policy.durability).also { op ->
                    queue.enqueue(op) { _ ->
                        val now = clock.now()
                        for (key in op.keys) {
                            view.overtake(key)
                            if (view.forgetUnlessExpired(key, now, EvictionCause.DELETED)) inMemory += key
                        }
                    }
                }
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                val removed = (result as Map<String, Long>?).orEmpty()
                val now = clock.now()
                val live = removed.filterValues { it > now }.keys
                (live - inMemory).forEach { departures.left(it, EvictionCause.DELETED, Tier.STORE, 0) }
                live
            },
            { fault -> policy.unlessRequired(fault) { inMemory } },
        )
    }

    fun clear(): Write<Long> =
        removeSelected(Selection.Everything, null, { it.entries.deleteAll() }) { count, _ ->
            (count as Long?)?.also { cleared ->
                counters.evicted(EvictionCause.CLEARED, cleared)
                events.emit { CacheEvent.Cleared(cleared) }
            } ?: 0L
        }

    fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Write<Long> {
        // A copy: the caller may change its set, and is not to be asked under a lock.
        val wanted = tags.mapTo(LinkedHashSet(), ::requireTag)
        val remove = { store: StoreBackend -> store.entries.deleteByTags(wanted, match) }
        return removeSelected(Selection.Tagged(wanted, match), EvictionCause.TAG, remove, told(EvictionCause.TAG))
    }

    fun clearByPrefix(prefix: String): Write<Long> {
        requirePrefix(prefix)
        val remove = { store: StoreBackend -> store.entries.deleteByPrefix(prefix) }
        return removeSelected(Selection.Prefixed(prefix), EvictionCause.PREFIX, remove, told(EvictionCause.PREFIX))
    }

    /** Logged as a removal by tag, as Python does. */
    fun clearByProfile(name: String): Write<Long> {
        val remove = { store: StoreBackend -> store.entries.deleteByProfile(name) }
        return removeSelected(Selection.SavedBy(name), EvictionCause.TAG, remove, told(EvictionCause.TAG))
    }

    private fun told(cause: EvictionCause): (Any?, Set<String>) -> Long =
        { result, inMemory ->
            @Suppress("UNCHECKED_CAST")
            val removed = (result as List<RemovedEntry>?).orEmpty()
            removed.forEach { if (it.key !in inMemory) departures.left(it.key, cause, Tier.STORE, 0) }
            removed.size.toLong()
        }

    /** [cause] null = the removal is told as a whole, not entry by entry. */
    private fun removeSelected(
        selection: Selection,
        cause: EvictionCause?,
        remove: (StoreBackend) -> Any,
        result: (Any?, inMemory: Set<String>) -> Long,
    ): Write<Long> {
        var inMemory = emptySet<String>()
        return Write(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val op = BulkOp(selection, policy.durability, remove)
                queue.enqueue(op) { number ->
                    invalidations.add(number, selection)
                    flights.detach(selection, profile().name)
                }
                // Whatever enters memory from here on knows of the removal; what is in there goes.
                inMemory =
                    view
                        .forgetAll(cause) { key, entry ->
                            entry.order <= op.number && selection.selects(key, entry.traits.tags, entry.traits.profile)
                        }.keys
                op
            },
            { result(it, inMemory) },
            { fault -> policy.unlessRequired(fault) { inMemory.size.toLong() } },
        )
    }

    /** Removes up to [limit] expired rows, and what is expired in memory. */
    fun removeExpired(limit: Int): Write<List<ExpiredEntry>> {
        val now = clock.now()
        var inMemory = emptyMap<String, Long>()
        return Write(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val gone = view.forgetAll(EvictionCause.EXPIRED) { _, entry -> now >= entry.expiresAt }
                inMemory = gone.mapValues { (_, entry) -> entry.expiresAt }
                ChoreOp { it.entries.deleteExpired(now, limit) }.also { op -> queue.enqueue(op) { } }
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                val stored = (result as List<RemovedEntry>?).orEmpty().associate { it.key to it.expiresAt }
                (stored.keys - inMemory.keys).forEach { departures.left(it, EvictionCause.EXPIRED, Tier.STORE, 0) }
                expired(inMemory + stored)
            },
            { fault -> policy.unlessRequired(fault) { expired(inMemory) } },
        )
    }

    private fun expired(times: Map<String, Long>) = times.map { (key, at) -> ExpiredEntry(key, TimeText.instant(at)) }

    /** Out of memory only. A value that is on its way in may still arrive. */
    fun evict(key: String): Boolean = view.forget(requireKey(key), EvictionCause.EVICTED) != null

    fun evictAll() {
        view.forgetAll(EvictionCause.CLEARED) { _, _ -> true }
    }
}
