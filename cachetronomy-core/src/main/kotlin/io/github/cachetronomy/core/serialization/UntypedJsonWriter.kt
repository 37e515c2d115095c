package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.text.isLoneSurrogate
import java.math.BigInteger

/** JSON as [UntypedJsonReader] reads it. A surrogate that stands alone is escaped: UTF-8 has no form for it. */
internal fun writeUntypedJson(value: Any?): ByteArray = UntypedJsonWriter().write(value).encodeToByteArray()

private class UntypedJsonWriter {
    private val out = StringBuilder()
    private val nesting = Nesting<Open>()

    fun write(value: Any?): String {
        element(value)
        while (true) {
            val open = nesting.innermost ?: return out.toString()
            if (!open.elements.hasNext()) {
                out.append(nesting.leave().end)
                continue
            }
            if (open.begun) out.append(',')
            open.begun = true
            val next = open.elements.next()
            if (open.end == '}') {
                val (key, inner) = next as Map.Entry<*, *>
                string(requireNotNull(key as? String) { "JSON has only texts for keys" })
                out.append(':')
                element(inner)
            } else {
                element(next)
            }
        }
    }

    private fun element(value: Any?) {
        when (value) {
            null, is Boolean, is Byte, is Short, is Int, is Long, is BigInteger, is Double -> out.append(value)
            is Float -> out.append(value.toDouble())
            is String -> string(value)
            is List<*> -> open('[', Open(value.iterator(), ']'))
            is Map<*, *> -> open('{', Open(value.entries.iterator(), '}'))
            else -> throw IllegalArgumentException("no JSON without a type for ${value.javaClass.name}")
        }
    }

    private fun open(
        begin: Char,
        container: Open,
    ) {
        nesting.enter(container)
        out.append(begin)
    }

    private fun string(text: String) {
        out.append('"')
        for ((i, c) in text.withIndex()) {
            when {
                c == '"' || c == '\\' -> out.append('\\').append(c)

                c < ' ' ||
                    isLoneSurrogate(
                        text,
                        i,
                    )
                -> out.append("\\u").append(c.code.toString(HEX).padStart(HEX_DIGITS, '0'))

                else -> out.append(c)
            }
        }
        out.append('"')
    }

    private class Open(
        val elements: Iterator<Any?>,
        val end: Char,
    ) {
        var begun = false
    }

    private companion object {
        const val HEX = 16
        const val HEX_DIGITS = 4
    }
}
