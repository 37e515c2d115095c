package io.github.cachetronomy.core.memory

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.time.InstantSource

@Tags("fast")
class SteadyTimeSpec :
    FunSpec({
        test("while both clocks agree the wall clock is the time") {
            val clocks = Clocks()
            clocks.pass(Duration.ofMillis(1_500))
            clocks.time.now() shouldBe 1_500_000L
        }

        test("set back a day, time goes on at the pace of the monotonic clock") {
            val clocks = Clocks()
            clocks.pass(Duration.ofSeconds(10))
            clocks.time.now() shouldBe 10_000_000L
            clocks.setWall(Duration.ofDays(-1))
            clocks.time.now() shouldBe 10_000_000L
            repeat(100) { clocks.pass(Duration.ofSeconds(60)).also { clocks.time.now() } }
            clocks.time.now() shouldBe 6_010_000_000L
        }

        test("set back and put right again, time is the wall clock's") {
            val clocks = Clocks()
            clocks.setWall(Duration.ofDays(-1))
            clocks.pass(Duration.ofSeconds(5))
            clocks.time.now() shouldBe 5_000_000L
            clocks.setWall(Duration.ofDays(1))
            clocks.pass(Duration.ofSeconds(1))
            clocks.time.now() shouldBe 6_000_000L
        }

        test("set forward, the wall clock is believed") {
            val clocks = Clocks()
            clocks.pass(Duration.ofSeconds(1))
            clocks.setWall(Duration.ofDays(1))
            clocks.time.now() shouldBe 86_401_000_000L
        }

        test("small steps back never take time back, and it follows the wall clock again") {
            val clocks = Clocks()
            var before = clocks.time.now()
            repeat(200) {
                clocks.pass(Duration.ofMillis(10))
                if (it % 10 == 0) clocks.setWall(Duration.ofMillis(-40))
                val now = clocks.time.now()
                now shouldBeGreaterThanOrEqual before
                before = now
            }
            clocks.pass(Duration.ofSeconds(2))
            clocks.time.now() shouldBe clocks.wallMicros
        }

        test("a step back of a second is a small one, of more it is not") {
            val small = Clocks()
            small.pass(Duration.ofSeconds(10)).also { small.time.now() }
            small.setWall(Duration.ofSeconds(-1))
            small.pass(Duration.ofMillis(500))
            small.time.now() shouldBe 10_000_000L

            val large = Clocks()
            large.pass(Duration.ofSeconds(10)).also { large.time.now() }
            large.setWall(Duration.ofSeconds(-1).minusNanos(1_000))
            large.pass(Duration.ofMillis(500))
            large.time.now() shouldBe 10_500_000L
        }

        test("a given clock is read directly at each use") {
            var instant = Instant.EPOCH
            val clock = GivenClock({ instant }, { 0L })
            clock.now() shouldBe 0L
            instant = Instant.EPOCH.plusNanos(1_000)
            clock.coarseNow() shouldBe 1L
            instant = Instant.EPOCH.minusSeconds(1)
            clock.now() shouldBe -1_000_000L
            clock.instant() shouldBe instant
        }

        test("the system's clock does not run backwards, whichever way it is read") {
            var before = SystemClock.now()
            repeat(1_000) {
                SystemClock.now().also { now -> now shouldBeGreaterThanOrEqual before }.also { before = it }
            }
            val coarse = SystemClock.coarseNow()
            repeat(1_000) { SystemClock.coarseNow() shouldBeGreaterThanOrEqual coarse }
        }
    })

/** A wall clock and a monotonic one, both at zero, that move together or apart. */
private class Clocks {
    private var wall = Instant.EPOCH
    private var nanos = 0L
    val time = SteadyTime({ wall }, { nanos })

    val wallMicros: Long get() = wall.epochSecond * 1_000_000 + wall.nano / 1_000

    fun pass(by: Duration) {
        wall += by
        nanos += by.toNanos()
    }

    fun setWall(by: Duration) {
        wall += by
    }
}
