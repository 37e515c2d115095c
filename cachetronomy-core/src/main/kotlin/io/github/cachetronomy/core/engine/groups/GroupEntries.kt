package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.engine.queue.Selection
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WritePolicy
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
    private val policy: WritePolicy,
) {
    /** How many live ones there are in both tiers together. */
    fun count(members: Members): Long {
        val keys = listing.keys(null, false, KeyOrder.SORTED, members.prefix, taggedOf(members))
        var count = 0L
        keys.forEachPage { count += it.size }
        return count
    }

    /** The keys that the store has, the one whose last use is the longest ago first. */
    fun byLastUse(members: Members): List<String> {
        val rows = listing.rows(members.prefix, taggedOf(members))
        val lastUse = HashMap<String, Long>()
        rows.forEachPage { page ->
            for (row in page) {
                val lastRead = slot.readOrThrow { it.accessLog.find(row.key) }?.lastAccessed
                lastUse[row.key] = maxOf(row.createdAt, lastRead?.let(TimeText::micros) ?: 0)
            }
        }
        return lastUse.entries.sortedBy { it.value }.map { it.key }
    }

    fun clear(members: Members): Write<Long> {
        policy.refuseIfReadOnly()
        return when (members) {
            is Members.Prefixed -> removals.clearByPrefix(members.prefix)
            is Members.Tagged -> removals.clearByTags(setOf(members.tag), TagMatch.ANY, members.prefix)
        }
    }

    /** Null where nothing is to be written at all. */
    fun remove(keys: List<String>): Write<*>? =
        if (policy.isReadOnly) null else removals.delete(keys, EvictionCause.GROUP_SIZE)

    private fun taggedOf(members: Members) =
        (members as? Members.Tagged)?.let { Selection.Tagged(setOf(it.tag), TagMatch.ANY) }

    private inline fun <T> Pages<T>.forEachPage(see: (List<T>) -> Unit) {
        while (true) see(next() ?: return)
    }
}
