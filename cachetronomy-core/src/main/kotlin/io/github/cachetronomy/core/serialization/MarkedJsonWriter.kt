package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.MessagePackExtension
import io.github.cachetronomy.core.text.isLoneSurrogate
import java.util.Base64

/** Writes what [MarkedJson] describes. Does not recurse, so that no depth of nesting can exhaust a stack. */
internal class MarkedJsonWriter {
    private val out = StringBuilder()
    private val open = ArrayDeque<Open>()

    /** How many lists and maps lay in each other at the most. */
    var deepest: Int = 0
        private set

    fun write(value: Any?): CharSequence {
        element(value)
        while (open.isNotEmpty()) {
            val container = open.last()
            if (!container.elements.hasNext()) {
                out.append(container.end)
                open.removeLast()
                continue
            }
            if (container.begun) out.append(", ")
            container.begun = true
            val next = container.elements.next()
            if (next is Property) {
                string(next.name)
                out.append(": ")
                element(next.value)
            } else {
                element(next)
            }
        }
        return out
    }

    private fun element(value: Any?) {
        when (value) {
            null, is Boolean -> out.append(value)
            is Float -> float(value.toDouble())
            is Double -> float(value)
            is Number -> out.append(value)
            is ByteArray -> marked(MarkedJson.BYTES, base64(value))
            is RawBytes -> marked(MarkedJson.RAW, base64(value.data))
            is MessagePackExtension -> extension(value)
            is Map<*, *> -> map(value)
            is Iterable<*> -> open("[", value.iterator(), "]", levels = 1)
            else -> string(value.toString())
        }
    }

    private fun float(value: Double) {
        if (value.isFinite()) out.append(value) else marked(MarkedJson.FLOAT, value.toString())
    }

    private fun extension(value: MessagePackExtension) {
        val properties =
            listOf(
                Property(MarkedJson.EXTENSION, value.type),
                Property(MarkedJson.BASE64, base64(value.data)),
            )
        open("{", properties.iterator(), "}", levels = 1)
    }

    private fun map(map: Map<*, *>) {
        if (map.keys.all { it is String && !it.startsWith(MarkedJson.MARK) }) {
            val properties = map.asSequence().map { Property(it.key as String, it.value) }
            open("{", properties.iterator(), "}", levels = 1)
        } else {
            val pairs = map.asSequence().map { listOf(it.key, it.value) }
            open("{\"${MarkedJson.MAP}\": [", pairs.iterator(), "]}", levels = 2)
        }
    }

    private fun marked(
        mark: String,
        content: String,
    ) = open("{", listOf(Property(mark, content)).iterator(), "}", levels = 1)

    private fun open(
        begin: String,
        elements: Iterator<Any?>,
        end: String,
        levels: Int,
    ) {
        out.append(begin)
        val depth = (open.lastOrNull()?.depth ?: 0) + levels
        open.addLast(Open(elements, end, depth))
        deepest = maxOf(deepest, depth)
    }

    private fun base64(bytes: ByteArray) = Base64.getEncoder().encodeToString(bytes)

    private fun string(text: String) {
        out.append('"')
        for ((i, c) in text.withIndex()) {
            when {
                c == '"' || c == '\\' -> out.append('\\').append(c)
                c == '\n' -> out.append("\\n")
                c == '\r' -> out.append("\\r")
                c == '\t' -> out.append("\\t")
                isUnsafe(c) || isLoneSurrogate(text, i) -> out.append("\\u").append("%04x".format(c.code))
                else -> out.append(c)
            }
        }
        out.append('"')
    }

    /** Control characters, and what turns the direction of writing. */
    private fun isUnsafe(c: Char): Boolean = c.isISOControl() || c.category == CharCategory.FORMAT

    private class Open(
        val elements: Iterator<Any?>,
        val end: String,
        val depth: Int,
    ) {
        var begun = false
    }

    private class Property(
        val name: String,
        val value: Any?,
    )
}
