package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.functions.FunctionOptions
import kotlin.reflect.typeOf
import kotlin.time.Duration

/**
 * As [memoize], for a [function] that does not suspend and callers who wait: everything runs on the caller's thread, as
 * in the Java face. In a coroutine use [memoize].
 */
public inline fun <A1, reified R> Cachetronaut.memoizeBlocking(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: (A1) -> R,
): BlockingMemoized1<A1, R> = BlockingMemoized1(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoizeBlocking] for one argument, for a function of two arguments. */
public inline fun <A1, A2, reified R> Cachetronaut.memoizeBlocking(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: (A1, A2) -> R,
): BlockingMemoized2<A1, A2, R> =
    BlockingMemoized2(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoizeBlocking] for one argument, for a function of three arguments. */
public inline fun <A1, A2, A3, reified R> Cachetronaut.memoizeBlocking(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: (A1, A2, A3) -> R,
): BlockingMemoized3<A1, A2, A3, R> =
    BlockingMemoized3(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoizeBlocking] for one argument, for a function of four arguments. */
public inline fun <A1, A2, A3, A4, reified R> Cachetronaut.memoizeBlocking(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: (A1, A2, A3, A4) -> R,
): BlockingMemoized4<A1, A2, A3, A4, R> =
    BlockingMemoized4(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

/** As [memoizeBlocking] for one argument, for a function of five arguments. */
public inline fun <A1, A2, A3, A4, A5, reified R> Cachetronaut.memoizeBlocking(
    name: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
    noinline function: (A1, A2, A3, A4, A5) -> R,
): BlockingMemoized5<A1, A2, A3, A4, A5, R> =
    BlockingMemoized5(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)
