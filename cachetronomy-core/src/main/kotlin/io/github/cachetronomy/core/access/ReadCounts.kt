package io.github.cachetronomy.core.access

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap

/**
 * How often keys are read. A hit counts in its entry and nowhere else; what entries take with them
 * when they leave memory, and reads that memory never saw, wait here for the next flush.
 */
internal class ReadCounts(
    private val memory: MemoryTier,
) {
    private val waiting = ConcurrentHashMap<String, Long>()

    /** A read that no entry in memory counts. Best effort: past the bound new keys are not counted. */
    fun add(
        key: String,
        reads: Long,
    ) {
        val full = waiting.size >= MOST_KEYS && !waiting.containsKey(key)
        if (reads <= 0L || full) return
        waiting.merge(key, reads, Long::plus)
    }

    /** [entry] leaves memory: keeps what the log has not been told. */
    fun leaving(
        key: String,
        entry: MemoryEntry,
    ) = add(key, (entry.reads - entry.logged).toLong())

    /** The counts since the last time, as rows for the log. */
    fun take(
        now: Instant,
        profile: String,
    ): List<AccessRecord> {
        val counts = HashMap<String, Long>()
        waiting.keys.forEach { key -> waiting.remove(key)?.let { counts.merge(key, it, Long::plus) } }
        memory.forEach { key, entry ->
            val reads = entry.reads
            val unlogged = reads - entry.logged
            if (unlogged > 0) {
                entry.logged = reads
                counts.merge(key, unlogged.toLong(), Long::plus)
            }
        }
        return counts.map { (key, reads) -> AccessRecord(key, reads, now, profile) }
    }

    /** The most read of the keys that memory holds. */
    fun hottest(limit: Int): List<HotKey> {
        val all = ArrayList<HotKey>()
        memory.forEach { key, entry -> if (entry.reads > 0) all += HotKey(key, entry.reads.toLong()) }
        return all.sortedWith(compareByDescending<HotKey> { it.reads }.thenBy { it.key }).take(limit)
    }

    private companion object {
        const val MOST_KEYS = 100_000
    }
}
