package io.github.cachetronomy.core.engine.reads

import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.engine.queue.PendingWrites
import io.github.cachetronomy.core.engine.queue.Selection
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.Unreadable
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.CodePointOrder

/** A listing in pieces: the whole is never in memory at once. Each piece blocks while it is fetched. Not thread-safe. */
@InternalCachetronomyApi
public fun interface Pages<out T> {
    /** The next piece, perhaps empty, or null at the end. */
    public fun next(): List<T>?
}

/** Lists keys and entries. The store's part is read page by page from where the last page ended. */
internal class Listing(
    private val memory: MemoryTier,
    private val slot: StoreSlot,
    private val pending: PendingWrites,
    private val reader: Reader,
    private val codec: Codec,
    private val clock: CacheClock,
) {
    /** The keys of one tier, or of both without repeats where [tier] is null; only those [tagged] so, unless it is null. */
    fun keys(
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
        tagged: Selection.Tagged? = null,
    ): Pages<String> {
        val inMemory = if (tier == Tier.STORE) emptyList() else memoryKeys(includeExpired, order, prefix, tagged)
        if (tier == Tier.MEMORY) return once(inMemory)
        val store = storeKeys(includeExpired, order, prefix, tagged)
        return if (order == KeyOrder.SORTED) merged(store, inMemory) else appended(store, inMemory)
    }

    fun <T> entries(
        type: ValueType,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<CacheEntry<T>> =
        paged(includeExpired, order, prefix, withData = true) { row ->
            CacheEntry(metadataOf(row, !slot.substituted), lookup(row, type))
        }

    /** The live rows of the store, without their values. */
    fun rows(
        prefix: String,
        tagged: Selection.Tagged?,
    ): Pages<StoredEntry> = paged(false, KeyOrder.SORTED, prefix, withData = false, tagged) { it }

    private fun <T> lookup(
        row: StoredEntry,
        type: ValueType,
    ): Lookup<T> {
        val reason = reader.unusable(row, clock.now())
        // An expired entry is listed with its value, for those who asked to see expired ones.
        if (reason != null && reason != MissReason.EXPIRED) return Lookup.Miss(reason)
        return try {
            @Suppress("UNCHECKED_CAST")
            Lookup.Hit(codec.decode(row, type) as T, metadataOf(row, !slot.substituted), Tier.STORE)
        } catch (answer: Unreadable) {
            Lookup.Miss(answer.reason)
        }
    }

    private fun storeKeys(
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
        tagged: Selection.Tagged?,
    ): Pages<String> = paged(includeExpired, order, prefix, withData = false, tagged, StoredEntry::key)

    private fun <T> paged(
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
        withData: Boolean,
        tagged: Selection.Tagged? = null,
        make: (StoredEntry) -> T,
    ): Pages<T> {
        var after: String? = null
        var ended = false
        return Pages {
            if (ended) return@Pages null
            val now = clock.now()
            val liveAt = if (includeExpired) null else now
            val match = tagged?.match ?: TagMatch.ANY
            val page = EntryPage(after, PAGE, order, prefix, liveAt, withData, tagged?.tags, match)
            val rows: List<PagedEntry> = slot.readOrThrow { it.entries.page(page) }
            ended = rows.size < PAGE
            after = rows.lastOrNull()?.cursor
            rows
                .mapNotNull { pending.seen(it.entry) }
                .filter { includeExpired || it.expiresAt > now }
                .filter { tagged == null || tagged.selects(it.key, it.tags, it.profile) }
                .map(make)
        }
    }

    private fun memoryKeys(
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
        tagged: Selection.Tagged?,
    ): List<String> {
        val now = clock.now()
        val keys = ArrayList<Pair<String, Long>>()
        memory.forEach { key, entry ->
            val isTagged = tagged == null || tagged.selects(key, entry.traits.tags, entry.traits.profile)
            val isWanted = isTagged && key.startsWith(prefix) && (includeExpired || now < entry.expiresAt)
            if (isWanted) keys += key to entry.first
        }
        val ordering: Comparator<Pair<String, Long>> =
            when (order) {
                KeyOrder.SORTED -> compareBy(CodePointOrder) { it.first }
                KeyOrder.INSERTION -> compareBy { it.second }
            }
        return keys.sortedWith(ordering).map { it.first }
    }

    private fun once(keys: List<String>): Pages<String> {
        val pages = keys.chunked(PAGE).iterator()
        return Pages { if (pages.hasNext()) pages.next() else null }
    }

    /** Both are sorted: a key of memory comes out where it belongs among those of the store. */
    private fun merged(
        store: Pages<String>,
        inMemory: List<String>,
    ): Pages<String> {
        val waiting = ArrayDeque(inMemory)
        var ended = false
        return Pages {
            if (ended) return@Pages null
            val page = store.next()
            if (page == null) {
                ended = true
                return@Pages waiting.toList()
            }
            buildList {
                for (key in page) {
                    fun comesFirst(other: String) = CodePointOrder.compare(other, key) < 0
                    while (waiting.isNotEmpty() && comesFirst(waiting.first())) add(waiting.removeFirst())
                    if (waiting.firstOrNull() == key) waiting.removeFirst()
                    add(key)
                }
            }
        }
    }

    /** Keys that only memory has come last. */
    private fun appended(
        store: Pages<String>,
        inMemory: List<String>,
    ): Pages<String> {
        val waiting = LinkedHashSet(inMemory)
        var ended = false
        return Pages {
            if (ended) return@Pages null
            val page = store.next()
            if (page == null) ended = true else waiting.removeAll(page.toSet())
            page ?: waiting.toList()
        }
    }

    private companion object {
        const val PAGE = 500
    }
}
