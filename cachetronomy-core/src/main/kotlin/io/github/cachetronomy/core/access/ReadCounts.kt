package io.github.cachetronomy.core.access

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.text.CodePointOrder
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap

/**
 * How often keys are read. A hit counts in its entry and nowhere else; what entries take with them
 * when they leave memory, and reads that memory never saw, wait here for the next flush.
 */
internal class ReadCounts(
    private val memory: MemoryTier,
    private val clock: CacheClock,
    private val profile: () -> String,
) {
    private val waiting = ConcurrentHashMap<String, AccessRecord>()

    /** A read that no entry in memory counts. */
    fun add(
        key: String,
        reads: Long,
    ) {
        if (reads > 0L) keep(AccessRecord(key, reads, clock.instant(), profile()))
    }

    /** [entry] leaves memory: keeps what the log has not been told. */
    fun leaving(
        key: String,
        entry: MemoryEntry,
    ) = add(key, (entry.reads - entry.logged).toLong())

    /** The log did not take [records]: they wait for the next time. */
    fun giveBack(records: List<AccessRecord>) = records.forEach { keep(it) }

    /** Another profile is in force from now on: what entries have counted so far was under [name]. */
    fun profileWas(name: String) {
        val now = clock.instant()
        memory.forEach { key, entry -> fresh(key, entry, now, name)?.let { if (keep(it)) counted(entry, it) } }
    }

    /** The counts since the last time, as rows for the log. */
    fun take(): List<AccessRecord> {
        val now = clock.instant()
        val name = profile()
        val records = HashMap<String, AccessRecord>()
        waiting.keys.forEach { key -> waiting.remove(key)?.let { records[key] = it } }
        memory.forEach { key, entry ->
            fresh(key, entry, now, name)?.let {
                counted(entry, it)
                records.merge(key, it, ::sum)
            }
        }
        return records.values.toList()
    }

    /** The most read of the keys that memory holds and that begin with [prefix]. */
    fun hottest(
        limit: Int,
        prefix: String,
    ): List<HotKey> {
        val all = ArrayList<HotKey>()
        memory.forEach { key, entry ->
            if (entry.reads > 0 &&
                key.startsWith(prefix)
            ) {
                all += HotKey(key, entry.reads.toLong())
            }
        }
        return all.sortedWith(HOTTEST_FIRST).take(limit)
    }

    private fun fresh(
        key: String,
        entry: MemoryEntry,
        now: Instant,
        profile: String,
    ): AccessRecord? {
        val unlogged = entry.reads - entry.logged
        return if (unlogged > 0) AccessRecord(key, unlogged.toLong(), now, profile) else null
    }

    private fun counted(
        entry: MemoryEntry,
        record: AccessRecord,
    ) {
        entry.logged += record.reads.toInt()
    }

    /** Best effort: past the bound new keys are not counted. Returns whether it was kept. */
    private fun keep(record: AccessRecord): Boolean {
        if (waiting.size >= MOST_KEYS && !waiting.containsKey(record.key)) return false
        waiting.merge(record.key, record, ::sum)
        return true
    }

    private fun sum(
        one: AccessRecord,
        other: AccessRecord,
    ): AccessRecord {
        val last = if (other.lastAccessed < one.lastAccessed) one else other
        return last.copy(reads = one.reads + other.reads)
    }

    private companion object {
        const val MOST_KEYS = 100_000

        val HOTTEST_FIRST: Comparator<HotKey> =
            compareByDescending<HotKey> { it.reads }.thenBy(CodePointOrder) { it.key }
    }
}
