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
 * A time behind a field that a thread renews every few milliseconds: reading the clock itself would cost
 * more than the rest of a memory hit. The thread starts with the first read and ends when a second goes by
 * without one. [start] runs what it is given on a thread, [pause] holds that thread for some nanoseconds.
 */
internal class CoarseTime(
    private val time: () -> Long,
    private val start: (Runnable) -> Unit,
    private val pause: (nanos: Long) -> Unit,
) {
    @Volatile
    private var coarse = 0L

    /** Whether somebody renews [coarse]. */
    @Volatile
    private var ticking = false

    /** Set by readers, cleared by the ticker; a lost write costs one more start of the thread. */
    private var wasRead = false

    fun now(): Long {
        if (!wasRead) wasRead = true
        return if (ticking) coarse else startTicking()
    }

    @Synchronized
    private fun startTicking(): Long {
        val now = time()
        if (!ticking) {
            coarse = now
            // First of all: the thread may have ended before this one goes on.
            ticking = true
            try {
                start(::tick)
            } catch (failure: Throwable) {
                ticking = false
                throw failure
            }
        }
        return now
    }

    private fun tick() {
        try {
            var idle = 0
            while (idle < TICKS_UNTIL_IDLE) {
                pause(TICK_NANOS)
                coarse = time()
                if (wasRead) idle = 0 else idle++
                wasRead = false
            }
        } finally {
            ticking = false
        }
    }

    private companion object {
        const val TICK_NANOS = 5_000_000L
        const val TICKS_UNTIL_IDLE = 200
    }
}

/** The system's clock. Its thread for hits in memory is a daemon, one a process. */
internal object SystemClock : CacheClock {
    private val time = SteadyTime(Instant::now, System::nanoTime)

    private val coarse =
        CoarseTime(time::now, { tick ->
            val ticker = Thread(tick, "cachetronomy-clock")
            ticker.isDaemon = true
            ticker.contextClassLoader = null
            ticker.start()
        }, { nanos -> LockSupport.parkNanos(this, nanos) })

    override fun now(): Long = time.now()

    override fun ticks(): Long = System.nanoTime()

    override fun coarseNow(): Long = coarse.now()
}
