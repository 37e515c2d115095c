package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.functions.CachedFunction

/**
 * What all memoized functions can do, however many arguments they have. Thread-safe.
 *
 * @param R the type of the results
 */
public sealed class Memoized<out R>(
    internal val function: CachedFunction,
) {
    /** The function's name. */
    public val name: String get() = function.name

    /**
     * How often a result was there and how often not, since the first function of this name was made, and how many
     * results are kept.
     */
    public suspend fun stats(): GroupStats = function.statsSuspending()

    /** Removes every result of this function, and of no other. Returns how many there were. */
    public suspend fun invalidateAll(): Long = function.invalidateAll().awaitSuspending()

    internal suspend fun call(
        arguments: List<Any?>,
        run: suspend () -> Any?,
    ): Any? {
        val ready = function.ready(arguments)
        return if (ready !== NOTHING) ready else function.call(arguments, run)
    }

    internal suspend fun replace(
        arguments: List<Any?>,
        value: Any?,
    ): Unit = function.replace(arguments, value).awaitSuspending()

    internal suspend fun remove(arguments: List<Any?>): Boolean = function.invalidate(arguments).awaitSuspending()

    override fun toString(): String = "Memoized($name)"
}

/** A memoized function of no argument; see [memoize]. Thread-safe. */
public class Memoized0<out R>
    @PublishedApi
    internal constructor(
        function: CachedFunction,
        /** The function itself, which asks no cache. */
        public val uncached: suspend () -> R,
    ) : Memoized<R>(function),
        suspend () -> R {
        /** The result: the kept one, or the function's own, which is then kept. */
        @Suppress("UNCHECKED_CAST")
        override suspend operator fun invoke(): R = call(emptyList()) { uncached() } as R

        /** The key of the call. */
        public fun keyFor(): String = function.keyFor(emptyList())

        /** Calls the function and keeps its result in the place of the old one; what it throws leaves that as it is. */
        public suspend fun refresh(): R = uncached().also { replace(emptyList(), it) }

        /** Removes the result. Returns whether one was kept. */
        public suspend fun invalidate(): Boolean = remove(emptyList())
    }

/** A memoized function of one argument; see [memoize]. Thread-safe. */
public class Memoized1<in A1, out R>
    @PublishedApi
    internal constructor(
        function: CachedFunction,
        /** The function itself, which asks no cache. */
        public val uncached: suspend (A1) -> R,
    ) : Memoized<R>(function),
        suspend (A1) -> R {
        /** The result for these arguments: the kept one, or the function's own, which is then kept. */
        @Suppress("UNCHECKED_CAST")
        override suspend operator fun invoke(a: A1): R = call(listOf(a)) { uncached(a) } as R

        /** The key of a call with these arguments. */
        public fun keyFor(a: A1): String = function.keyFor(listOf(a))

        /** Calls the function and keeps its result in the place of the old one; what it throws leaves that as it is. */
        public suspend fun refresh(a: A1): R = uncached(a).also { replace(listOf(a), it) }

        /** Removes the result for these arguments. Returns whether one was kept. */
        public suspend fun invalidate(a: A1): Boolean = remove(listOf(a))
    }

/** A memoized function of two arguments; see [memoize]. Thread-safe. */
public class Memoized2<in A1, in A2, out R>
    @PublishedApi
    internal constructor(
        function: CachedFunction,
        /** The function itself, which asks no cache. */
        public val uncached: suspend (A1, A2) -> R,
    ) : Memoized<R>(function),
        suspend (A1, A2) -> R {
        /** The result for these arguments: the kept one, or the function's own, which is then kept. */
        @Suppress("UNCHECKED_CAST")
        override suspend operator fun invoke(
            a: A1,
            b: A2,
        ): R = call(listOf(a, b)) { uncached(a, b) } as R

        /** The key of a call with these arguments. */
        public fun keyFor(
            a: A1,
            b: A2,
        ): String = function.keyFor(listOf(a, b))

        /** Calls the function and keeps its result in the place of the old one; what it throws leaves that as it is. */
        public suspend fun refresh(
            a: A1,
            b: A2,
        ): R = uncached(a, b).also { replace(listOf(a, b), it) }

        /** Removes the result for these arguments. Returns whether one was kept. */
        public suspend fun invalidate(
            a: A1,
            b: A2,
        ): Boolean = remove(listOf(a, b))
    }

/** A memoized function of three arguments; see [memoize]. Thread-safe. */
public class Memoized3<in A1, in A2, in A3, out R>
    @PublishedApi
    internal constructor(
        function: CachedFunction,
        /** The function itself, which asks no cache. */
        public val uncached: suspend (A1, A2, A3) -> R,
    ) : Memoized<R>(function),
        suspend (A1, A2, A3) -> R {
        /** The result for these arguments: the kept one, or the function's own, which is then kept. */
        @Suppress("UNCHECKED_CAST")
        override suspend operator fun invoke(
            a: A1,
            b: A2,
            c: A3,
        ): R = call(listOf(a, b, c)) { uncached(a, b, c) } as R

        /** The key of a call with these arguments. */
        public fun keyFor(
            a: A1,
            b: A2,
            c: A3,
        ): String = function.keyFor(listOf(a, b, c))

        /** Calls the function and keeps its result in the place of the old one; what it throws leaves that as it is. */
        public suspend fun refresh(
            a: A1,
            b: A2,
            c: A3,
        ): R = uncached(a, b, c).also { replace(listOf(a, b, c), it) }

        /** Removes the result for these arguments. Returns whether one was kept. */
        public suspend fun invalidate(
            a: A1,
            b: A2,
            c: A3,
        ): Boolean = remove(listOf(a, b, c))
    }

/** A memoized function of four arguments; see [memoize]. Thread-safe. */
public class Memoized4<in A1, in A2, in A3, in A4, out R>
    @PublishedApi
    internal constructor(
        function: CachedFunction,
        /** The function itself, which asks no cache. */
        public val uncached: suspend (A1, A2, A3, A4) -> R,
    ) : Memoized<R>(function),
        suspend (A1, A2, A3, A4) -> R {
        /** The result for these arguments: the kept one, or the function's own, which is then kept. */
        @Suppress("UNCHECKED_CAST")
        override suspend operator fun invoke(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
        ): R = call(listOf(a, b, c, d)) { uncached(a, b, c, d) } as R

        /** The key of a call with these arguments. */
        public fun keyFor(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
        ): String = function.keyFor(listOf(a, b, c, d))

        /** Calls the function and keeps its result in the place of the old one; what it throws leaves that as it is. */
        public suspend fun refresh(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
        ): R = uncached(a, b, c, d).also { replace(listOf(a, b, c, d), it) }

        /** Removes the result for these arguments. Returns whether one was kept. */
        public suspend fun invalidate(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
        ): Boolean = remove(listOf(a, b, c, d))
    }

/** A memoized function of five arguments; see [memoize]. Thread-safe. */
public class Memoized5<in A1, in A2, in A3, in A4, in A5, out R>
    @PublishedApi
    internal constructor(
        function: CachedFunction,
        /** The function itself, which asks no cache. */
        public val uncached: suspend (A1, A2, A3, A4, A5) -> R,
    ) : Memoized<R>(function),
        suspend (A1, A2, A3, A4, A5) -> R {
        /** The result for these arguments: the kept one, or the function's own, which is then kept. */
        @Suppress("UNCHECKED_CAST")
        override suspend operator fun invoke(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
            e: A5,
        ): R = call(listOf(a, b, c, d, e)) { uncached(a, b, c, d, e) } as R

        /** The key of a call with these arguments. */
        public fun keyFor(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
            e: A5,
        ): String = function.keyFor(listOf(a, b, c, d, e))

        /** Calls the function and keeps its result in the place of the old one; what it throws leaves that as it is. */
        public suspend fun refresh(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
            e: A5,
        ): R = uncached(a, b, c, d, e).also { replace(listOf(a, b, c, d, e), it) }

        /** Removes the result for these arguments. Returns whether one was kept. */
        public suspend fun invalidate(
            a: A1,
            b: A2,
            c: A3,
            d: A4,
            e: A5,
        ): Boolean = remove(listOf(a, b, c, d, e))
    }
