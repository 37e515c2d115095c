package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.engine.queue.Selection
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.reads.Listing
import io.github.cachetronomy.core.engine.reads.Pages
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.writes.Removals
import io.github.cachetronomy.core.text.TimeText

/** Finds and removes the entries of groups. Thread-safe. */
internal class GroupEntries(
    private val listing: Listing,
    private val removals: Removals,
    private val slot: StoreSlot,
) {
    /** How many live ones there are in both tiers together. */
    fun count(members: Members): Long {
        val keys = listing.keys(null, false, KeyOrder.SORTED, prefixOf(members), taggedOf(members))
        var count = 0L
        keys.forEachPage { count += it.size }
        return count
    }

    /** The keys that the store has, the one whose last use is the longest ago first. */
    fun byLastUse(members: Members): List<String> {
        val rows = listing.rows(prefixOf(members), taggedOf(members))
        val lastUse = HashMap<String, Long>()
        rows.forEachPage { page ->
            for (row in page) {
                val lastRead = slot.readOrThrow { it.accessLog.find(row.key) }?.lastAccessed
                lastUse[row.key] = maxOf(row.createdAt, lastRead?.let(TimeText::micros) ?: 0)
            }
        }
        return lastUse.entries.sortedBy { it.value }.map { it.key }
    }

    fun clear(members: Members): Write<Long> =
        when (members) {
            is Members.Prefixed -> removals.clearByPrefix(members.prefix)
            is Members.Tagged -> removals.clearByTags(setOf(members.tag), TagMatch.ANY)
        }

    fun remove(keys: List<String>): Write<*> = removals.delete(keys, EvictionCause.GROUP_SIZE)

    private fun prefixOf(members: Members) = (members as? Members.Prefixed)?.prefix.orEmpty()

    private fun taggedOf(members: Members) =
        (members as? Members.Tagged)?.let { Selection.Tagged(setOf(it.tag), TagMatch.ANY) }

    private inline fun <T> Pages<T>.forEachPage(see: (List<T>) -> Unit) {
        while (true) see(next() ?: return)
    }
}
