package io.github.cachetronomy.testing

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import java.time.Duration
import java.time.Instant
import kotlin.time.Duration.Companion.INFINITE
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds

@Tag("fast")
class FakesTest {
    @Test
    fun `a clock stands still until it is moved`() {
        val clock = FakeClock()
        assertEquals(FakeClock.START, clock.instant())
        clock.advance(Duration.ofMinutes(1))
        clock.advance(1.microseconds)
        clock.advance(Duration.ZERO)
        assertEquals(Instant.parse("2030-01-01T12:01:00.000001Z"), clock.instant())
        assertEquals(Instant.parse("2030-01-01T12:01:00.000001Z"), clock.instant())
    }

    @Test
    fun `a clock may be set to any time`() {
        val clock = FakeClock(Instant.EPOCH)
        clock.set(Instant.EPOCH.minusNanos(1))
        assertEquals(Instant.EPOCH.minusNanos(1), clock.instant())
    }

    @Test
    fun `a clock does not advance backwards or for ever`() {
        val clock = FakeClock()
        assertThrows(IllegalArgumentException::class.java) { clock.advance(Duration.ofNanos(-1)) }
        assertThrows(IllegalArgumentException::class.java) { clock.advance((-1).seconds) }
        assertThrows(IllegalArgumentException::class.java) { clock.advance(INFINITE) }
        assertEquals(FakeClock.START, clock.instant())
    }

    @Test
    fun `a probe follows its script and repeats the last answer`() {
        val probe = ScriptedMemoryProbe(100, 300, 0)
        assertEquals(listOf(100L, 300L, 0L, 0L, 0L), List(5) { probe.availableBytes() })
        assertEquals(300, probe.totalBytes())
        assertEquals(5, probe.timesAsked)
    }

    @Test
    fun `a probe needs an answer to give`() {
        assertThrows(IllegalArgumentException::class.java) { ScriptedMemoryProbe() }
        assertThrows(IllegalArgumentException::class.java) { ScriptedMemoryProbe(-1) }
    }
}
