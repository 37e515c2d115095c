package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheEvent
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** A listener that keeps what it is told, for a test that asks for it. Closing it lets it go on if it was stopped. */
class Recorder :
    (CacheEvent) -> Unit,
    AutoCloseable {
    private val told = LinkedBlockingQueue<CacheEvent>()
    private val arrived = CountDownLatch(1)

    @Volatile
    private var held: CountDownLatch? = null

    override fun invoke(event: CacheEvent) {
        arrived.countDown()
        held?.await()
        told += event
    }

    /** Stops at the next event, before it is kept, until [release]. */
    fun hold() {
        held = CountDownLatch(1)
    }

    /** Returns when an event has come, stopped or not. */
    fun awaitArrival() = check(arrived.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) { "no event has come" }

    fun release() {
        held?.countDown()
    }

    /** The next event. */
    fun next(): CacheEvent =
        checkNotNull(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) { "no event came within $PATIENCE_SECONDS s" }

    /** The next event of this kind; others that come before it are passed over. */
    inline fun <reified E : CacheEvent> nextOf(): E {
        while (true) (next() as? E)?.let { return it }
    }

    fun next(count: Int): List<CacheEvent> = List(count) { next() }

    fun removals(count: Int): List<CacheEvent.Removed> = List(count) { nextOf<CacheEvent.Removed>() }

    /** What has come and was not asked for. */
    fun left(): List<CacheEvent> = told.toList()

    override fun close() = release()

    private companion object {
        const val PATIENCE_SECONDS = 10L
    }
}
