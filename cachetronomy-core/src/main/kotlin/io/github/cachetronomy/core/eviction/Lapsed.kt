package io.github.cachetronomy.core.eviction

import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * Entries whose expiry was noticed in memory while their rows stayed: when those are swept out later, it is the
 * same expiry. Remembers the last [MOST].
 */
internal class Lapsed {
    private val lock = ReentrantLock()

    /** Guarded by [lock]: keys and when their entries expired. */
    private val expired =
        object : LinkedHashMap<String, Long>() {
            override fun removeEldestEntry(eldest: Map.Entry<String, Long>): Boolean = size > MOST
        }

    fun add(
        key: String,
        expiresAt: Long,
    ): Unit = lock.withLock { expired[key] = expiresAt }

    /** Forgets the entry. Returns whether it was remembered. */
    fun remove(
        key: String,
        expiresAt: Long,
    ): Boolean = lock.withLock { expired.remove(key, expiresAt) }

    private companion object {
        const val MOST = 20_000
    }
}
