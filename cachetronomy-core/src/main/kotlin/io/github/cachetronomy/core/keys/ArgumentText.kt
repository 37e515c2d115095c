package io.github.cachetronomy.core.keys

import io.github.cachetronomy.core.spi.ValueType
import java.math.BigDecimal
import java.math.BigInteger
import java.net.URI
import java.nio.file.Path
import java.time.ZoneId
import java.time.temporal.TemporalAccessor
import java.time.temporal.TemporalAmount
import java.util.Base64
import java.util.Currency
import java.util.Locale
import java.util.Optional
import java.util.UUID

/**
 * Writes an argument as text, so that two arguments have the same text exactly when a function cannot tell them
 * apart: each kind of value has a form of its own that ends where it says, and what has no order is put into one.
 *
 * `docs/keys.md` has the forms. Not thread-safe; writes one argument.
 */
internal class ArgumentText(
    /** Whether `1`, `1L` and `1.0` are three arguments, and not one. */
    private val typedNumbers: Boolean,
) {
    /** The text of [value]. Throws [NoStableTextException] where there is none. */
    fun of(value: Any?): String = of(value, 0)

    private fun of(
        value: Any?,
        depth: Int,
    ): String {
        if (depth > DEEPEST) throw NoStableTextException("it is nested more than $DEEPEST levels deep")
        return when (value) {
            null -> "null"
            is String -> quoted(value, '"')
            is Boolean -> value.toString()
            is Char -> quoted(value.toString(), '\'')
            is Number -> number(value)
            is UByte, is UShort, is UInt, is ULong -> if (typedNumbers) "${value}u" else value.toString()
            is Enum<*> -> "${value.declaringJavaClass.name}.${value.name}"
            is Map<*, *> -> map(value, depth)
            is Set<*> -> value.map { of(it, depth + 1) }.sorted().joinToString(",", "{", "}")
            is List<*> -> value.joinToString(",", "[", "]") { of(it, depth + 1) }
            is ByteArray -> "bytes\"${Base64.getEncoder().encodeToString(value)}\""
            is Pair<*, *> -> listOf(value.first, value.second).joinToString(",", "(", ")") { of(it, depth + 1) }
            is Triple<*, *, *> -> value.toList().joinToString(",", "(", ")") { of(it, depth + 1) }
            is Map.Entry<*, *> -> "entry(${of(value.key, depth + 1)},${of(value.value, depth + 1)})"
            is Optional<*> -> value.map { "optional(${of(it, depth + 1)})" }.orElse("optional()")
            is Class<*> -> "class ${value.name}"
            else -> plain(value) ?: array(value, depth) ?: record(value, depth) ?: serialized(value)
        }
    }

    private fun number(value: Number): String =
        when (value) {
            is Byte -> integer(value, "b")
            is Short -> integer(value, "s")
            is Int -> value.toString()
            is Long -> integer(value, "L")
            is Float -> if (typedNumbers) "${bits(value.toDouble())}f" else untyped(value.toDouble())
            is Double -> if (typedNumbers) bits(value) else untyped(value)
            is BigInteger -> integer(value, "n")
            is BigDecimal -> "${value}m"
            else -> throw NoStableTextException("a ${value.javaClass.name} may change")
        }

    private fun integer(
        value: Number,
        type: String,
    ) = if (typedNumbers) "$value$type" else value.toString()

    /** As the integer where it is one; zero below zero is none. */
    private fun untyped(value: Double): String {
        val isInteger = value % 1.0 == 0.0 && !(value == 0.0 && 1 / value < 0)
        return if (isInteger) BigDecimal(value).toBigInteger().toString() else bits(value)
    }

    /** Each bit pattern has another text: of the many that are not a number, too. */
    private fun bits(value: Double): String =
        if (value.isNaN()) "NaN:${java.lang.Long.toHexString(value.toRawBits())}" else value.toString()

    private fun map(
        value: Map<*, *>,
        depth: Int,
    ): String {
        if (value.isEmpty()) return "{:}"
        return value.map { "${of(it.key, depth + 1)}:${of(it.value, depth + 1)}" }.sorted().joinToString(",", "{", "}")
    }

    /** Values of the platform whose text says all there is, behind their class's name. */
    private fun plain(value: Any): String? {
        val type =
            when (value) {
                is UUID, is URI, is Locale, is Currency -> value.javaClass.simpleName

                is ZoneId -> "ZoneId"

                is Path -> "Path"

                // The calendars of the world write themselves in different ways; those of ISO say all there is.
                is TemporalAccessor, is TemporalAmount -> value.javaClass.simpleName.takeIf { isIso(value) }

                is kotlin.time.Duration -> "kotlin.Duration"

                else -> null
            }
        return type?.let { it + quoted(value.toString(), '"') }
    }

    private fun isIso(value: Any) = value.javaClass.packageName == "java.time"

    private fun array(
        value: Any,
        depth: Int,
    ): String? {
        val elements =
            when (value) {
                is Array<*> -> value.asList()
                is IntArray -> value.asList()
                is LongArray -> value.asList()
                is DoubleArray -> value.asList()
                is FloatArray -> value.asList()
                is ShortArray -> value.asList()
                is CharArray -> value.asList()
                is BooleanArray -> value.asList()
                else -> return null
            }
        return elements.joinToString(",", "array[", "]") { of(it, depth + 1) }
    }

    private fun record(
        value: Any,
        depth: Int,
    ): String? {
        val components = value.javaClass.recordComponents ?: return null
        return components.joinToString(",", "${value.javaClass.name}(", ")") { component ->
            val part =
                try {
                    component.accessor.apply { trySetAccessible() }.invoke(value)
                } catch (closed: IllegalAccessException) {
                    throw NoStableTextException("the record ${value.javaClass.name} is closed to others", closed)
                }
            "${component.name}=${of(part, depth + 1)}"
        }
    }

    private fun serialized(value: Any): String {
        val type = value.javaClass
        if (value === objectOf(type)) return type.name
        val serializer = if (type.typeParameters.isEmpty()) ValueType.of(type).kotlinSerializer() else null
        if (serializer == null) {
            throw NoStableTextException("a ${type.name} is no record and has no serializer of kotlinx.serialization")
        }
        return type.name + SerialText.of(serializer, value, typedNumbers)
    }

    /** What a Kotlin `object` is, or null. */
    private fun objectOf(type: Class<*>): Any? =
        try {
            type.getField("INSTANCE").takeIf { it.type == type }?.get(null)
        } catch (_: ReflectiveOperationException) {
            null
        }

    companion object {
        private const val DEEPEST = 100

        /** [text] between two [quote]s. What could end it, or is no character of its own, is escaped. */
        fun quoted(
            text: String,
            quote: Char,
        ): String = StringBuilder(text.length + 2).also { quote(text, quote, it) }.toString()

        /** Appends [text] as [quoted] gives it. */
        fun quote(
            text: String,
            quote: Char,
            out: StringBuilder,
        ) {
            out.append(quote)
            for ((i, char) in text.withIndex()) {
                when {
                    char == quote || char == '\\' -> {
                        out.append('\\').append(char)
                    }

                    char.isISOControl() || (char.isSurrogate() && char.isLone(text, i)) -> {
                        out.append("\\u").append(char.code.toString(16).padStart(4, '0'))
                    }

                    else -> {
                        out.append(char)
                    }
                }
            }
            out.append(quote)
        }

        private fun Char.isLone(
            text: String,
            at: Int,
        ): Boolean =
            (isHighSurrogate() && text.getOrNull(at + 1)?.isLowSurrogate() != true) ||
                (isLowSurrogate() && text.getOrNull(at - 1)?.isHighSurrogate() != true)
    }
}
