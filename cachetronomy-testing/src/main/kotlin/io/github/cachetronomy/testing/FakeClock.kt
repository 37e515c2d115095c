package io.github.cachetronomy.testing

import java.time.Duration
import java.time.Instant
import java.time.InstantSource
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.toJavaDuration
import kotlin.time.Duration as KotlinDuration

/**
 * A clock that stands still until it is told to move. Given to a cache it makes expiry exact: the
 * cache reads it at each use.
 *
 * Thread-safe; a move is seen by every thread that reads the clock after it.
 */
public class FakeClock
    @JvmOverloads
    constructor(
        /** Where the clock starts. */
        start: Instant = START,
    ) : InstantSource {
        private val now = AtomicReference(start)

        override fun instant(): Instant = now.get()

        /** Moves on by [by], which is not negative; [set] goes back. */
        public fun advance(by: Duration) {
            require(!by.isNegative) { "a clock advances by a duration that is not negative, not by $by" }
            now.updateAndGet { it + by }
        }

        /** Moves on by [by], which is not negative and finite; [set] goes back. */
        public fun advance(by: KotlinDuration) {
            require(by.isFinite()) { "a clock advances by a finite duration, not by $by" }
            advance(by.toJavaDuration())
        }

        /** Moves to [to], also backwards, as a system's clock may. */
        public fun set(to: Instant) {
            now.set(to)
        }

        override fun toString(): String = "FakeClock(${now.get()})"

        public companion object {
            /** Where a clock starts that is not told otherwise: noon on 1 January 2030, UTC. */
            @JvmField
            public val START: Instant = Instant.parse("2030-01-01T12:00:00Z")
        }
    }
