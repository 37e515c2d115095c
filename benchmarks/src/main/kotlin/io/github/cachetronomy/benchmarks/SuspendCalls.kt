package io.github.cachetronomy.benchmarks

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.Memoized1
import io.github.cachetronomy.coroutines.memoize
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/**
 * The suspending calls that the benchmarks, which are Java, cannot make. Each runs a whole series in
 * one `runBlocking`, so that what is measured is the calls and not the bridge.
 */
class SuspendCalls(
    private val cache: Cachetronaut,
) {
    fun getAll(keys: Array<String>): Int =
        runBlocking {
            var found = 0
            for (key in keys) if (cache.get<String>(key) != null) found++
            found
        }

    fun cachedAll(keys: Array<String>): Int =
        runBlocking {
            var length = 0
            for (key in keys) length += cache.cached<String>(key) { "never loaded" }.length
            length
        }

    /** Calls a function whose results are all in memory. */
    fun memoizedAll(
        function: Memoized1<Int, String>,
        arguments: IntArray,
    ): Int =
        runBlocking {
            var length = 0
            for (argument in arguments) length += function(argument).length
            length
        }

    /** A function that is given a [value] for each argument and keeps it. */
    fun memoize(value: (Int) -> String): Memoized1<Int, String> =
        cache.memoize("memoized") { argument: Int -> value(argument) }

    /** Reads past memory: nothing is promoted, so each read asks the store. */
    fun readThrough(keys: Array<String>): Int =
        runBlocking {
            var found = 0
            for (key in keys) if (cache.get<String>(key, promote = false) != null) found++
            found
        }

    fun setAll(
        keys: Array<String>,
        callers: Int,
        value: (Int) -> String,
    ) = runBlocking(Dispatchers.Default) {
        coroutineScope {
            for (caller in 0 until callers) {
                launch {
                    for (i in caller until keys.size step callers) cache.set(keys[i], value(i))
                }
            }
        }
    }
}
