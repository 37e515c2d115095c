package io.github.cachetronomy.core.memory

import io.github.cachetronomy.core.text.TimeText
import java.time.Instant
import java.time.InstantSource
import java.util.concurrent.locks.LockSupport
import java.util.function.LongSupplier

/** «Now» for the engine, in microseconds since the epoch. Thread-safe. */
internal interface CacheClock : InstantSource {
    /** The time for writes and for reads of the store. */
    fun now(): Long

    /** The time for hits in memory: perhaps 20 ms late, never early, and nearly free. */
    fun coarseNow(): Long

    /** Nanoseconds since some moment, for durations and deadlines: wall clocks jump. */
    fun ticks(): Long

    override fun instant(): Instant = TimeText.instant(now())
}

/** A clock handed in from outside, read directly at each use. Durations are the system's unless [ticker] tells them. */
internal class GivenClock(
    private val source: InstantSource,
    private val ticker: LongSupplier,
) : CacheClock {
    override fun now(): Long = TimeText.micros(source.instant())

    override fun coarseNow(): Long = now()

    override fun ticks(): Long = ticker.asLong
}

/**
 * The system's clock, kept from running backwards: when the wall clock is set back by more than a
 * second, time goes on from where it was at the pace of the monotonic clock, so that nothing lives
 * longer than it should. A wall clock set forward is believed.
 */
internal class SteadyTime(
    private val wall: () -> Instant,
    private val monotonicNanos: () -> Long,
) {
    private class Sample(
        val time: Long,
        val nanos: Long,
    )

    @Volatile
    private var last = Sample(TimeText.micros(wall()), monotonicNanos())

    fun now(): Long {
        val sample = last
        val nanos = monotonicNanos()
        val expected = sample.time + (nanos - sample.nanos) / 1_000
        val seen = TimeText.micros(wall())
        val now = if (seen >= expected - MOST_DRIFT) maxOf(seen, sample.time) else expected
        // Racing threads lose at most a sample; the next one starts from the other's.
        last = Sample(now, nanos)
        return now
    }

    private companion object {
        const val MOST_DRIFT = 1_000_000L
    }
}

/**
 * The system's clock behind a field that a daemon thread renews every few milliseconds: reading the
 * clock itself would cost more than the rest of a memory hit. The thread is one a process, starts
 * with the first read and ends when a second goes by without one.
 */
internal object SystemClock : CacheClock {
    private const val TICK_NANOS = 5_000_000L
    private const val TICKS_UNTIL_IDLE = 200

    private val time = SteadyTime(Instant::now, System::nanoTime)

    @Volatile
    private var coarse = 0L

    @Volatile
    private var ticking = false

    /** Set by readers, cleared by the ticker; a lost write costs one more start of the thread. */
    private var wasRead = false

    override fun now(): Long = time.now()

    override fun ticks(): Long = System.nanoTime()

    override fun coarseNow(): Long {
        if (!wasRead) wasRead = true
        return if (ticking) coarse else startTicking()
    }

    @Synchronized
    private fun startTicking(): Long {
        val now = time.now()
        if (!ticking) {
            coarse = now
            val ticker = Thread(::tick, "cachetronomy-clock")
            ticker.isDaemon = true
            ticker.contextClassLoader = null
            ticker.start()
            ticking = true
        }
        return now
    }

    private fun tick() {
        var idle = 0
        while (idle < TICKS_UNTIL_IDLE) {
            LockSupport.parkNanos(this, TICK_NANOS)
            coarse = time.now()
            if (wasRead) idle = 0 else idle++
            wasRead = false
        }
        ticking = false
    }
}
