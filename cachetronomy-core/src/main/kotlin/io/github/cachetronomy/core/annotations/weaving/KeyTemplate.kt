package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.keys.FunctionKey
import io.github.cachetronomy.core.keys.NoStableTextException
import io.github.cachetronomy.core.text.requireKey

/** A key with placeholders for arguments, such as `user:{user.id}`. Immutable and thread-safe. */
internal class KeyTemplate private constructor(
    /** What stands before the first placeholder, between two, and behind the last. */
    private val literals: List<String>,
    private val placeholders: List<Placeholder>,
) {
    private class Placeholder(
        val expression: String,
        val path: PropertyPath,
        val bare: Boolean,
    )

    /** The template without what stands in its braces: what templates for one key have in common. */
    val outline: List<String> get() = literals

    /** The key of a call; [result] is what the method returned. */
    fun keyFor(
        arguments: List<Any?>,
        result: Any?,
    ): String {
        val out = StringBuilder(literals[0])
        placeholders.forEachIndexed { i, placeholder ->
            val value = placeholder.path.valueIn(arguments, result)
            try {
                out.append(PlaceholderText.of(value, placeholder.bare)).append(literals[i + 1])
            } catch (unstable: NoStableTextException) {
                throw IllegalArgumentException(
                    "{${placeholder.expression}} cannot be part of a key: ${unstable.message}",
                    unstable,
                )
            }
        }
        // A hash begins with a char that no placeholder's text does.
        return if (out.length <= FunctionKey.LONGEST || placeholders.isEmpty()) {
            out.toString()
        } else {
            "${literals[0]}#${FunctionKey.hash(out.toString())}"
        }
    }

    companion object {
        /** Reads a template for a method of [signature]. */
        fun of(
            text: String,
            signature: Signature,
            withResult: Boolean = false,
        ): KeyTemplate {
            requireKey(text)
            val literals = ArrayList<String>()
            val expressions = ArrayList<String>()
            val literal = StringBuilder()
            var at = 0
            while (at < text.length) {
                val char = text[at++]
                when {
                    (char == '{' || char == '}') && text.getOrNull(at) == char -> {
                        literal.append(char)
                        at++
                    }

                    char == '}' -> {
                        throw IllegalArgumentException("the key \"$text\" has a } without a {; }} is a brace")
                    }

                    char == '{' -> {
                        val end = text.indexOf('}', at)
                        require(end >= 0) { "the key \"$text\" has a { without a }; {{ is a brace" }
                        expressions += text.substring(at, end)
                        literals += literal.toString()
                        literal.clear()
                        at = end + 1
                    }

                    else -> {
                        literal.append(char)
                    }
                }
            }
            literals += literal.toString()
            return KeyTemplate(literals, placeholders(expressions, literals, signature, withResult))
        }

        private fun placeholders(
            expressions: List<String>,
            literals: List<String>,
            signature: Signature,
            withResult: Boolean,
        ) = expressions.mapIndexed { i, expression ->
            val next = literals[i + 1].firstOrNull()
            val isLast = i == expressions.lastIndex
            val bare = PlaceholderText.canFollowBare(next) && (next != null || isLast)
            Placeholder(expression, PropertyPath.of(expression, signature, withResult), bare)
        }
    }
}
