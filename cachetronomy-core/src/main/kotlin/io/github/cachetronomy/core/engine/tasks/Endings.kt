package io.github.cachetronomy.core.engine.tasks

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Future

/** Something that is left to be done when the cache is closed. */
internal fun interface Ending {
    /** Begins it, unless it has begun; the result is done when it is. */
    fun begin(): Future<*>
}

/** What those who hold a cache have left to be done when they close it. Thread-safe. */
internal class Endings {
    /** With their owners. */
    private val left = ConcurrentHashMap<Ending, Any>()

    fun add(
        owner: Any,
        ending: Ending,
    ) {
        left[ending] = owner
    }

    fun remove(ending: Ending) {
        left.remove(ending)
    }

    /** Begins what [owner] left, once; what everybody left where that is null. */
    fun begin(owner: Any?): List<Future<*>> =
        left.entries
            .filter { owner == null || it.value === owner }
            .map { it.key }
            .filter { left.remove(it) != null }
            .map(Ending::begin)
}
