package io.github.cachetronomy.core.engine.tasks

import io.github.cachetronomy.core.InternalCachetronomyApi
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage

/** Calls that suspend, for callers who hold futures. Thread-safe. */
@InternalCachetronomyApi
public object Futures {
    /** Threads beside those that call the store: what a caller runs here keeps nobody from reading. */
    private val threads = Dispatchers.IO.limitedParallelism(64, "cachetronomy-futures")

    /** Of a failure that comes after its future was cancelled nobody wants to hear. */
    private val unheard = CoroutineExceptionHandler { _, _ -> }

    /**
     * Those who wait for a future. They belong to whoever holds it, as a blocked thread would; the
     * cache lets them go when it closes by ending what they wait for, so this scope needs no end.
     */
    private val callers = CoroutineScope(SupervisorJob() + threads + CoroutineName("cachetronomy-future") + unheard)

    /** Begins on this thread, so that writes keep the order of their calls and a loader that asks for itself is found out. */
    public fun <R> of(block: suspend () -> R): CompletableFuture<R> =
        callers.future(start = CoroutineStart.UNDISPATCHED) { block() }

    /**
     * What [stage] gives, or fails with as it was thrown: a failure that is awaited may come as a copy. It is cancelled
     * when the wait is.
     */
    public suspend fun <T> await(stage: CompletionStage<T>): T {
        val ended: CompletionStage<Result<T>> =
            stage.handle { value, failure -> failure?.let { Result.failure(causeOf(it)) } ?: Result.success(value) }
        try {
            return ended.await().getOrThrow()
        } catch (cancelled: CancellationException) {
            stage.toCompletableFuture().cancel(false)
            throw cancelled
        }
    }

    private fun causeOf(failure: Throwable) = if (failure is CompletionException) failure.cause ?: failure else failure
}
