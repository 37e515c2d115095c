package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.coroutines.BlockingMemoized1
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.Memoized1
import io.github.cachetronomy.coroutines.memoize
import io.github.cachetronomy.coroutines.memoizeBlocking
import io.github.cachetronomy.interop.AsyncMemoizedFunction
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.MemoizedFunction
import kotlinx.coroutines.runBlocking
import java.util.concurrent.CompletableFuture

/** One way to call a memoized function of one argument. */
interface FunctionDoor {
    fun call(argument: Any?): String?

    fun uncached(argument: Any?): String?

    fun keyFor(argument: Any?): String

    fun refresh(argument: Any?): String?

    fun invalidate(argument: Any?): Boolean

    fun invalidateAll(): Long

    fun stats(): GroupStats
}

internal fun Cachetronaut.memoizedDoor(
    name: String,
    options: FunctionOptions,
    function: (Any?) -> String?,
): FunctionDoor = SuspendFunctionDoor(memoize(name, options = options) { argument: Any? -> function(argument) })

internal fun BlockingCachetronaut.memoizedDoor(
    name: String,
    options: FunctionOptions,
    function: (Any?) -> String?,
): FunctionDoor =
    JavaFunctionDoor(
        memoize<String?>(name, String::class.java).with(options).function<Any?> {
            function(it)
        },
    )

internal fun BlockingCachetronaut.memoizedFutureDoor(
    name: String,
    options: FunctionOptions,
    function: (Any?) -> String?,
): FunctionDoor =
    FutureFunctionDoor(
        async().memoize<String?>(name, String::class.java).with(options).function<Any?> {
            CompletableFuture.completedFuture(function(it))
        },
    )

/** The fourth way, which no other operation of the cache has: Kotlin callers who block. */
internal fun Cachetronaut.memoizedBlockingDoor(
    name: String,
    options: FunctionOptions,
    function: (Any?) -> String?,
): FunctionDoor = BlockingFunctionDoor(memoizeBlocking(name, options = options, function = function))

private class SuspendFunctionDoor(
    private val function: Memoized1<Any?, String?>,
) : FunctionDoor {
    override fun call(argument: Any?) = runBlocking { function(argument) }

    override fun uncached(argument: Any?) = runBlocking { function.uncached(argument) }

    override fun keyFor(argument: Any?) = function.keyFor(argument)

    override fun refresh(argument: Any?) = runBlocking { function.refresh(argument) }

    override fun invalidate(argument: Any?) = runBlocking { function.invalidate(argument) }

    override fun invalidateAll() = runBlocking { function.invalidateAll() }

    override fun stats() = runBlocking { function.stats() }
}

private class BlockingFunctionDoor(
    private val function: BlockingMemoized1<Any?, String?>,
) : FunctionDoor {
    override fun call(argument: Any?) = function(argument)

    override fun uncached(argument: Any?) = function.uncached(argument)

    override fun keyFor(argument: Any?) = function.keyFor(argument)

    override fun refresh(argument: Any?) = function.refresh(argument)

    override fun invalidate(argument: Any?) = function.invalidate(argument)

    override fun invalidateAll() = function.invalidateAll()

    override fun stats() = function.stats()
}

private class JavaFunctionDoor(
    private val function: MemoizedFunction<Any?, String?>,
) : FunctionDoor {
    override fun call(argument: Any?): String? = function.apply(argument)

    override fun uncached(argument: Any?): String? = function.uncached().apply(argument)

    override fun keyFor(argument: Any?): String = function.keyFor(argument)

    override fun refresh(argument: Any?): String? = function.refresh(argument)

    override fun invalidate(argument: Any?) = function.invalidate(argument)

    override fun invalidateAll() = function.invalidateAll()

    override fun stats(): GroupStats = function.stats()
}

private class FutureFunctionDoor(
    private val function: AsyncMemoizedFunction<Any?, String?>,
) : FunctionDoor {
    override fun call(argument: Any?) = function.apply(argument).now()

    override fun uncached(argument: Any?) =
        function
            .uncached()
            .apply(argument)
            .toCompletableFuture()
            .now()

    override fun keyFor(argument: Any?): String = function.keyFor(argument)

    override fun refresh(argument: Any?) = function.refresh(argument).now()

    override fun invalidate(argument: Any?) = function.invalidate(argument).now()

    override fun invalidateAll() = function.invalidateAll().now()

    override fun stats() = function.stats().now()
}
