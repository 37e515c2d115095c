package io.github.cachetronomy.core.annotations.weaving

import java.lang.invoke.MethodHandle
import java.lang.invoke.MethodType
import java.lang.reflect.Type

/** The way from an argument, or the result, to what a placeholder stands for. Immutable. */
internal class PropertyPath private constructor(
    /** The place of the argument, or [RESULT]. */
    private val at: Int,
    private val steps: List<MethodHandle>,
) {
    /** What stands at the end of the path, null where anything on it is. What a getter throws is thrown on. */
    fun valueIn(
        arguments: List<Any?>,
        result: Any?,
    ): Any? {
        var value = if (at == RESULT) result else arguments[at]
        for (step in steps) value = step.invokeExact(value ?: return null)
        return value
    }

    companion object {
        private const val RESULT = -1
        private val STEP = MethodType.methodType(Any::class.java, Any::class.java)

        /** Reads `user.id`, `0`, and, where [withResult] is set, `result.id`. */
        fun of(
            expression: String,
            signature: Signature,
            withResult: Boolean,
        ): PropertyPath {
            val names = expression.split('.').map(String::trim)
            require(names.none(String::isEmpty)) { "the key's {$expression} names nothing" }
            val root = names[0]
            val isResult = withResult && root == "result" && signature.parameters.none { it.name == root }
            require(!isResult || signature.hasResult) { "the key's {$expression}: there is no result" }
            val at = if (isResult) RESULT else placeOf(root, expression, signature)
            var type = if (isResult) signature.result else signature.parameters[at].type
            val steps =
                names.drop(1).map { name ->
                    val (step, given) = step(type, name, expression)
                    type = given
                    step
                }
            return PropertyPath(at, steps)
        }

        private fun placeOf(
            name: String,
            expression: String,
            signature: Signature,
        ): Int =
            try {
                signature.placeOf(name)
            } catch (unknown: IllegalArgumentException) {
                throw IllegalArgumentException("the key's {$expression}: ${unknown.message}", unknown)
            }

        /** What reads [name] of a [type], and what it gives. */
        private fun step(
            type: Type,
            name: String,
            expression: String,
        ): Pair<MethodHandle, Type> {
            val raw = rawClass(type)
            val bindings = TypeBindings(type)
            val getter = getterOrNull(raw, name)
            if (getter != null) return Handles.of(getter).asType(STEP) to bindings.resolve(getter.genericReturnType)
            val field = raw.fields.find { it.name == name }
            requireNotNull(field) { "the key's {$expression}: a ${type.typeName} has no property $name" }
            return Handles.of(field).asType(STEP) to bindings.resolve(field.genericType)
        }

        private fun getterOrNull(
            type: Class<*>,
            name: String,
        ) = type.recordComponents?.find { it.name == name }?.accessor
            ?: getterNames(name).firstNotNullOfOrNull { getter ->
                type.methods.find { it.parameterCount == 0 && !it.isBridge && it.isNamed(getter) }
            }

        private fun getterNames(name: String): List<String> {
            val capital = name.replaceFirstChar(Char::uppercaseChar)
            val own = listOf(name).filter { it.length > 2 && it.startsWith("is") && !it[2].isLowerCase() }
            return own + "get$capital" + "is$capital"
        }

        /** Kotlin adds a hash to the name of what gives a value class. */
        private fun java.lang.reflect.Method.isNamed(getter: String) = name == getter || name.startsWith("$getter-")
    }
}
