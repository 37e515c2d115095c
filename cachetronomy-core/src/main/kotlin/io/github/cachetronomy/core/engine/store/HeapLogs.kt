package io.github.cachetronomy.core.engine.store

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.spi.AccessLogStore
import io.github.cachetronomy.core.spi.EvictionLogStore
import io.github.cachetronomy.core.spi.LogStore
import io.github.cachetronomy.core.spi.LoggedRow
import io.github.cachetronomy.core.text.CodePointOrder
import java.time.Instant
import java.util.TreeMap

/** What a log in the heap needs of the store it belongs to. */
internal interface HeapRoom {
    /** The keys that have an entry, in insertion order. Only under the store's lock. */
    val keys: Set<String>

    /** The most rows that a log may have. */
    val maxRows: Int

    /** Runs [look] under the store's lock. */
    fun <R> reading(look: () -> R): R

    /** Notes how to take back a change that is about to be made; refuses it outside of a transaction. */
    fun onRollback(step: () -> Unit)
}

/** Rows by their places. */
internal abstract class HeapLog<R : Any>(
    protected val room: HeapRoom,
) : LogStore<R> {
    /** Guarded by the store's lock. */
    protected val rows = TreeMap<Long, R>()

    /** Guarded by the store's lock. */
    private var lastPlace = 0L

    /** Every row, oldest first. Only under the store's lock. */
    fun all(): List<R> = rows.values.toList()

    /** Only under the store's lock. */
    open fun clear() = rows.clear()

    override fun deleteRows(places: List<Long>) = places.forEach(::remove)

    override fun deleteAll(): Long {
        room.onRollback { }
        return rows.keys
            .toList()
            .onEach(::remove)
            .size
            .toLong()
    }

    protected fun append(record: R): Long = (++lastPlace).also { put(it, record) }

    protected fun put(
        place: Long,
        record: R,
    ) {
        val before = rows[place]
        room.onRollback { if (before == null) rows.remove(place) else rows[place] = before }
        rows[place] = record
    }

    protected open fun remove(place: Long) {
        val record = rows[place] ?: return
        room.onRollback { rows[place] = record }
        rows.remove(place)
    }

    protected fun listed(
        rows: Map<Long, R>,
        limit: Int,
    ): List<LoggedRow<R>> = rows.entries.take(limit).map { (place, row) -> LoggedRow(row, place) }
}

/** The access log of a [HeapStore]. */
internal class HeapAccessLog(
    room: HeapRoom,
) : HeapLog<AccessRecord>(room),
    AccessLogStore {
    /** Guarded by the store's lock. */
    private val places = HashMap<String, Long>()

    override fun add(records: List<AccessRecord>) {
        for (record in records) {
            val place = places[record.key]
            when {
                place != null -> put(place, record.copy(reads = record.reads + rows.getValue(place).reads))
                rows.size < room.maxRows -> index(record.key, append(record))
            }
        }
    }

    private fun index(
        key: String,
        place: Long?,
    ) {
        val before = places[key]
        room.onRollback { if (before == null) places.remove(key) else places[key] = before }
        if (place == null) places.remove(key) else places[key] = place
    }

    override fun clear() {
        super.clear()
        places.clear()
    }

    override fun page(
        after: Long?,
        limit: Int,
    ): List<LoggedRow<AccessRecord>> = room.reading { listed(rows.tailMap(after ?: 0L, false), limit) }

    override fun beyond(
        maxRows: Long?,
        oldest: Instant?,
        limit: Int,
    ): List<Long> =
        room.reading {
            val oldestFirst = rows.entries.sortedBy { it.value.lastAccessed }
            val (kept, gone) = oldestFirst.partition { it.value.key in room.keys }
            val old = gone.takeWhile { oldest != null && it.value.lastAccessed < oldest }
            val tooMany = if (maxRows == null) 0 else maxOf(0L, rows.size - maxRows).toInt()
            (old + (gone + kept).take(tooMany)).map { it.key }.distinct().take(limit)
        }

    override fun top(limit: Int): List<AccessRecord> = room.reading { all().sortedWith(MOST_READ_FIRST).take(limit) }

    override fun find(key: String): AccessRecord? = room.reading { places[key]?.let(rows::get) }

    override fun delete(key: String): Boolean {
        room.onRollback { }
        val place = places[key] ?: return false
        remove(place)
        return true
    }

    override fun remove(place: Long) {
        val key = rows[place]?.key ?: return
        super.remove(place)
        index(key, null)
    }

    private companion object {
        val MOST_READ_FIRST: Comparator<AccessRecord> =
            compareByDescending<AccessRecord> { it.reads }.thenBy(CodePointOrder) { it.key }
    }
}

/** The eviction log of a [HeapStore]. */
internal class HeapEvictionLog(
    room: HeapRoom,
) : HeapLog<EvictionRecord>(room),
    EvictionLogStore {
    override fun add(records: List<EvictionRecord>) {
        records.forEach(::append)
        while (rows.size > room.maxRows) remove(rows.firstKey())
    }

    override fun addEntries(
        known: List<EvictionRecord>,
        others: EvictionRecord,
        limit: Long,
    ) {
        val most = minOf(limit, Int.MAX_VALUE.toLong()).toInt()
        val named = known.mapTo(HashSet()) { it.key }
        add(known.take(most))
        val rest = (room.keys - named).take(most - minOf(most, known.size))
        add(rest.map { others.copy(key = it) })
    }

    override fun page(
        after: Long?,
        limit: Int,
    ): List<LoggedRow<EvictionRecord>> =
        room.reading { listed(rows.headMap(after ?: Long.MAX_VALUE, false).descendingMap(), limit) }

    override fun beyond(
        maxRows: Long?,
        oldest: Instant?,
        limit: Int,
    ): List<Long> =
        room.reading {
            val tooMany = if (maxRows == null) 0 else maxOf(0L, rows.size - maxRows).toInt()
            val old = rows.filterValues { oldest != null && it.evictedAt < oldest }.keys
            (rows.keys.take(tooMany) + old).distinct().sorted().take(limit)
        }

    override fun recent(limit: Int): List<EvictionRecord> = room.reading { rows.descendingMap().values.take(limit) }
}
