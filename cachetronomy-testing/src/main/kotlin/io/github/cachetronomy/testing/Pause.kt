package io.github.cachetronomy.testing

import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/**
 * A point at which one call of a [FaultyStore] stops until it is let go, so that a test can do
 * something in between without sleeping. Closing it lets the call go too.
 *
 * Thread-safe.
 */
public class Pause internal constructor(
    private val where: String,
) : AutoCloseable {
    private val arrived = CountDownLatch(1)
    private val released = CountDownLatch(1)

    /**
     * Returns when a call has stopped here.
     *
     * @throws IllegalStateException if none has within ten seconds
     */
    public fun awaitArrival() {
        check(arrived.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
            "within $LONGEST_WAIT_SECONDS s nobody came to $where"
        }
    }

    /** Whether a call has stopped here, now or before. */
    public val hasArrived: Boolean get() = arrived.count == 0L

    /** Lets the call go, and the one that is yet to come pass without stopping. */
    public fun release() {
        released.countDown()
    }

    override fun close() {
        release()
    }

    /** Like native code that does I/O, this does not react to an interrupt; the flag is kept. */
    internal fun stop() {
        arrived.countDown()
        var interrupted = false
        while (true) {
            try {
                released.await()
                break
            } catch (_: InterruptedException) {
                interrupted = true
            }
        }
        if (interrupted) Thread.currentThread().interrupt()
    }

    private companion object {
        const val LONGEST_WAIT_SECONDS = 10L
    }
}
