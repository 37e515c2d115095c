package io.github.cachetronomy.core.state

import io.github.cachetronomy.core.CacheClosedException
import kotlinx.coroutines.Job
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/**
 * Does one thing after the other, in the order they were asked for, in a coroutine that [launch] begins where there is
 * something to do. Nobody has to wait, so no caller's thread can be waited for. Thread-safe.
 */
internal class Turns(
    private val launch: (suspend () -> Unit) -> Job,
) {
    private val waiting = ConcurrentLinkedQueue<Turn<*>>()

    /** Those in [waiting], and the one at work. */
    private val count = AtomicInteger()

    private class Turn<R>(
        private val work: suspend () -> R,
    ) {
        val done = CompletableFuture<R>()

        suspend fun take() {
            try {
                done.complete(work())
            } catch (failure: Throwable) {
                val cancelled = failure is CancellationException
                done.completeExceptionally(if (cancelled) CacheClosedException() else failure)
                if (cancelled || failure !is Exception) throw failure
            }
        }
    }

    /** Done when [work] has had its turn, with what it gave or threw; with [CacheClosedException] if it had none. */
    fun <R> take(work: suspend () -> R): CompletableFuture<R> {
        val turn = Turn(work)
        waiting += turn
        if (count.getAndIncrement() == 0) begin()
        return turn.done
    }

    private fun begin() {
        launch {
            do waiting.remove().take() while (count.decrementAndGet() > 0)
        }.invokeOnCompletion { failure -> if (failure != null) giveUp() }
    }

    private fun giveUp() {
        var left = count.get()
        while (left > 0) {
            waiting.poll()?.done?.completeExceptionally(CacheClosedException())
            left = count.decrementAndGet()
        }
    }
}
