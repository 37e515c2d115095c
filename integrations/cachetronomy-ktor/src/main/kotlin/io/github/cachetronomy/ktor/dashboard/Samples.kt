package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheStats
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.flow.takeWhile
import java.time.InstantSource

/** What the cache did lately, and what it does now. Thread-safe. */
internal class Samples(
    private val clock: InstantSource,
    private val stats: () -> CacheStats,
) {
    /** Guarded by this. */
    private var before = stats()

    /** The last [MOST], oldest first. Guarded by this. */
    private val ring = ArrayDeque<Sample>(MOST)

    private val latest = MutableStateFlow(Latest(null, ended = false))

    /** The newest sample, and each that follows, as far as whoever collects keeps up. Ends with [end]. */
    val live: Flow<Sample> = latest.takeWhile { !it.ended }.mapNotNull { it.sample }

    /** Looks at the counters. */
    @Synchronized
    fun take() {
        val now = stats()
        val sample = Sample.between(before, now, clock.instant())
        before = now
        if (ring.size == MOST) ring.removeFirst()
        ring.addLast(sample)
        latest.value = Latest(sample, latest.value.ended)
    }

    @Synchronized
    fun history(): List<Sample> = ring.toList()

    /** Ends [live] for all. */
    @Synchronized
    fun end() {
        latest.value = Latest(latest.value.sample, ended = true)
    }

    private class Latest(
        val sample: Sample?,
        val ended: Boolean,
    )

    companion object {
        /** Ten minutes of one sample a second. */
        const val MOST = 600
    }
}
