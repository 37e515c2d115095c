package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.functions.CachedFunction
import java.lang.reflect.Method

/** Asks a method of the interface for yes or no. */
internal class Question(
    method: Method,
    implementation: Any,
) {
    private val handle = Handles.spreading(method, implementation)

    fun isYes(arguments: List<Any?>): Boolean {
        val given: Array<out Any?> = arguments.toTypedArray()
        return handle.invoke(given) as Boolean
    }
}

/** What one annotation removes. Thread-safe. */
internal class Removal(
    private val condition: Question?,
    private val writes: (arguments: List<Any?>, result: Any?) -> List<Write<*>>,
) {
    /** What there is to do for a call. */
    fun writes(
        arguments: List<Any?>,
        result: Any?,
    ): List<Write<*>> = if (condition?.isYes(arguments) == false) emptyList() else writes.invoke(arguments, result)
}

/** Where the result of a call is put. Thread-safe. */
internal class Put(
    private val condition: Question?,
    private val function: CachedFunction,
    private val argumentsOf: (arguments: List<Any?>, result: Any?) -> List<Any?>,
) {
    /** What there is to do for a call; null = nothing. */
    fun replacement(
        arguments: List<Any?>,
        result: Any?,
    ): CachedFunction.Replacement? =
        if (condition?.isYes(arguments) == false) null else function.replace(argumentsOf(arguments, result), result)
}
