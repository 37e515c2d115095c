package io.github.cachetronomy.core.engine.groups

import com.github.benmanes.caffeine.cache.Caffeine
import io.github.cachetronomy.core.EvictionCause

/** The groups that somebody has in hand: whoever asks for the same members gets the same group. Thread-safe. */
internal class EntryGroups(
    private val entries: GroupEntries,
) {
    private val groups = Caffeine.newBuilder().weakValues().build<Members, EntryGroup>()

    fun of(members: Members): EntryGroup = groups.get(members) { EntryGroup(it, entries) }

    /** [key] has left, perhaps only memory. */
    fun left(
        key: String,
        cause: EvictionCause,
    ) {
        if (cause in FROM_THE_STORE) capped().forEach { it.left(key) }
    }

    /** Everything has left. */
    fun leftAll() = capped().forEach(EntryGroup::leftAll)

    private fun capped() = groups.asMap().values.filter(EntryGroup::isCapped)

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
