package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.AccessLogStore
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.EvictionLogStore
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.ProfileStore
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.CodePointOrder
import java.util.concurrent.locks.ReentrantLock
import java.util.function.Supplier
import kotlin.concurrent.withLock

/**
 * A store in the heap: what a cache works on while its file cannot be had, so that everything but
 * the restart goes on. The oldest rows go when there are more than [maxEntries]. Thread-safe.
 */
@InternalCachetronomyApi
public class HeapStore(
    private val maxEntries: Int,
) : StoreBackend {
    private val lock = ReentrantLock()

    /** Guarded by [lock]; in insertion order. */
    private val rows = LinkedHashMap<String, Row>()

    /** Guarded by [lock]. */
    private val reads = HashMap<String, AccessRecord>()

    /** Guarded by [lock]; oldest first. */
    private val evictions = ArrayDeque<EvictionRecord>()

    /** Guarded by [lock]. */
    private val named = HashMap<String, Profile>()

    /** Guarded by [lock]: how to take back what the open transaction did, or null outside of one. */
    private var undo: ArrayList<() -> Unit>? = null

    /** Guarded by [lock]. */
    private var inserted = 0L

    private class Row(
        val entry: StoredEntry,
        val position: Long,
    )

    override val entries: EntryStore = Entries()
    override val accessLog: AccessLogStore = AccessLog()
    override val evictionLog: EvictionLogStore = EvictionLog()
    override val profiles: ProfileStore = Profiles()

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R =
        lock.withLock {
            check(undo == null) { "transactions do not nest" }
            val steps = ArrayList<() -> Unit>().also { undo = it }
            var committed = false
            try {
                work.get().also { committed = true }
            } finally {
                undo = null
                if (!committed) steps.asReversed().forEach { it() }
            }
        }

    override fun close(): Unit =
        lock.withLock {
            rows.clear()
            reads.clear()
            evictions.clear()
        }

    private inline fun <R> writing(
        crossinline back: () -> Unit,
        change: () -> R,
    ): R {
        check(lock.isHeldByCurrentThread) { "only in a transaction" }
        val steps = checkNotNull(undo) { "only in a transaction" }
        steps += { back() }
        return change()
    }

    private inner class Entries : EntryStore {
        override fun read(key: String): StoredEntry? = lock.withLock { rows[key]?.entry }

        override fun readAll(keys: Collection<String>): Map<String, StoredEntry> =
            lock.withLock {
                buildMap { keys.forEach { key -> rows[key]?.let { put(key, it.entry) } } }
            }

        override fun page(page: EntryPage): List<PagedEntry> =
            lock.withLock {
                val wanted =
                    rows.values.filter { (entry) ->
                        entry.key.startsWith(page.prefix) && (page.liveAt == null || entry.expiresAt > page.liveAt)
                    }
                val ordered =
                    if (page.order == KeyOrder.SORTED) {
                        wanted
                            .sortedWith { a, b -> CodePointOrder.compare(a.entry.key, b.entry.key) }
                            .filter { page.after == null || CodePointOrder.compare(it.entry.key, page.after) > 0 }
                    } else {
                        wanted.filter { page.after == null || it.position > page.after.toLong() }
                    }
                ordered.take(page.limit).map {
                    PagedEntry(it.entry, if (page.order == KeyOrder.SORTED) it.entry.key else it.position.toString())
                }
            }

        override fun count(): Long = lock.withLock { rows.size.toLong() }

        override fun put(entry: StoredEntry) {
            val before = rows[entry.key]
            writing({ restore(entry.key, before) }) {
                rows[entry.key] = Row(entry, before?.position ?: ++inserted)
                if (rows.size > maxEntries) remove(rows.keys.first())
            }
        }

        override fun touch(
            key: String,
            expiresAt: Long,
        ): Boolean {
            val row = rows[key] ?: return false
            val moved =
                with(row.entry) { StoredEntry(key, data, format, expiresAt, tags, version, profile, createdAt, shape) }
            writing({ restore(key, row) }) { rows[key] = Row(moved, row.position) }
            return true
        }

        override fun delete(key: String): Long? = rows[key]?.let { remove(key).expiresAt }

        override fun deleteByTags(
            tags: Set<String>,
            match: TagMatch,
        ): List<RemovedEntry> = removeAll { match.selects(tags, it.tags) }

        override fun deleteByPrefix(prefix: String): List<RemovedEntry> = removeAll { it.key.startsWith(prefix) }

        override fun deleteExpired(
            now: Long,
            limit: Int,
        ): List<RemovedEntry> {
            var left = limit
            return removeAll { it.expiresAt <= now && left-- > 0 }
        }

        override fun deleteAll(): Long = removeAll { true }.size.toLong()

        private fun removeAll(selected: (StoredEntry) -> Boolean): List<RemovedEntry> =
            rows.values
                .map(Row::entry)
                .filter(selected)
                .map { remove(it.key) }

        private fun remove(key: String): RemovedEntry {
            val row = rows.getValue(key)
            return writing({ restore(key, row) }) {
                rows.remove(key)
                RemovedEntry(key, row.entry.expiresAt)
            }
        }

        /** A row that comes back keeps its position, whatever its place in the map. */
        private fun restore(
            key: String,
            row: Row?,
        ) {
            if (row == null) rows.remove(key) else rows[key] = row
        }

        private operator fun Row.component1() = entry
    }

    private inner class AccessLog : AccessLogStore {
        override fun add(records: List<AccessRecord>) {
            for (record in records) {
                val before = reads[record.key]
                writing({ if (before == null) reads.remove(record.key) else reads[record.key] = before }) {
                    if (before != null || reads.size < maxEntries) {
                        reads[record.key] = record.copy(reads = record.reads + (before?.reads ?: 0))
                    }
                }
            }
        }

        override fun top(limit: Int): List<AccessRecord> =
            lock.withLock {
                reads.values.sortedWith(compareByDescending<AccessRecord> { it.reads }.thenBy { it.key }).take(limit)
            }

        override fun find(key: String): AccessRecord? = lock.withLock { reads[key] }
    }

    private inner class EvictionLog : EvictionLogStore {
        override fun add(records: List<EvictionRecord>) {
            val before = evictions.toList()
            writing({
                evictions.clear()
                evictions.addAll(before)
            }) {
                evictions.addAll(records)
                while (evictions.size > maxEntries) evictions.removeFirst()
            }
        }

        override fun recent(limit: Int): List<EvictionRecord> = lock.withLock { evictions.takeLast(limit).asReversed() }
    }

    private inner class Profiles : ProfileStore {
        override fun find(name: String): Profile? = lock.withLock { named[name] }

        override fun put(profile: Profile) {
            val before = named[profile.name]
            writing({ if (before == null) named.remove(profile.name) else named[profile.name] = before }) {
                named[profile.name] = profile
            }
        }
    }
}
