package io.github.cachetronomy.interop

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.admin.Administration
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.tasks.Caller
import io.github.cachetronomy.core.engine.tasks.Futures
import io.github.cachetronomy.core.functions.CachedFunction
import io.github.cachetronomy.core.spi.ValueType
import java.util.Optional
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.Function
import java.util.function.Supplier
import java.util.function.UnaryOperator

/**
 * What Java cannot say to the engine: suspending calls, which become futures, and loaders whose
 * checked exceptions pass as thrown.
 */
internal object Bridge {
    private fun <R> future(block: suspend () -> R): CompletableFuture<R> = Futures.of(block)

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
    ): CompletableFuture<Any?> = future { engine.cached(key, request) { Futures.await(load.get()) } }

    @JvmStatic
    fun cachedManyLater(
        engine: CacheEngine,
        keys: Collection<String>,
        request: LoadRequest,
        load: Function<Set<String>, out CompletionStage<out Map<String, *>>>,
    ): CompletableFuture<Map<String, Any?>> =
        future { engine.cachedMany(keys, request) { Futures.await(load.apply(it)) } }

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

    @JvmStatic
    fun call(
        function: CachedFunction,
        arguments: List<Any?>,
        run: Callable<out CompletionStage<*>>,
    ): CompletableFuture<Any?> = future { function.call(arguments) { Futures.await(run.call()) } }

    @JvmStatic
    fun refresh(
        function: CachedFunction,
        arguments: List<Any?>,
        run: Callable<out CompletionStage<*>>,
    ): CompletableFuture<Any?> =
        future {
            val value = Futures.await(run.call())
            function.replace(arguments, value).awaitSuspending()
            value
        }

    @JvmStatic
    fun stats(function: CachedFunction): CompletableFuture<GroupStats> = future { function.statsSuspending() }

    /** What [run] gives; checked exceptions pass as thrown. */
    @JvmStatic
    fun <R> asThrown(run: Callable<out R>): R = run.call()

    /** What [work] does with the file as a whole, elsewhere; it asks the caller it gets whether it is still wanted. */
    @JvmStatic
    fun <R> later(
        admin: Administration,
        work: Function<Caller, Callable<R>>,
    ): CompletableFuture<R> = future { admin.suspending { work.apply(it).call() } }

    /** Java makes closing declare an exception that ours never throws. */
    @JvmStatic
    fun close(events: AutoCloseable): Unit = events.close()
}
