package io.github.cachetronomy.core.memory

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeBetween
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlin.time.Duration.Companion.seconds

@Tags("fast")
class CoarseTimeSpec :
    FunSpec({
        test("read at any moment it is at most 20 ms late and never early, though its thread wakes up 14 ms late") {
            val clock = Ticking()
            val begun = clock.micros
            clock.whileIdle = { nanos ->
                val until = clock.micros + nanos / 1_000 + 14_000
                while (clock.micros < until) {
                    // For a minute, and then no more.
                    if (clock.micros < begun + MINUTE) {
                        val late = clock.micros - clock.time.now()
                        late.shouldBeBetween(0, 20_000)
                        clock.reads++
                    }
                    clock.micros += 500
                }
            }
            clock.time.now() shouldBe begun
            clock.tick()
            clock.reads shouldBeGreaterThan 100_000
            clock.starts shouldBe 1
        }

        test("its thread ends when a second goes by without a read, and not before") {
            val clock = Ticking()
            var lastRead = 0L
            var pauses = 0
            clock.whileIdle = { nanos ->
                clock.micros += nanos / 1_000
                // Reads that are almost a second apart keep it going.
                if (++pauses % 190 == 0 && pauses < 2_000) {
                    clock.time.now()
                    lastRead = clock.micros
                }
            }
            clock.time.now()
            clock.tick()
            clock.starts shouldBe 1
            pauses shouldBeGreaterThan 2_000
            (clock.micros - lastRead).shouldBeBetween(1_000_000, 1_100_000)
        }

        test("the first read after it ended is exact and starts it again") {
            val clock = Ticking()
            clock.whileIdle = { nanos -> clock.micros += nanos / 1_000 }
            clock.time.now()
            repeat(3) { times ->
                clock.starts shouldBe times + 1
                clock.tick()
                clock.micros += HOUR
                clock.time.now() shouldBe clock.micros
            }
            clock.starts shouldBe 4
        }

        test("while it runs nobody starts another") {
            val clock = Ticking()
            repeat(100) { clock.time.now() }
            clock.starts shouldBe 1
        }

        test("a thread that has ended before the one who started it goes on leaves no time that stands still") {
            val clock = Ticking()
            clock.whileIdle = { nanos -> clock.micros += nanos / 1_000 }
            clock.startsAtOnce = true
            clock.time.now()
            clock.micros += HOUR
            clock.time.now() shouldBeLessThanOrEqual clock.micros
            clock.starts shouldBe 2
        }

        test("a thread that cannot be had is asked for again at the next read") {
            val clock = Ticking()
            clock.refusal = OutOfMemoryError("unable to create native thread")
            shouldThrow<OutOfMemoryError> { clock.time.now() }
            clock.refusal = null
            clock.micros += HOUR
            clock.time.now() shouldBe clock.micros
            clock.starts shouldBe 1
        }

        test("a clock that fails ends the thread, and the next read starts another") {
            val clock = Ticking()
            clock.whileIdle = { error("no time") }
            clock.time.now()
            shouldThrow<IllegalStateException> { clock.tick() }
            clock.micros += HOUR
            clock.time.now() shouldBe clock.micros
            clock.starts shouldBe 2
        }

        test("the process has one thread for it, a daemon, which ends when nobody reads and comes back with a reader") {
            /** With a read each time: where the machine stops for a second, the thread is gone again. */
            suspend fun running() =
                eventually(60.seconds) {
                    SystemClock.coarseNow()
                    clockThreads().single()
                }
            val first = running()
            first.isDaemon shouldBe true
            eventually(60.seconds) { clockThreads().shouldBeEmpty() }
            val now = SystemClock.now()
            SystemClock.coarseNow().shouldBeBetween(now, SystemClock.now())
            running() shouldNotBe first
        }
    }) {
    /** A coarse time whose thread is the test's: it ticks when the test says so. */
    private class Ticking {
        var micros = 1_000_000_000L
        var starts = 0
        var reads = 0
        var startsAtOnce = false
        var refusal: Error? = null
        var whileIdle: (Long) -> Unit = {}
        private var ticker = Runnable { error("never started") }

        val time = CoarseTime({ micros }, ::start) { nanos -> whileIdle(nanos) }

        /** Runs what was started last until it ends. */
        fun tick() = ticker.run()

        private fun start(work: Runnable) {
            refusal?.let { throw it }
            starts++
            ticker = work
            if (startsAtOnce) work.run()
        }
    }

    private companion object {
        const val MINUTE = 60_000_000L
        const val HOUR = 3_600_000_000L

        fun clockThreads() = Thread.getAllStackTraces().keys.filter { it.name == "cachetronomy-clock" && it.isAlive }
    }
}
