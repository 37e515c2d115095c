package io.github.cachetronomy.core.engine

import kotlinx.coroutines.suspendCancellableCoroutine
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Suspends until the future is done. Unlike kotlinx.coroutines' own `await`, cancelling the waiter
 * leaves the future alone: others wait for it too.
 */
internal suspend fun <R> CompletableFuture<R>.awaitShared(): R {
    if (isDone && !isCompletedExceptionally) return getNow(null)
    return suspendCancellableCoroutine { waiter ->
        whenComplete { result, failure ->
            if (failure == null) {
                waiter.resume(result)
            } else {
                waiter.resumeWithException(if (failure is CompletionException) failure.cause ?: failure else failure)
            }
        }
    }
}
