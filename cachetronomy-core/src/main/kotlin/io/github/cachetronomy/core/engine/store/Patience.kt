package io.github.cachetronomy.core.engine.store

import io.github.cachetronomy.core.spi.StoreFaultException
import java.time.Duration
import java.util.concurrent.locks.LockSupport
import kotlin.random.Random

/**
 * Does [work] again as long as somebody else holds the store, for [patience] at the most. Blocks, so it is for opening a
 * cache alone: whoever works with an open one waits in its queue.
 */
internal fun <R> patiently(
    patience: Duration,
    work: () -> R,
): R {
    val began = System.nanoTime()
    while (true) {
        try {
            return work()
        } catch (fault: StoreFaultException) {
            val isOver = System.nanoTime() - began >= patience.toNanos() || Thread.currentThread().isInterrupted
            if (fault.kind != StoreFaultException.Kind.BUSY || isOver) throw fault
        }
        // Not alike, or two that meet would meet again.
        LockSupport.parkNanos(Random.nextLong(SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS))
    }
}

private const val SHORTEST_PAUSE_NANOS: Long = 1_000_000

private const val LONGEST_PAUSE_NANOS: Long = 12_000_000
