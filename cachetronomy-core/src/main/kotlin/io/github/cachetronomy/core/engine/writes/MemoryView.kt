package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.access.ReadCounts
import io.github.cachetronomy.core.engine.queue.PutOp
import io.github.cachetronomy.core.engine.reads.Claims
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoredEntry

/**
 * What memory shows of writes and removals. It changes in the moment in which they take their place
 * in the queue, under its lock, so that memory and file always agree on the order.
 */
internal class MemoryView(
    private val memory: MemoryTier,
    private val claims: Claims,
    private val flights: Flights,
    private val reads: ReadCounts,
    private val departures: Departures,
) : PutOp.Shown {
    /** Shows what is being written. */
    fun show(
        draft: Draft,
        number: Long,
    ) {
        overtake(draft.key)
        admit(draft, number)
    }

    /** Shows what the store has just taken. */
    fun admit(
        draft: Draft,
        number: Long,
    ) {
        draft.entry.order = number
        draft.entry.first = number
        memory.put(draft.key, draft.entry)
    }

    /** Whoever is on the way with something older has come too late. */
    fun overtake(key: String) {
        claims.touch(key)
        flights.detach(key)
    }

    /** What was shown goes; nor may anybody bring it back who has read it meanwhile. */
    override fun takeBack(rows: List<StoredEntry>) {
        for (row in rows) {
            overtake(row.key)
            drop(row.key)
        }
    }

    override fun keepAlone(rows: List<StoredEntry>) {
        for (row in rows) memory.peek(row.key)?.let { if (it.createdAt == row.createdAt) it.isAlone = true }
    }

    /** Another process may have changed what memory shows for [key]; it is read again. Its reads still count. */
    fun drop(key: String) {
        memory.remove(key)?.let { reads.leaving(key, it) }
    }

    /** Removes an entry, and tells. */
    fun forget(
        key: String,
        cause: EvictionCause,
    ): MemoryEntry? = memory.remove(key)?.also { left(key, it, cause) }

    /** As [forget], where what had expired is told as that. */
    fun forgetUnlessExpired(
        key: String,
        now: Long,
        cause: EvictionCause,
    ): MemoryEntry? =
        memory.remove(key)?.also { left(key, it, if (now < it.expiresAt) cause else EvictionCause.EXPIRED) }

    /**
     * The store has just removed [row], as what took its place in the queue with [number]. Memory's copy goes with it,
     * unless a later write put it there. Returns whether it went.
     */
    fun follow(
        row: RemovedEntry,
        number: Long,
        now: Long,
        cause: EvictionCause,
    ): Boolean {
        // Whoever has read the row and is about to keep it comes too late; whoever loads what had expired does not.
        if (now < row.expiresAt) claims.touch(row.key)
        val entry = memory.peek(row.key)
        return entry != null && entry.order <= number && forgetUnlessExpired(row.key, now, cause) != null
    }

    /** Removes the entries that [selected] selects; [gone] tells of each. */
    inline fun forgetAll(
        crossinline selected: (String, MemoryEntry) -> Boolean,
        crossinline gone: (String, MemoryEntry) -> Unit,
    ) = memory.forEach { key, entry ->
        if (selected(key, entry) && memory.remove(key, entry)) {
            reads.leaving(key, entry)
            gone(key, entry)
        }
    }

    private fun left(
        key: String,
        entry: MemoryEntry,
        cause: EvictionCause,
    ) {
        reads.leaving(key, entry)
        departures.leftMemory(key, entry, cause)
    }
}
