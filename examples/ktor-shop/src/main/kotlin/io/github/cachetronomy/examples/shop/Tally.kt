package io.github.cachetronomy.examples.shop

import java.util.Locale
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration
import kotlin.time.DurationUnit

/** Counts answers, and tells of them in lines of one table. Thread-safe. */
class Tally {
    private val now = AtomicReference(Counts())

    fun count(
        time: Duration,
        isFromCache: Boolean,
    ) {
        now.updateAndGet { it.with(time, isFromCache) }
    }

    /** What was counted since the last line; [reads] is how often the database was asked meanwhile. */
    fun line(reads: Long): String {
        val counts = now.getAndSet(Counts())
        val share = if (counts.all == 0) "-" else "%.1f %%".format(Locale.ROOT, 100.0 * counts.hits / counts.all)
        val misses = counts.all - counts.hits
        return LINE.format(counts.all, share, mean(counts.hitTime, counts.hits), mean(counts.missTime, misses), reads)
    }

    private fun mean(
        time: Duration,
        number: Int,
    ): String = if (number == 0) "-" else (time / number).toString(DurationUnit.MILLISECONDS, decimals = 1)

    private data class Counts(
        val all: Int = 0,
        val hits: Int = 0,
        val hitTime: Duration = Duration.ZERO,
        val missTime: Duration = Duration.ZERO,
    ) {
        fun with(
            time: Duration,
            isHit: Boolean,
        ): Counts =
            if (isHit) {
                copy(all = all + 1, hits = hits + 1, hitTime = hitTime + time)
            } else {
                copy(all = all + 1, missTime = missTime + time)
            }
    }

    companion object {
        private const val LINE = "%9s  %10s  %11s  %11s  %14s"

        val HEADING: String = LINE.format("answers/s", "from cache", "cached in", "made in", "database reads")
    }
}
