package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.queue.BulkOp
import io.github.cachetronomy.core.engine.queue.ChoreOp
import io.github.cachetronomy.core.engine.queue.Invalidations
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.RemoveOp
import io.github.cachetronomy.core.engine.queue.Selection
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.spi.IdleEntry
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.text.TimeText
import io.github.cachetronomy.core.text.requireKey
import io.github.cachetronomy.core.text.requirePrefix
import io.github.cachetronomy.core.text.requireTag
import java.util.concurrent.ConcurrentHashMap

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
    private val book: LogBook,
    /** Told when everything has left. */
    private val emptied: () -> Unit,
) {
    /** Gives the keys of those that were live. */
    fun delete(
        keys: Collection<String>,
        cause: EvictionCause = EvictionCause.DELETED,
    ): Write<Set<String>> {
        keys.forEach(::requireKey)
        val live = HashSet<String>()
        val inMemory = HashSet<String>()
        return QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val op =
                    RemoveOp(LinkedHashSet(keys), policy.durability) { removed ->
                        removed.forEach { (key, expiresAt) -> if (key !in inMemory) deleted(key, cause, expiresAt) }
                    }
                queue.enqueue(op) { _ ->
                    val now = clock.now()
                    for (key in op.keys) {
                        view.overtake(key)
                        val entry = view.forgetUnlessExpired(key, now, cause) ?: continue
                        inMemory += key
                        if (now < entry.expiresAt) live += key
                    }
                }
                op
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                val removed = (result as Map<String, Long>?).orEmpty()
                val now = clock.now()
                removed.filterValues { it > now }.keys
            },
            { fault -> policy.unlessRequired(fault) { live } },
        )
    }

    private fun deleted(
        key: String,
        cause: EvictionCause,
        expiresAt: Long,
    ) = departures.leftStore(key, if (clock.now() < expiresAt) cause else EvictionCause.EXPIRED, expiresAt)

    /**
     * The store logs what it removes in the same transaction, as many rows as are kept of the log: naming every
     * entry here would take a heap as large as the file.
     */
    fun clear(): Write<Long> {
        // What memory has been read of; complete once the removal has its place.
        val inMemory = LinkedHashMap<String, Int>()
        return QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val others = EvictionRecord("", clock.instant(), EvictionCause.CLEARED.reason, 0, profile().name)
                val op =
                    BulkOp(Selection.Everything, policy.durability, ::cleared) { store ->
                        val known = inMemory.map { (key, reads) -> others.copy(key = key, reads = reads.toLong()) }
                        store.evictionLog.addEntries(known, others, book.maxRows ?: Long.MAX_VALUE)
                        store.entries.deleteAll()
                    }

                fun empty() =
                    view.forgetAll({ _, _ -> true }) { key, entry -> inMemory.merge(key, entry.reads, Int::plus) }
                // What left before is to stand before.
                book.enqueue()
                // Most of it goes here, while nobody is held up; under the lock only what came meanwhile.
                empty()
                queue.enqueue(op) { number ->
                    invalidations.add(number, Selection.Everything)
                    flights.detach(Selection.Everything, profile().name)
                    empty()
                }
                op
            },
            { result -> result as Long? ?: 0L },
            { fault -> policy.unlessRequired(fault) { inMemory.size.toLong() } },
        )
    }

    private fun cleared(count: Long) {
        counters.evicted(EvictionCause.CLEARED, count)
        emptied()
        events.emit { CacheEvent.Cleared(count) }
    }

    /** Only among the keys that begin with [prefix]. */
    fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
        prefix: String = "",
    ): Write<Long> {
        // A copy: the caller may change its set, and is not to be asked under a lock.
        val wanted = tags.mapTo(LinkedHashSet(), ::requireTag)
        return removeSelected(within(prefix, Selection.Tagged(wanted, match)), EvictionCause.TAG) {
            val entries = it.entries
            if (prefix.isEmpty()) entries.deleteByTags(wanted, match) else entries.deleteByTags(wanted, match, prefix)
        }
    }

    fun clearByPrefix(prefix: String): Write<Long> {
        requirePrefix(prefix)
        return removeSelected(Selection.Prefixed(prefix), EvictionCause.PREFIX) { it.entries.deleteByPrefix(prefix) }
    }

    /** Logged as a removal by tag, as Python does. Only among the keys that begin with [prefix]. */
    fun clearByProfile(
        name: String,
        prefix: String = "",
    ): Write<Long> =
        removeSelected(within(prefix, Selection.SavedBy(name)), EvictionCause.TAG) {
            if (prefix.isEmpty()) it.entries.deleteByProfile(name) else it.entries.deleteByProfile(name, prefix)
        }

    private fun within(
        prefix: String,
        selection: Selection,
    ): Selection = if (prefix.isEmpty()) selection else Selection.Within(prefix, selection)

    private fun removeSelected(
        selection: Selection,
        cause: EvictionCause,
        remove: (StoreBackend) -> List<RemovedEntry>,
    ): Write<Long> {
        // Memory is swept here while the store may be at it already: whoever comes first with a key tells of it.
        val told = ConcurrentHashMap.newKeySet<String>()
        var inMemory = 0L
        return QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                val op =
                    BulkOp(selection, policy.durability, { removed: List<RemovedEntry> ->
                        removed.forEach { if (told.add(it.key)) departures.leftStore(it.key, cause, it.expiresAt) }
                    }, remove)

                fun sweep(upTo: Long) =
                    view.forgetAll({ key, entry ->
                        entry.order <= upTo && selection.selects(key, entry.traits.tags, entry.traits.profile)
                    }) { key, entry ->
                        if (told.add(key)) departures.leftMemory(key, entry, cause).also { inMemory++ }
                    }
                // Before the store can be at it, or it would come first with what memory counted.
                sweep(Long.MAX_VALUE)
                queue.enqueue(op) { number ->
                    invalidations.add(number, selection)
                    flights.detach(selection, profile().name)
                }
                // Whatever enters memory from here on knows of the removal; what came meanwhile goes.
                sweep(op.number)
                op
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                (result as List<RemovedEntry>?).orEmpty().size.toLong()
            },
            { fault -> policy.unlessRequired(fault) { inMemory } },
        )
    }

    /** Removes up to [limit] expired rows, and what is expired in memory; only among the keys that begin with [prefix]. */
    fun removeExpired(
        limit: Int,
        prefix: String = "",
    ): Write<List<ExpiredEntry>> {
        val now = clock.now()
        val inMemory = HashMap<String, Long>()
        return QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                view.forgetAll({ key, entry -> now >= entry.expiresAt && key.startsWith(prefix) }) { key, entry ->
                    inMemory[key] = entry.expiresAt
                    departures.leftMemory(key, entry, EvictionCause.EXPIRED)
                }
                val told = { removed: List<RemovedEntry> ->
                    removed.forEach {
                        if (it.key !in inMemory) departures.leftStore(it.key, EvictionCause.EXPIRED, it.expiresAt)
                    }
                }
                val op =
                    ChoreOp(told = told) {
                        val entries = it.entries
                        if (prefix.isEmpty()) {
                            entries.deleteExpired(now, limit)
                        } else {
                            entries.deleteExpired(now, limit, prefix)
                        }
                    }
                op.also { queue.enqueue(it) { } }
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                val stored = (result as List<RemovedEntry>?).orEmpty().associate { it.key to it.expiresAt }
                expired(inMemory + stored)
            },
            { fault -> policy.unlessRequired(fault) { expired(inMemory) } },
        )
    }

    /** What became of a [cull]. */
    class Culled(
        /** The rows that went. */
        val count: Int,
        /** The bytes that the store has for other things now. */
        val freed: Long,
    )

    /**
     * Removes those of [rows], found in [from], that nobody has written since, and what memory has of them; gives null
     * where another store is in use by now, or the store could not do it. Then all stays as it is: nobody has asked
     * for the removal.
     */
    fun cull(
        from: StoreBackend,
        rows: List<IdleEntry>,
    ): Write<Culled?> {
        val now = clock.now()
        val inMemory = HashSet<String>()
        var freed = 0L
        return QueuedWrite(
            queue,
            false,
            {
                policy.refuseIfClosed()
                var number = 0L
                val op =
                    ChoreOp<List<RemovedEntry>>(
                        settled = { removed ->
                            removed?.forEach { row ->
                                if (view.follow(row, number, now, EvictionCause.STORE_SIZE)) inMemory += row.key
                            }
                        },
                        told = { removed -> removed.forEach { if (it.key !in inMemory) culled(it, now) } },
                    ) { store ->
                        // In another store than they were found in, the places are those of other rows.
                        if (store !== from) return@ChoreOp emptyList()
                        val before = store.maintenance.space()?.bytesUsed ?: 0L
                        store.entries.cull(rows).also { freed = before - (store.maintenance.space()?.bytesUsed ?: 0L) }
                    }
                queue.enqueue(op) { number = it }
                op
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                (result as List<RemovedEntry>?)?.let { Culled(it.size, freed) }
            },
            { null },
        )
    }

    private fun culled(
        row: RemovedEntry,
        now: Long,
    ) {
        val cause = if (now < row.expiresAt) EvictionCause.STORE_SIZE else EvictionCause.EXPIRED
        departures.leftStore(row.key, cause, row.expiresAt)
    }

    private fun expired(times: Map<String, Long>) = times.map { (key, at) -> ExpiredEntry(key, TimeText.instant(at)) }

    /** Out of memory only. A value that is on its way in may still arrive. */
    fun evict(key: String): Boolean = view.forget(requireKey(key), EvictionCause.EVICTED) != null

    /** Only the keys that begin with [prefix]. */
    fun evictAll(prefix: String = "") {
        view.forgetAll(
            { key, _ -> key.startsWith(prefix) },
        ) { key, entry -> departures.leftMemory(key, entry, EvictionCause.CLEARED) }
    }
}
