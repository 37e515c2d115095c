package io.github.cachetronomy.core.engine.groups

import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** Keys by their last use, no more than so many. Thread-safe. */
internal class Recency(
    /** The most keys there may be. */
    val limit: Int,
    /** What is known already, the least recently used first. */
    known: List<String> = emptyList(),
) {
    private val lock = ReentrantLock()

    /** Guarded by [lock]; the key whose last use is the longest ago comes first. */
    private val keys = LinkedHashMap<String, Unit>(16, 0.75f, true).apply { known.forEach { put(it, Unit) } }

    /** The keys, the least recently used first. */
    fun all(): List<String> = lock.withLock { keys.keys.toList() }

    /** [key] was read. One that is not known is none of ours. */
    fun used(key: String) {
        lock.withLock { keys[key] }
    }

    /** [key] was written. */
    fun written(key: String) {
        lock.withLock { keys[key] = Unit }
    }

    fun remove(key: String) {
        lock.withLock { keys.remove(key) }
    }

    fun clear() = lock.withLock { keys.clear() }

    /** What was [found], the least recently used first, was there before everything that came in meanwhile. */
    fun addOlder(found: Collection<String>) {
        lock.withLock {
            val newer = LinkedHashMap(keys)
            keys.clear()
            found.forEach { if (it !in newer) keys[it] = Unit }
            keys.putAll(newer)
        }
    }

    /** Takes out and gives those that are too many: the least recently used ones. */
    fun takeSurplus(): List<String> =
        lock.withLock {
            val surplus = keys.keys.take(maxOf(0, keys.size - limit))
            surplus.forEach(keys::remove)
            surplus
        }
}
