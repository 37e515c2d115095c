package io.github.cachetronomy.core.engine.store

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.AccessLogStore
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.EvictionLogStore
import io.github.cachetronomy.core.spi.IdleEntries
import io.github.cachetronomy.core.spi.IdleEntry
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.ProfileStore
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreMaintenance
import io.github.cachetronomy.core.spi.StoreSpace
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.CodePointOrder
import io.github.cachetronomy.core.text.TimeText
import java.util.concurrent.locks.ReentrantLock
import java.util.function.Consumer
import java.util.function.Supplier
import kotlin.concurrent.withLock

/**
 * A store in the heap: what a cache works on while its file cannot be had, so that everything but
 * the restart goes on. The oldest rows go when there are more than [maxEntries]. Thread-safe.
 */
@InternalCachetronomyApi
public class HeapStore(
    private val maxEntries: Int,
    /** Whether to remember what happens, for [moveTo]. */
    private val standIn: Boolean = false,
) : StoreBackend {
    private val lock = ReentrantLock()

    /** Guarded by [lock]; in insertion order. */
    private val rows = LinkedHashMap<String, Row>()

    /** Guarded by [lock]. */
    private val named = HashMap<String, Profile>()

    /** Guarded by [lock]: the name of the active profile. */
    private var active: String? = null

    /** Guarded by [lock]: how to take back what the open transaction did, or null outside of one. */
    private var undo: ArrayList<() -> Unit>? = null

    /** Guarded by [lock]. */
    private var inserted = 0L

    /** Guarded by [lock]. */
    private var closed = false

    /** Guarded by [lock]: the keys that something happened to; null = to so many that it may be any. */
    private var touched: HashSet<String>? = HashSet()

    /** Guarded by [lock]: the removals of many. */
    private val removals = ArrayList<(EntryStore) -> Unit>()

    private class Row(
        val entry: StoredEntry,
        val position: Long,
    )

    private val room = Room()
    private val reads = HeapAccessLog(room)
    private val evictions = HeapEvictionLog(room)

    override val entries: EntryStore = Entries()
    override val accessLog: AccessLogStore get() = reads
    override val evictionLog: EvictionLogStore get() = evictions
    override val profiles: ProfileStore = Profiles()
    override val maintenance: StoreMaintenance = Maintenance()

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R =
        lock.withLock {
            requireOpen()
            check(undo == null) { "transactions do not nest" }
            val steps = ArrayList<() -> Unit>().also { undo = it }
            var committed = false
            try {
                work.get().also { committed = true }
            } finally {
                undo = null
                if (!committed) rollBack(steps)
            }
        }

    override fun close(): Unit =
        lock.withLock {
            closed = true
            rows.clear()
            reads.clear()
            evictions.clear()
        }

    private fun rollBack(steps: List<() -> Unit>) {
        steps.asReversed().forEach { it() }
        val inOrder = rows.entries.map { it.key to it.value }.sortedBy { (_, row) -> row.position }
        rows.clear()
        rows.putAll(inOrder)
    }

    /**
     * Brings [store], for which this one stood in, up to date: rows that were changed or removed here go
     * there too, and what is left here is put there. All of it or nothing.
     */
    internal fun moveTo(store: StoreBackend): Unit =
        lock.withLock {
            store.transaction(Durability.COMMITTED) {
                val keys = touched
                if (keys == null || removals.size > MOST_REMOVALS) store.entries.deleteAll()
                removals.forEach { it(store.entries) }
                keys?.forEach(store.entries::delete)
                rows.values.forEach { store.entries.put(it.entry) }
                store.accessLog.add(reads.all())
                store.evictionLog.add(evictions.all())
            }
        }

    /** Only in a transaction. */
    private fun noteTouched(key: String) {
        val keys = touched
        if (!standIn || keys == null) return
        if (keys.size < MOST_TOUCHED) keys += key else touched = null
    }

    /** Only in a transaction. */
    private fun noteRemoval(removal: (EntryStore) -> Unit) {
        if (standIn && removals.size <= MOST_REMOVALS) removals += removal
    }

    private inline fun <R> reading(look: () -> R): R =
        lock.withLock {
            requireOpen()
            look()
        }

    /** Notes how to take back a change that is about to be made. */
    private fun onRollback(step: () -> Unit) {
        requireTransaction() += step
    }

    private fun requireTransaction(): MutableList<() -> Unit> {
        check(lock.isHeldByCurrentThread) { "only in a transaction" }
        return checkNotNull(undo) { "only in a transaction" }
    }

    private fun requireOpen() {
        if (closed) throw StoreFaultException(StoreFaultException.Kind.UNAVAILABLE, "the store is closed")
    }

    private inner class Entries : EntryStore {
        override fun read(key: String): StoredEntry? = reading { rows[key]?.entry }

        override fun readAll(keys: Collection<String>): Map<String, StoredEntry> =
            reading {
                buildMap { keys.forEach { key -> rows[key]?.let { put(key, it.entry) } } }
            }

        override fun page(page: EntryPage): List<PagedEntry> =
            reading {
                val wanted =
                    rows.values.filter { (entry) ->
                        entry.key.startsWith(page.prefix) &&
                            (page.liveAt == null || entry.expiresAt > page.liveAt) &&
                            (page.tags == null || page.match.selects(page.tags, entry.tags))
                    }
                val ordered =
                    if (page.order == KeyOrder.SORTED) {
                        wanted
                            .sortedWith { a, b -> CodePointOrder.compare(a.entry.key, b.entry.key) }
                            .filter { page.after == null || CodePointOrder.compare(it.entry.key, page.after) > 0 }
                    } else {
                        wanted.filter { page.after == null || it.position > page.after.toLong() }
                    }
                ordered.take(page.limit).map { (entry, position) ->
                    val listed = if (page.withData) entry else withoutData(entry)
                    PagedEntry(listed, if (page.order == KeyOrder.SORTED) entry.key else position.toString())
                }
            }

        private fun withoutData(entry: StoredEntry): StoredEntry =
            with(entry) {
                val none = ByteArray(0)
                StoredEntry(key, none, format, expiresAt, tags, version, profile, createdAt, shape, fault, size)
            }

        override fun count(): Long = reading { rows.size.toLong() }

        override fun put(entry: StoredEntry) {
            val before = rows[entry.key]
            onRollback { restore(entry.key, before) }
            noteTouched(entry.key)
            rows[entry.key] = Row(entry, before?.position ?: ++inserted)
            if (rows.size > maxEntries) remove(rows.keys.first())
        }

        override fun touch(
            key: String,
            expiresAt: Long,
        ): Boolean {
            requireTransaction()
            val row = rows[key] ?: return false
            val moved =
                with(row.entry) { StoredEntry(key, data, format, expiresAt, tags, version, profile, createdAt, shape) }
            onRollback { restore(key, row) }
            rows[key] = Row(moved, row.position)
            return true
        }

        override fun delete(key: String): Long? {
            requireTransaction()
            noteTouched(key)
            return rows[key]?.let { remove(key).expiresAt }
        }

        override fun deleteByTags(
            tags: Set<String>,
            match: TagMatch,
        ): List<RemovedEntry> {
            noteRemoval { it.deleteByTags(tags, match) }
            return removeAll { match.selects(tags, it.tags) }
        }

        override fun deleteByPrefix(prefix: String): List<RemovedEntry> {
            noteRemoval { it.deleteByPrefix(prefix) }
            return removeAll { it.key.startsWith(prefix) }
        }

        override fun deleteByProfile(profile: String): List<RemovedEntry> {
            noteRemoval { it.deleteByProfile(profile) }
            return removeAll { it.profile == profile }
        }

        override fun deleteExpired(
            now: Long,
            limit: Int,
        ): List<RemovedEntry> {
            var left = limit
            return removeAll { it.expiresAt <= now && left-- > 0 }
        }

        override fun deleteByTags(
            tags: Set<String>,
            match: TagMatch,
            prefix: String,
        ): List<RemovedEntry> {
            noteRemoval { it.deleteByTags(tags, match, prefix) }
            return removeAll { it.key.startsWith(prefix) && match.selects(tags, it.tags) }
        }

        override fun deleteByProfile(
            profile: String,
            prefix: String,
        ): List<RemovedEntry> {
            noteRemoval { it.deleteByProfile(profile, prefix) }
            return removeAll { it.key.startsWith(prefix) && it.profile == profile }
        }

        override fun deleteExpired(
            now: Long,
            limit: Int,
            prefix: String,
        ): List<RemovedEntry> {
            var left = limit
            return removeAll { it.key.startsWith(prefix) && it.expiresAt <= now && left-- > 0 }
        }

        override fun deleteAll(): Long {
            noteRemoval { it.deleteAll() }
            return removeAll { true }.size.toLong()
        }

        override fun leastUsed(
            now: Long,
            bytes: Long,
            limit: Int,
        ): List<IdleEntry> =
            reading {
                val idle = IdleEntries(now, bytes, limit)
                rows.values.forEach { row ->
                    val read = reads.find(row.entry.key)?.let { TimeText.micros(it.lastAccessed) }
                    idle.offer(idleEntry(row), read ?: StoredEntry.UNKNOWN)
                }
                idle.inOrder()
            }

        private fun idleEntry(row: Row) =
            with(row.entry) { IdleEntry(row.position, createdAt, expiresAt, roomOf(this)) }

        override fun cull(rows: List<IdleEntry>): List<RemovedEntry> {
            val found = rows.associateBy { it.place }
            val asFound =
                this@HeapStore.rows.values.filter { (entry, position) ->
                    val then = found[position]
                    then != null && entry.createdAt == then.writtenAt && entry.expiresAt == then.expiresAt
                }
            requireTransaction()
            return asFound.map { remove(it.entry.key) }
        }

        private fun removeAll(selected: (StoredEntry) -> Boolean): List<RemovedEntry> {
            requireTransaction()
            return rows.values
                .map(Row::entry)
                .filter(selected)
                .map { remove(it.key) }
        }

        private fun remove(key: String): RemovedEntry {
            val row = rows.getValue(key)
            onRollback { restore(key, row) }
            rows.remove(key)
            return RemovedEntry(key, row.entry.expiresAt)
        }

        private fun restore(
            key: String,
            row: Row?,
        ) {
            if (row == null) rows.remove(key) else rows[key] = row
        }

        private operator fun Row.component1() = entry

        private operator fun Row.component2() = position
    }

    private inner class Room : HeapRoom {
        override val keys: Set<String> get() = rows.keys
        override val maxRows: Int get() = maxEntries

        override fun <R> reading(look: () -> R): R = this@HeapStore.reading(look)

        override fun onRollback(step: () -> Unit) = this@HeapStore.onRollback(step)
    }

    private inner class Profiles : ProfileStore {
        override fun find(name: String): Profile? = reading { named[name] }

        override fun put(profile: Profile) {
            val before = named[profile.name]
            onRollback { if (before == null) named.remove(profile.name) else named[profile.name] = before }
            named[profile.name] = profile
        }

        override fun list(unreadable: Consumer<String>): List<Profile> =
            reading { named.values.sortedWith { a, b -> CodePointOrder.compare(a.name, b.name) } }

        override fun delete(name: String): Boolean {
            requireTransaction()
            val before = named.remove(name) ?: return false
            onRollback { named[name] = before }
            return true
        }

        override fun active(): String? = reading { active }

        override fun setActive(name: String) {
            val before = active
            onRollback { active = before }
            active = name
        }
    }

    private inner class Maintenance : StoreMaintenance {
        override fun volume(now: Long): CacheVolume =
            reading {
                val entries = rows.values.map(Row::entry)
                val expired = entries.count { it.expiresAt <= now }.toLong()
                CacheVolume(0, 0, entries.size - expired, expired, entries.sumOf { it.size.toLong() })
            }

        override fun space(): StoreSpace = reading { rows.values.sumOf { roomOf(it.entry) }.let { StoreSpace(it, it) } }
    }

    private companion object {
        /** The bytes that an entry takes, about. */
        fun roomOf(entry: StoredEntry): Long = 128L + entry.size + 2 * entry.key.length

        const val MOST_TOUCHED = 100_000
        const val MOST_REMOVALS = 1_000
    }
}
