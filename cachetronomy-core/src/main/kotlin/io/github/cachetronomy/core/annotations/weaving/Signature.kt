package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.spi.ValueType
import java.lang.reflect.Method
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.util.Optional
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlin.coroutines.Continuation

/** What a method takes and gives. Immutable. */
internal class Signature(
    val method: Method,
    bindings: TypeBindings,
) {
    /** How the result reaches the caller. */
    enum class Form { RETURNED, IN_FUTURE, SUSPENDING }

    /** One argument that callers give. */
    class Parameter(
        /** Null = it is not compiled in. */
        val name: String?,
        val type: Type,
    )

    val form: Form = formOf(method)

    /** What callers give; the continuation of a suspending function is not among it. */
    val parameters: List<Parameter> =
        method.parameters
            .dropLast(if (form == Form.SUSPENDING) 1 else 0)
            .map { Parameter(if (it.isNamePresent) it.name else null, bindings.resolve(it.parameterizedType)) }

    /** What callers get in the end. */
    private val awaited: Type =
        when (form) {
            Form.RETURNED -> bindings.resolve(method.genericReturnType)
            Form.IN_FUTURE -> bindings.resolve(argumentOf(method.genericReturnType))
            Form.SUSPENDING -> bindings.resolve(withoutWildcards(argumentOf(method.genericParameterTypes.last())))
        }

    /** Whether the result comes in an Optional. */
    val isOptional: Boolean = rawClass(awaited) == Optional::class.java

    /** The type of what is kept: inside of a future and an Optional. */
    val result: Type = if (isOptional) argumentOf(awaited) else awaited

    val hasResult: Boolean get() = !ResultTypes.isNothing(result)

    init {
        ResultTypes.requireFinished(awaited)
    }

    /** The type of what is kept. Refuses one of which nothing can be kept. */
    fun valueType(): ValueType {
        ResultTypes.requireValue(result)
        require(form != Form.SUSPENDING || !rawClass(result).isAnnotationPresent(JvmInline::class.java)) {
            "a suspending function gives a value class, ${result.typeName}, in more than one form"
        }
        return ValueType.of(result)
    }

    /** The place of the parameter that is called [name], or has that number. */
    fun placeOf(name: String): Int {
        val place = name.toIntOrNull() ?: parameters.indexOfFirst { it.name == name }
        require(place in parameters.indices) { "there is no parameter $name ${known()}" }
        return place
    }

    private fun known(): String {
        val names = parameters.map { it.name }
        if (null !in names) return "among ${names.joinToString(", ", "(", ")")}"
        return "known: names are compiled in by -parameters or -java-parameters; without them, {0} is the first one"
    }

    companion object {
        private val FUTURES = setOf(CompletableFuture::class.java, CompletionStage::class.java)

        fun formOf(method: Method): Form =
            when {
                method.parameterTypes.lastOrNull() == Continuation::class.java -> Form.SUSPENDING
                method.returnType in FUTURES -> Form.IN_FUTURE
                else -> Form.RETURNED
            }

        /** Of what is written without an argument nothing is known. */
        private fun argumentOf(type: Type): Type =
            (type as? ParameterizedType)?.actualTypeArguments?.get(0) ?: rawClass(type).typeParameters[0]
    }
}
