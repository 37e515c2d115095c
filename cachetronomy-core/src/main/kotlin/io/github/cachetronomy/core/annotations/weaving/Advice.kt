package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.functions.CachedFunction
import java.util.concurrent.Callable

/** What is done around the calls of a method, in both ways of waiting. Thread-safe. */
internal interface Advice {
    /** The result for [arguments], which [run] gives where it is not there. */
    fun blocking(
        arguments: List<Any?>,
        run: Callable<Any?>,
    ): Any?

    /** As [blocking], without holding the thread. */
    suspend fun suspending(
        arguments: List<Any?>,
        run: suspend () -> Any?,
    ): Any?
}

/** Calls the method for results that are not kept. */
internal class CachingAdvice(
    private val function: CachedFunction,
) : Advice {
    override fun blocking(
        arguments: List<Any?>,
        run: Callable<Any?>,
    ): Any? = function.callBlocking(arguments, run)

    override suspend fun suspending(
        arguments: List<Any?>,
        run: suspend () -> Any?,
    ): Any? = function.call(arguments, run)
}

/** Calls the method always, and removes and puts results: what is put must not be removed right away. */
internal class ChangingAdvice(
    private val before: List<Removal>,
    private val after: List<Removal>,
    private val put: Put?,
) : Advice {
    override fun blocking(
        arguments: List<Any?>,
        run: Callable<Any?>,
    ): Any? {
        for (removal in before) removal.writes(arguments, null).forEach { it.await() }
        val result = run.call()
        for (removal in after) removal.writes(arguments, result).forEach { it.await() }
        put?.replacement(arguments, result)?.await()
        return result
    }

    override suspend fun suspending(
        arguments: List<Any?>,
        run: suspend () -> Any?,
    ): Any? {
        for (removal in before) removal.writes(arguments, null).forEach { it.awaitSuspending() }
        val result = run()
        for (removal in after) removal.writes(arguments, result).forEach { it.awaitSuspending() }
        put?.replacement(arguments, result)?.awaitSuspending()
        return result
    }
}
