package io.github.cachetronomy.core.memory

import com.github.benmanes.caffeine.cache.Cache
import com.github.benmanes.caffeine.cache.Caffeine
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentMap

/**
 * Decoded values by key, bounded by number and, if wanted, by size. Which entry has to go is
 * Caffeine's decision (W-TinyLFU: Einziger, Friedman, Manes, "TinyLFU: A Highly Efficient Cache
 * Admission Policy", 2017). Expiry is not: the entry carries it and the reader checks it.
 *
 * Thread-safe. No code of a caller runs in here.
 */
internal class MemoryTier(
    maxItems: Int,
    /** The most bytes of keys and stored values; null = only the number counts. */
    private val maxBytes: Long?,
    /** Whether anything is ever put here. If not, Caffeine is not loaded: a program that only looks is to start fast. */
    isUsed: Boolean = true,
    /** Told of entries that had to go to make room; runs on the thread that made it necessary. */
    private val evicted: (String, MemoryEntry) -> Unit,
) {
    @Volatile
    private var maxItems = maxItems

    /** Null in a tier that is not used. */
    private val cache: Cache<String, MemoryEntry>? = if (isUsed) build() else null

    private val entries: ConcurrentMap<String, MemoryEntry> = cache?.asMap() ?: ConcurrentHashMap()

    /** A race costs a second copy. */
    @Volatile
    private var lastTraits: Traits? = null

    val size: Long
        get() {
            cache?.cleanUp()
            return cache?.estimatedSize() ?: 0L
        }

    /** The entry, expired or not. */
    fun peek(key: String): MemoryEntry? = cache?.getIfPresent(key)

    /** Puts [entry]; the counts and the place of the one it replaces go on. */
    fun put(
        key: String,
        entry: MemoryEntry,
    ) {
        entries.put(key, entry)?.let { inherit(entry, it) }
    }

    /** Puts [entry] if [allowed] says so at the moment nothing else can touch the key. */
    inline fun putIf(
        key: String,
        entry: MemoryEntry,
        crossinline allowed: () -> Boolean,
    ): Boolean {
        var done = false
        entries.compute(key) { _, current ->
            if (allowed()) {
                done = true
                current?.let { inherit(entry, it) }
                entry
            } else {
                current
            }
        }
        return done
    }

    fun remove(key: String): MemoryEntry? = entries.remove(key)

    /** Removes the key if it still has this entry. */
    fun remove(
        key: String,
        entry: MemoryEntry,
    ): Boolean = entries.remove(key, entry)

    /** The entries there are, not necessarily those that come or go meanwhile. */
    fun forEach(action: (String, MemoryEntry) -> Unit) = entries.forEach(action)

    fun keys(): List<String> = ArrayList(entries.keys)

    /** [traits], or those last asked for where they are equal: most entries are alike. */
    fun shared(traits: Traits): Traits {
        val last = lastTraits
        if (last != null && last.sameAs(traits)) return last
        lastTraits = traits
        return traits
    }

    /** Changes the cap; when it shrinks, entries go at once. */
    fun resize(maxItems: Int) {
        this.maxItems = maxItems
        if (cache == null) return
        val bound = cache.policy().eviction().get()
        bound.maximum = maximum()
        // Each entry was weighed against the old cap; putting it once more weighs it again.
        if (maxBytes != null) entries.forEach { (key, entry) -> entries.replace(key, entry, entry) }
        cache.cleanUp()
    }

    fun clear() = entries.clear()

    private fun build(): Cache<String, MemoryEntry> {
        // Upkeep runs on the thread at hand: it is short, and a pool's queue would hold on to entries.
        val builder =
            Caffeine.newBuilder().executor(Runnable::run).evictionListener<String, MemoryEntry> { key, entry, _ ->
                if (key != null && entry != null) evicted(key, entry)
            }
        return if (maxBytes == null) {
            builder.maximumSize(maximum()).build()
        } else {
            builder.maximumWeight(maximum()).weigher<String, MemoryEntry> { key, entry -> weigh(key, entry) }.build()
        }
    }

    /**
     * Caffeine knows one bound. With two, each entry weighs the larger share that it takes of either,
     * so that both hold: an item's share is [perItem], exactly; a byte's is rounded up, so that the tier
     * may be full a little early, never late.
     */
    private fun weigh(
        key: String,
        entry: MemoryEntry,
    ): Int {
        val bytes = key.length.toLong() + entry.size
        val byBytes = Math.ceil(bytes.toDouble() * maximum() / checkNotNull(maxBytes))
        return maxOf(perItem(), minOf(byBytes, Int.MAX_VALUE.toDouble()).toInt())
    }

    private fun maximum(): Long = if (maxBytes == null) maxItems.toLong() else perItem().toLong() * maxItems

    private fun perItem(): Int = maxOf(1, SHARES / maxOf(1, maxItems))

    private fun inherit(
        entry: MemoryEntry,
        from: MemoryEntry,
    ) {
        entry.first = from.first
        entry.reads += from.reads
        entry.logged += from.logged
    }

    private companion object {
        /** Fine enough for a byte of a gigabyte, and an entry larger than the bound still weighs an Int. */
        const val SHARES = 1 shl 30
    }
}
