package io.github.cachetronomy.core.memory

import com.github.benmanes.caffeine.cache.Caffeine
import java.time.Duration

/** Objects that are forgotten after a while, or when there are too many. Thread-safe. */
internal class ShortLived<V : Any>(
    timeToLive: Duration,
    most: Long,
    /** The time in microseconds. */
    now: () -> Long,
) {
    private val held =
        Caffeine
            .newBuilder()
            .expireAfterWrite(timeToLive)
            .maximumSize(most)
            .ticker { now() * NANOS }
            .executor(Runnable::run)
            .build<String, V>()

    operator fun get(key: String): V? = held.getIfPresent(key)

    operator fun set(
        key: String,
        value: V,
    ) = held.put(key, value)

    fun remove(key: String) = held.invalidate(key)

    fun clear() = held.invalidateAll()

    private companion object {
        const val NANOS = 1_000L
    }
}
