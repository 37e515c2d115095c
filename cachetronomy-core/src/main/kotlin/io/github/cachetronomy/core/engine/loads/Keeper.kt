package io.github.cachetronomy.core.engine.loads

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.queue.Invalidations
import io.github.cachetronomy.core.engine.queue.KeepOp
import io.github.cachetronomy.core.engine.queue.PutOp
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Claim
import io.github.cachetronomy.core.engine.reads.Claims
import io.github.cachetronomy.core.engine.reads.Flight
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.writes.Draft
import io.github.cachetronomy.core.engine.writes.Drafts
import io.github.cachetronomy.core.engine.writes.MemoryView
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry

/** What a load holds while it runs, to find out whether its result is still wanted. */
internal class Claimed(
    /** The load. */
    val flight: Flight,
    val claim: Claim,
    val since: Long,
) {
    val key: String get() = flight.key

    /** The store's own mark of that moment, for what other processes remove; null = not asked. */
    var mark: Long? = null

    /** The row that was there and could not be used. */
    var seen: StoredEntry? = null
}

/** Keeps what loads bring, unless a write or a removal came meanwhile: those win. */
internal class Keeper(
    private val queue: WriteQueue,
    private val drafts: Drafts,
    private val view: MemoryView,
    private val claims: Claims,
    private val invalidations: Invalidations,
    private val policy: WritePolicy,
    private val counters: Counters,
    private val events: EventHub,
) {
    inline fun <R> claiming(
        flight: Flight,
        block: (Claimed) -> R,
    ): R {
        val claimed = claim(flight)
        try {
            return block(claimed)
        } finally {
            release(claimed)
        }
    }

    fun claim(flight: Flight): Claimed {
        val claim = claims.take(flight.key)
        return Claimed(flight, claim, queue.lastNumber)
    }

    fun release(claimed: Claimed) = claims.release(claimed.key, claimed.claim)

    /**
     * Whether a removal or a write has come since [claimed] already: nothing would be kept of a loader that is called now,
     * though the last look for the value may have seen what came, and there is nothing old about what would be loaded.
     * What is not in sight as a whole is waited for.
     */
    fun isLate(
        claimed: Claimed,
        request: LoadRequest,
    ): Boolean {
        val tags = drafts.tagsOf(request.options)
        val profile = drafts.profileName
        return queue.settled { isOvertaken(claimed, tags, profile) }
    }

    /**
     * Keeps what a load brought, unless it was overtaken. Returns its row, or null where it has none.
     * Never throws for the value: its callers get it either way.
     */
    fun keep(
        value: Any?,
        request: LoadRequest,
        claimed: Claimed,
    ): StoredEntry? = keepAll(mapOf(claimed.key to value), request, mapOf(claimed.key to claimed))[claimed.key]

    fun keepAll(
        values: Map<String, Any?>,
        request: LoadRequest,
        claimed: Map<String, Claimed>,
    ): Map<String, StoredEntry> {
        if (policy.isReadOnly) return emptyMap()
        val wanted = request.keeps?.let { keeps -> values.filterValues(keeps::test) } ?: values
        val all = wanted.mapNotNull { (key, value) -> draftOrNull(key, value, request) }
        val room = queue.room() == null
        val kept = ArrayList<Draft>()
        queue.orderly { number ->
            all.filterTo(kept) { isWanted(it, claimed.getValue(it.key)) }
            kept.forEach { view.show(it, number) }
            when {
                kept.isEmpty() -> {}

                room -> {
                    queue.place(keepOp(kept, claimed))
                }

                else -> {
                    view.keepAlone(kept.map(Draft::row))
                    queue.dropRows(kept.map(Draft::key))
                }
            }
        }
        if (!room) kept.forEach { counters.droppedWrite(it.key) }
        if (kept.isNotEmpty()) queue.kick()
        (all - kept.toSet()).forEach { notKept(it.key, "it was overtaken by a write or removal") }
        return all.associate { it.key to it.row }
    }

    private fun isWanted(
        draft: Draft,
        claimed: Claimed,
    ): Boolean = !policy.isClosed && !isOvertaken(claimed, draft.row.tags, draft.row.profile)

    /** A load may have been overtaken before it took its claim; the flight, which was there first, knows of that. */
    private fun isOvertaken(
        claimed: Claimed,
        tags: Collection<String>,
        profile: String,
    ): Boolean =
        claimed.flight.overtaken || claimed.claim.stale ||
            invalidations.hit(claimed.since, claimed.key, tags, profile)

    /** The last word is the store's: another process may have removed or written the key since the load began. */
    private fun keepOp(
        kept: List<Draft>,
        claimed: Map<String, Claimed>,
    ): KeepOp =
        KeepOp(
            kept.map(Draft::row),
            LoadedValues(),
            wanted = { store, row -> isStillWanted(store, row, claimed.getValue(row.key)) },
        )

    private inner class LoadedValues : PutOp.Shown by view {
        override fun takeBack(rows: List<StoredEntry>) {
            view.takeBack(rows)
            rows.forEach { notKept(it.key, "another process removed or wrote the key meanwhile") }
        }
    }

    private fun isStillWanted(
        store: StoreBackend,
        row: StoredEntry,
        claimed: Claimed,
    ): Boolean {
        val mark = claimed.mark ?: return true
        val present = store.entries.read(row.key)
        // A row that was of no use and is gone was swept up: no reason to drop what came in its place.
        val unchanged = present == null || claimed.seen?.let(present::sameAs) ?: false
        return unchanged && !store.entries.removedSince(mark, row.key, row.tags, row.profile)
    }

    private fun draftOrNull(
        key: String,
        value: Any?,
        request: LoadRequest,
    ): Draft? =
        try {
            drafts.draft(key, value, request.type, request.options)
        } catch (failure: EncodingFailedException) {
            notKept(key, failure.message.orEmpty())
            null
        } catch (refused: IllegalArgumentException) {
            notKept(key, refused.message.orEmpty())
            null
        }

    private fun notKept(
        key: String,
        reason: String,
    ) {
        counters.notKept(key)
        events.emit { CacheEvent.NotKept(key, reason) }
    }
}
