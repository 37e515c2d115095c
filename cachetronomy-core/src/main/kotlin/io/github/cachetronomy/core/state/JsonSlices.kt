package io.github.cachetronomy.core.state

/** A part of a text: a member of a JSON object, from the quote before its name on, or an element of an array. */
internal class JsonSlice(
    private val text: ByteArray,
    val from: Int,
    /** Where the value begins; for an element that is [from]. */
    private val valueFrom: Int,
    val to: Int,
) {
    /** The name of a member as it stands between the quotes. */
    val name: String get() = String(text, from + 1, nameTo() - from - 1, Charsets.UTF_8)

    val value: ByteArray get() = text.copyOfRange(valueFrom, to)

    private fun nameTo(): Int {
        var at = from + 1
        while (text[at] != JsonSlices.QUOTE) at += if (text[at] == JsonSlices.ESCAPE) 2 else 1
        return at
    }
}

/**
 * Takes JSON text in UTF-8 apart at its first level and leaves what is inside as it stands. The text comes from a
 * serializer; what is no JSON throws an [IllegalArgumentException] only where it cannot be taken apart.
 */
internal object JsonSlices {
    const val QUOTE: Byte = '"'.code.toByte()
    const val ESCAPE: Byte = '\\'.code.toByte()

    /** The members of an object in their order, or null where [text] is none. */
    fun members(text: ByteArray): List<JsonSlice>? = Scanner(text).members()

    /** The elements of an array, or null where [text] is none. */
    fun elements(text: ByteArray): List<JsonSlice>? = Scanner(text).elements()

    private class Scanner(
        private val text: ByteArray,
    ) {
        private var at = 0

        fun members(): List<JsonSlice>? =
            separated('{', '}') {
                skipSpace()
                val from = at
                skipString()
                require(take(':')) { "no value at $at" }
                skipSpace()
                val valueFrom = at
                JsonSlice(text, from, valueFrom, valueEnd())
            }

        fun elements(): List<JsonSlice>? =
            separated('[', ']') {
                skipSpace()
                val from = at
                JsonSlice(text, from, from, valueEnd())
            }

        private inline fun <T> separated(
            begin: Char,
            end: Char,
            part: () -> T,
        ): List<T>? {
            if (!take(begin)) return null
            val parts = ArrayList<T>()
            if (!take(end)) {
                do parts += part() while (take(','))
                require(take(end)) { "no end at $at" }
            }
            skipSpace()
            require(at == text.size) { "more than one value at $at" }
            return parts
        }

        /** Goes to the end of the value that begins here, and gives it without the space behind it. */
        private fun valueEnd(): Int {
            val from = at
            var depth = 0
            while (at < text.size) {
                val char = text[at].toInt().toChar()
                if (depth == 0 && (char == ',' || char == '}' || char == ']')) break
                if (char == '"') {
                    skipString()
                    continue
                }
                if (char == '{' || char == '[') depth++
                if (char == '}' || char == ']') depth--
                at++
            }
            var end = at
            while (end > from && isSpace(text[end - 1])) end--
            require(end > from && depth == 0) { "no value at $at" }
            return end
        }

        private fun skipString() {
            require(at < text.size && text[at] == QUOTE) { "no text at $at" }
            // Most of the bytes of a state are in here.
            var here = at + 1
            while (here < text.size && text[here] != QUOTE) here += if (text[here] == ESCAPE) 2 else 1
            require(here < text.size) { "a text without an end" }
            at = here + 1
        }

        private fun take(char: Char): Boolean {
            skipSpace()
            val here = at < text.size && text[at] == char.code.toByte()
            if (here) at++
            return here
        }

        private fun skipSpace() {
            while (at < text.size && isSpace(text[at])) at++
        }

        private fun isSpace(byte: Byte) = byte.toInt() == 0x20 || byte.toInt() in 0x09..0x0D
    }
}
