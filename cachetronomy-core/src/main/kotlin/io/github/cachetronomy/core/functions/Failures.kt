package io.github.cachetronomy.core.functions

import io.github.cachetronomy.core.memory.ShortLived
import java.time.Duration

/** What a function threw not long ago, by key. Thread-safe. */
internal class Failures(
    timeToLive: Duration,
    /** The time in microseconds. */
    now: () -> Long,
) {
    private val failures = ShortLived<Throwable>(timeToLive, MOST, now)

    /** Throws what was thrown for [key]. */
    fun throwAgain(key: String) {
        failures[key]?.let { throw it }
    }

    fun remember(
        key: String,
        failure: Throwable,
    ) {
        failures[key] = failure
    }

    fun forget(key: String) = failures.remove(key)

    fun forgetAll() = failures.clear()

    private companion object {
        const val MOST = 10_000L
    }
}
