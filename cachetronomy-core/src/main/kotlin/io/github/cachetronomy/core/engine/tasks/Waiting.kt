package io.github.cachetronomy.core.engine.tasks

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.suspendCancellableCoroutine
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Suspends until the future is done. Unlike kotlinx.coroutines' own `await`, cancelling the waiter
 * leaves the future alone: others wait for it too. And a waiter that goes on wherever it is resumed
 * goes on elsewhere, not on the thread that completes the future: that one has more to do.
 */
internal suspend fun <R> CompletableFuture<R>.awaitShared(): R {
    if (isDone) return outcome()
    return suspendCancellableCoroutine { waiter ->
        val completed =
            whenCompleteAsync({ result, failure ->
                if (failure == null) {
                    waiter.resume(result)
                } else {
                    waiter.resumeWithException(failure.reason())
                }
            }, executorFor(waiter.context))
        // The future may be a long one: it need not hold on to waiters who have left.
        waiter.invokeOnCancellation { completed.cancel(false) }
    }
}

/**
 * As above, for [patience] at the most: then a [java.util.concurrent.TimeoutException]. By the clock on
 * the wall, not by the dispatcher's: under virtual time a wait for real work would be over at once.
 */
internal suspend fun <R> CompletableFuture<R>.awaitShared(patience: Duration): R =
    if (isDone) awaitShared() else copy().orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS).awaitShared()

private fun <R> CompletableFuture<R>.outcome(): R =
    try {
        join()
    } catch (failure: CompletionException) {
        throw failure.reason()
    }

private fun Throwable.reason() = if (this is CompletionException) cause ?: this else this

private fun executorFor(context: CoroutineContext): Executor {
    val dispatcher = context[ContinuationInterceptor] as? CoroutineDispatcher
    return if (dispatcher?.isDispatchNeeded(context) == true) HERE else ELSEWHERE
}

private val HERE = Executor(Runnable::run)
private val ELSEWHERE = Dispatchers.Default.asExecutor()
