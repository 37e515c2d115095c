package io.github.cachetronomy.core.functions

import com.github.benmanes.caffeine.cache.Caffeine
import java.time.Duration

/** What a function threw not long ago, by key. Thread-safe. */
internal class Failures(
    timeToLive: Duration,
    /** The time in microseconds. */
    now: () -> Long,
) {
    private val failures =
        Caffeine
            .newBuilder()
            .expireAfterWrite(timeToLive)
            .maximumSize(MOST)
            .ticker { now() * NANOS }
            .executor(Runnable::run)
            .build<String, Throwable>()

    /** Throws what was thrown for [key]. */
    fun throwAgain(key: String) {
        failures.getIfPresent(key)?.let { throw it }
    }

    fun remember(
        key: String,
        failure: Throwable,
    ) = failures.put(key, failure)

    fun forget(key: String) = failures.invalidate(key)

    fun forgetAll() = failures.invalidateAll()

    private companion object {
        const val MOST = 10_000L
        const val NANOS = 1_000L
    }
}
