package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.functions.FunctionOptions
import kotlin.jvm.internal.CallableReference
import kotlin.jvm.internal.ClassBasedDeclarationContainer
import kotlin.reflect.KFunction
import kotlin.reflect.KFunction0
import kotlin.reflect.KFunction1
import kotlin.reflect.KFunction2
import kotlin.reflect.KFunction3
import kotlin.reflect.KFunction4
import kotlin.reflect.KFunction5
import kotlin.reflect.KSuspendFunction0
import kotlin.reflect.KSuspendFunction1
import kotlin.reflect.KSuspendFunction2
import kotlin.reflect.KSuspendFunction3
import kotlin.reflect.KSuspendFunction4
import kotlin.reflect.KSuspendFunction5
import kotlin.time.Duration

/**
 * As [memoize] with a name, for a reference to a function, which has one: `cache.memoize(::fetchUser)`. The name is that
 * of the class or file with the function's behind it, so a function that moves begins anew.
 *
 * @throws IllegalArgumentException if [function] is bound to an object, for then it is the object that says what the
 * results are: give it a name of your own
 */
@JvmName("memoizeReference0")
public inline fun <reified R> Cachetronaut.memoize(
    noinline function: KSuspendFunction0<R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): Memoized0<R> = memoize(nameOf(function), timeToLive, tags, options, function)

/** As [memoize] for a function of no argument, for one of one argument. */
@JvmName("memoizeReference1")
public inline fun <A1, reified R> Cachetronaut.memoize(
    noinline function: KSuspendFunction1<A1, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): Memoized1<A1, R> = memoize(nameOf(function), timeToLive, tags, options, function)

/** As [memoize] for a function of no argument, for one of two arguments. */
@JvmName("memoizeReference2")
public inline fun <A1, A2, reified R> Cachetronaut.memoize(
    noinline function: KSuspendFunction2<A1, A2, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): Memoized2<A1, A2, R> = memoize(nameOf(function), timeToLive, tags, options, function)

/** As [memoize] for a function of no argument, for one of three arguments. */
@JvmName("memoizeReference3")
public inline fun <A1, A2, A3, reified R> Cachetronaut.memoize(
    noinline function: KSuspendFunction3<A1, A2, A3, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): Memoized3<A1, A2, A3, R> = memoize(nameOf(function), timeToLive, tags, options, function)

/** As [memoize] for a function of no argument, for one of four arguments. */
@JvmName("memoizeReference4")
public inline fun <A1, A2, A3, A4, reified R> Cachetronaut.memoize(
    noinline function: KSuspendFunction4<A1, A2, A3, A4, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): Memoized4<A1, A2, A3, A4, R> = memoize(nameOf(function), timeToLive, tags, options, function)

/** As [memoize] for a function of no argument, for one of five arguments. */
@JvmName("memoizeReference5")
public inline fun <A1, A2, A3, A4, A5, reified R> Cachetronaut.memoize(
    noinline function: KSuspendFunction5<A1, A2, A3, A4, A5, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): Memoized5<A1, A2, A3, A4, A5, R> = memoize(nameOf(function), timeToLive, tags, options, function)

/** As [memoizeBlocking] with a name, for a reference to a function; see [memoize] for the name that it gets. */
@JvmName("memoizeBlockingReference0")
public inline fun <reified R> Cachetronaut.memoizeBlocking(
    noinline function: KFunction0<R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): BlockingMemoized0<R> = memoizeBlocking(nameOf(function), timeToLive, tags, options, function)

/** As [memoizeBlocking] for a function of no argument, for one of one argument. */
@JvmName("memoizeBlockingReference1")
public inline fun <A1, reified R> Cachetronaut.memoizeBlocking(
    noinline function: KFunction1<A1, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): BlockingMemoized1<A1, R> = memoizeBlocking(nameOf(function), timeToLive, tags, options, function)

/** As [memoizeBlocking] for a function of no argument, for one of two arguments. */
@JvmName("memoizeBlockingReference2")
public inline fun <A1, A2, reified R> Cachetronaut.memoizeBlocking(
    noinline function: KFunction2<A1, A2, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): BlockingMemoized2<A1, A2, R> = memoizeBlocking(nameOf(function), timeToLive, tags, options, function)

/** As [memoizeBlocking] for a function of no argument, for one of three arguments. */
@JvmName("memoizeBlockingReference3")
public inline fun <A1, A2, A3, reified R> Cachetronaut.memoizeBlocking(
    noinline function: KFunction3<A1, A2, A3, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): BlockingMemoized3<A1, A2, A3, R> = memoizeBlocking(nameOf(function), timeToLive, tags, options, function)

/** As [memoizeBlocking] for a function of no argument, for one of four arguments. */
@JvmName("memoizeBlockingReference4")
public inline fun <A1, A2, A3, A4, reified R> Cachetronaut.memoizeBlocking(
    noinline function: KFunction4<A1, A2, A3, A4, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): BlockingMemoized4<A1, A2, A3, A4, R> = memoizeBlocking(nameOf(function), timeToLive, tags, options, function)

/** As [memoizeBlocking] for a function of no argument, for one of five arguments. */
@JvmName("memoizeBlockingReference5")
public inline fun <A1, A2, A3, A4, A5, reified R> Cachetronaut.memoizeBlocking(
    noinline function: KFunction5<A1, A2, A3, A4, A5, R>,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    options: FunctionOptions = FunctionOptions.defaults(),
): BlockingMemoized5<A1, A2, A3, A4, A5, R> = memoizeBlocking(nameOf(function), timeToLive, tags, options, function)

/** What says which function [function] is, today and after a restart. */
@PublishedApi
internal fun nameOf(function: KFunction<*>): String {
    val reference =
        requireNotNull(function as? CallableReference) { "$function is no reference to a function: give it a name" }
    require(reference.boundReceiver === CallableReference.NO_RECEIVER) {
        "${reference.name} is bound to an object, which no key can tell from others: give the function a name"
    }
    val owner = ownerOf(reference)
    val method = reference.signature.substringBefore('(')
    val isOverloaded = owner.declaredMethods.count { it.name == method && !it.isSynthetic } > 1
    return "${owner.name}.${if (isOverloaded) reference.signature else method}"
}

private fun ownerOf(reference: CallableReference): Class<*> =
    requireNotNull(
        reference.owner as? ClassBasedDeclarationContainer,
    ) { "${reference.name} has no class: give it a name" }
        .jClass
