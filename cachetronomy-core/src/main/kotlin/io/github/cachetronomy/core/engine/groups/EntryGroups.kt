package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.memory.WeakValues

/** The groups that somebody has in hand: whoever asks for the same members gets the same group. Thread-safe. */
internal class EntryGroups(
    private val entries: GroupEntries,
) {
    private val groups = WeakValues<Members, SharedGroup>()

    fun of(members: Members): SharedGroup = groups.getOrMake(members) { SharedGroup(it, entries) }

    /** How many live entries are [members]. Blocks. */
    fun count(members: Members): Long = entries.count(members)

    /** [key] has left, perhaps only memory. */
    fun left(
        key: String,
        cause: EvictionCause,
    ) {
        if (cause in FROM_THE_STORE) capped().forEach { it.left(key) }
    }

    /** Everything has left. */
    fun leftAll() = capped().forEach(SharedGroup::leftAll)

    private fun capped() = groups.all.filter(SharedGroup::isCapped)

    private companion object {
        /** Whose row is gone for sure. */
        val FROM_THE_STORE =
            setOf(
                EvictionCause.DELETED,
                EvictionCause.TAG,
                EvictionCause.PREFIX,
                EvictionCause.EXPIRED,
                EvictionCause.REPAIRED,
                EvictionCause.STORE_SIZE,
            )
    }
}
