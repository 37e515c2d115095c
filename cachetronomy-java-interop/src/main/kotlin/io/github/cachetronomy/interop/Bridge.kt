package io.github.cachetronomy.interop

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.admin.Administration
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.tasks.Caller
import io.github.cachetronomy.core.spi.ValueType
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import java.util.Optional
import java.util.concurrent.Callable
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.function.Function
import java.util.function.Supplier
import java.util.function.UnaryOperator

/**
 * What Java cannot say to the engine: suspending calls, which become futures, and loaders whose
 * checked exceptions pass as thrown.
 */
internal object Bridge {
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
    fun <R> future(block: suspend () -> R): CompletableFuture<R> =
        callers.future(start = CoroutineStart.UNDISPATCHED) { block() }

    /** The answer of [read], which may ask the store and therefore leaves this thread. */
    @JvmStatic
    fun <R> read(
        engine: CacheEngine,
        read: Supplier<R>,
    ): CompletableFuture<R> = future { engine.onStore(read::get) }

    /** As [read], showing what was written before. */
    @JvmStatic
    fun <R> readSettled(
        engine: CacheEngine,
        read: Supplier<R>,
    ): CompletableFuture<R> =
        future {
            engine.settleSuspending()
            engine.onStore(read::get)
        }

    @JvmStatic
    fun <R> write(write: Write<R>): CompletableFuture<R> = future { write.awaitSuspending() }

    /** As [write], for a write that has nothing to tell. */
    @JvmStatic
    fun finish(write: Write<*>): CompletableFuture<Void?> =
        future {
            write.awaitSuspending()
            null
        }

    @JvmStatic
    fun cached(
        engine: CacheEngine,
        key: String,
        request: LoadRequest,
        load: Callable<*>,
    ): Any? = engine.cachedBlocking(key, request, load::call)

    @JvmStatic
    fun cachedLater(
        engine: CacheEngine,
        key: String,
        request: LoadRequest,
        load: Supplier<out CompletionStage<*>>,
    ): CompletableFuture<Any?> = future { engine.cached(key, request) { load.get().awaitAsThrown() } }

    @JvmStatic
    fun cachedManyLater(
        engine: CacheEngine,
        keys: Collection<String>,
        request: LoadRequest,
        load: Function<Set<String>, out CompletionStage<out Map<String, *>>>,
    ): CompletableFuture<Map<String, Any?>> =
        future { engine.cachedMany(keys, request) { load.apply(it).awaitAsThrown() } }

    @JvmStatic
    fun replaceLater(
        engine: CacheEngine,
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): CompletableFuture<Boolean> = future { engine.replace(key, expected, value, type, options) }

    @JvmStatic
    fun updateLater(
        engine: CacheEngine,
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: UnaryOperator<Any?>,
    ): CompletableFuture<Any?> = future { engine.update(key, type, options) { change.apply(it) } }

    @JvmStatic
    fun removeLater(
        engine: CacheEngine,
        key: String,
        type: ValueType,
    ): CompletableFuture<Optional<Any>> =
        future {
            val removed = engine.remove(key, type)
            if (removed === CacheEngine.NOTHING) Optional.empty() else Optional.ofNullable(removed)
        }

    /** What [work] does with the file as a whole, elsewhere; it asks the caller it gets whether it is still wanted. */
    @JvmStatic
    fun <R> later(
        admin: Administration,
        work: Function<Caller, Callable<R>>,
    ): CompletableFuture<R> = future { admin.suspending { work.apply(it).call() } }

    /** What a stage fails with is to reach the caller as it was thrown: a failure that is awaited may come as a copy. */
    private suspend fun <T> CompletionStage<T>.awaitAsThrown(): T {
        val ended: CompletionStage<Result<T>> =
            handle { value, failure -> failure?.let { Result.failure(causeOf(it)) } ?: Result.success(value) }
        try {
            return ended.await().getOrThrow()
        } catch (cancelled: CancellationException) {
            toCompletableFuture().cancel(false)
            throw cancelled
        }
    }

    private fun causeOf(failure: Throwable) = if (failure is CompletionException) failure.cause ?: failure else failure

    /** Java makes closing declare an exception that ours never throws. */
    @JvmStatic
    fun close(events: AutoCloseable): Unit = events.close()
}
