package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.engine.tasks.Futures
import kotlinx.coroutines.Dispatchers
import java.lang.reflect.Method
import java.util.Optional
import java.util.concurrent.Callable
import java.util.concurrent.CompletionStage
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.intercepted
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resumeWithException

/** Answers the calls of one method. Called by many threads at once. */
internal fun interface Handler {
    fun call(arguments: Array<out Any?>): Any?
}

/** The method of the implementation itself. What it throws is thrown on as it is. */
internal class Target(
    method: Method,
    implementation: Any,
) : Handler {
    private val handle = Handles.spreading(method, implementation)

    override fun call(arguments: Array<out Any?>): Any? = handle.invokeExact(arguments)
}

/** Calls a method that returns its result. */
internal class ReturningHandler(
    private val signature: Signature,
    private val advice: Advice,
    private val target: Target,
) : Handler {
    override fun call(arguments: Array<out Any?>): Any? =
        signature.asReturned(
            advice.blocking(arguments.asList(), Callable { signature.inside(target.call(arguments)) }),
        )
}

/** Calls a method that gives its result in a future. Begins on the caller's thread and waits on none. */
internal class FutureHandler(
    private val signature: Signature,
    private val advice: Advice,
    private val target: Target,
) : Handler {
    override fun call(arguments: Array<out Any?>): Any? =
        Futures.of {
            val result =
                advice.suspending(arguments.asList()) {
                    val stage = target.call(arguments) as CompletionStage<*>?
                    signature.inside(Futures.await(requireNotNull(stage) { "${signature.method} gave no future" }))
                }
            signature.asReturned(result)
        }
}

/** Calls a suspending function in the coroutine of its caller. */
internal class SuspendingHandler(
    private val signature: Signature,
    private val advice: Advice,
    private val target: Target,
) : Handler {
    override fun call(arguments: Array<out Any?>): Any? {
        val caller = callerIn(arguments)
        val given = arguments.asList().dropLast(1)
        val call: suspend () -> Any? = {
            signature.asReturned(advice.suspending(given) { signature.inside(suspending(arguments)) })
        }
        return throwingThrough(caller) { call.startCoroutineUninterceptedOrReturn(caller) }
    }

    private suspend fun suspending(arguments: Array<out Any?>): Any? =
        suspendCoroutineUninterceptedOrReturn<Any?> { continuation ->
            target.call(arrayOf(*arguments.copyOf(arguments.size - 1), continuation))
        }
}

/** Calls a suspending function and does nothing else. */
internal class PlainSuspendingHandler(
    private val target: Target,
) : Handler {
    override fun call(arguments: Array<out Any?>): Any? =
        throwingThrough(callerIn(arguments)) { target.call(arguments) }
}

@Suppress("UNCHECKED_CAST")
private fun callerIn(arguments: Array<out Any?>) = arguments.last() as Continuation<Any?>

/**
 * What [call] gives or throws. A proxy would put a checked exception that no `throws` of Java's announces into another
 * one, and Kotlin announces none; so the [caller] is resumed with it, from elsewhere: it has not suspended yet.
 */
private inline fun throwingThrough(
    caller: Continuation<Any?>,
    call: () -> Any?,
): Any? =
    try {
        call()
    } catch (unchecked: RuntimeException) {
        throw unchecked
    } catch (checked: Exception) {
        Dispatchers.Default.dispatch(caller.context) { caller.intercepted().resumeWithException(checked) }
        COROUTINE_SUSPENDED
    }

private fun Signature.inside(returned: Any?): Any? =
    if (isOptional) (returned as Optional<*>?)?.orElse(null) else returned

private fun Signature.asReturned(result: Any?): Any? = if (isOptional) Optional.ofNullable(result) else result
