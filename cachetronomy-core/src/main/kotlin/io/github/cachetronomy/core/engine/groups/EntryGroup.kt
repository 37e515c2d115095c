package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.queue.Write

/**
 * The entries of one function: counts what is asked of them, and keeps them within a cap, if there is one. The least
 * recently used one then goes first, from memory and store.
 *
 * The cap holds for what the store had when it was set and for what was written since, as [written] and [hit] tell of it.
 * Thread-safe.
 */
@InternalCachetronomyApi
public class EntryGroup internal constructor(
    private val shared: SharedGroup,
    /** What the cache has in front of the keys that are told here. */
    private val prefix: String,
) {
    /** The most entries there may be; null = any number. Lowering it takes effect with the next [look]. */
    public var maxEntries: Int? by shared::maxEntries

    /** Whether [look] has to be called before anything is read or written. */
    public val isUnknown: Boolean get() = shared.isUnknown

    /** Finds out what is there already, and what of it is too many. Blocks; null = nothing has to go. */
    public fun look(): Write<*>? = shared.look()

    /** A read of [key] found a value. */
    public fun hit(key: String) {
        shared.hit()
        if (shared.isCapped) shared.used(prefix + key)
    }

    /** A read found none. */
    public fun miss(): Unit = shared.miss()

    /** Whether there is a cap. */
    public val isCapped: Boolean get() = shared.isCapped

    /** [key] is written, or about to be. */
    public fun written(key: String) {
        if (shared.isCapped) shared.written(prefix + key)
    }

    /** The removal of what is too many, for the caller to make; null = nothing is. */
    public fun surplus(): Write<*>? = shared.surplus()

    /** The removal of all of them; gives how many there were. */
    public fun clear(): Write<Long> = shared.clear()

    /** What was asked of them since the first of those who share this group began, and how many there are. Blocks. */
    public fun stats(): GroupStats = shared.stats()
}
