package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.functions.CachedFunction
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.core.spi.ValueType
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration

/**
 * A function that gives the results of [function], calling it only for those that are not kept: it runs at most once for
 * the same arguments however many callers wait, and what it threw or was cancelled with is not kept. Null is a result
 * like any other.
 *
 * ```
 * val fetchUser = cache.memoize("fetchUser", timeToLive = 5.minutes) { id: Int -> api.fetchUser(id) }
 * val user = fetchUser(7)
 * ```
 *
 * [function] runs as the loader of [Cachetronaut.cached] does. It may call the memoized function with other arguments; if
 * it waits for its own result it gets a [io.github.cachetronomy.core.RecursiveLoadException]. Results survive a restart
 * under keys made of the name and the arguments (`docs/keys.md`), so the name must stay the same and be no other
 * function's; two memoized functions of one name are one. Results of another shape than [R] has now are not used.
 *
 * Calls throw what [Cachetronaut.cached] throws, and an [IllegalArgumentException] where an argument cannot be part of a
 * key: a lambda, say, or an object that only its address tells from others.
 *
 * @param timeToLive as in [Cachetronaut.cached]; null = as [options] say
 * @param tags as in [Cachetronaut.cached]; null = as [options] say
 * @throws IllegalArgumentException if the name is empty, or the options contradict each other
 */
public inline fun <A1, reified R> Cachetronaut.memoize(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: suspend (A1) -> R,
): Memoized1<A1, R> = Memoized1(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoize] for one argument, for a function of two arguments. */
public inline fun <A1, A2, reified R> Cachetronaut.memoize(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: suspend (A1, A2) -> R,
): Memoized2<A1, A2, R> = Memoized2(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoize] for one argument, for a function of three arguments. */
public inline fun <A1, A2, A3, reified R> Cachetronaut.memoize(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: suspend (A1, A2, A3) -> R,
): Memoized3<A1, A2, A3, R> = Memoized3(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoize] for one argument, for a function of four arguments. */
public inline fun <A1, A2, A3, A4, reified R> Cachetronaut.memoize(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: suspend (A1, A2, A3, A4) -> R,
): Memoized4<A1, A2, A3, A4, R> = Memoized4(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoize] for one argument, for a function of five arguments. */
public inline fun <A1, A2, A3, A4, A5, reified R> Cachetronaut.memoize(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: suspend (A1, A2, A3, A4, A5) -> R,
): Memoized5<A1, A2, A3, A4, A5, R> = Memoized5(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

@PublishedApi
internal fun Cachetronaut.cachedFunction(
    name: String,
    type: KType,
    timeToLive: Duration?,
    tags: Set<String>?,
    options: FunctionOptions,
): CachedFunction {
    var entries = options.entries
    if (timeToLive != null) entries = entries.lasting(micros(timeToLive))
    if (tags != null) entries = entries.withTags(tags)
    return CachedFunction({ engine }, name, ValueType.of(type), type.isMarkedNullable, options.withEntries(entries))
}
