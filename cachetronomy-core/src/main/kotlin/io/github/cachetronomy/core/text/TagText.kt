package io.github.cachetronomy.core.text

import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.json.Json

/**
 * Tags as the file holds them: a JSON array of strings, spelled as Python's `json.dumps` spells it
 * (`["users", "api"]`, everything outside printable ASCII as \uXXXX), so that text comparisons made
 * by Python find our rows.
 */
internal object TagText {
    private const val NONE = "[]"
    private val texts = ListSerializer(String.serializer())

    fun format(tags: List<String>): String {
        if (tags.isEmpty()) return NONE
        return buildString(tags.size * 12) {
            append('[')
            tags.forEachIndexed { i, tag ->
                if (i > 0) append(", ")
                append('"')
                tag.forEach { appendEscaped(it) }
                append('"')
            }
            append(']')
        }
    }

    /** The tags in stored order, repeats included, or null where the text is no array of strings. */
    fun parse(text: String): List<String>? {
        if (text == NONE) return emptyList()
        return try {
            Json.decodeFromString(texts, text)
        } catch (_: SerializationException) {
            null
        }
    }

    private fun StringBuilder.appendEscaped(char: Char) {
        when (char) {
            '"' -> append("\\\"")
            '\\' -> append("\\\\")
            '\n' -> append("\\n")
            '\r' -> append("\\r")
            '\t' -> append("\\t")
            '\b' -> append("\\b")
            '\u000c' -> append("\\f")
            in ' '..'~' -> append(char)
            else -> append("\\u").append("%04x".format(char.code))
        }
    }
}
