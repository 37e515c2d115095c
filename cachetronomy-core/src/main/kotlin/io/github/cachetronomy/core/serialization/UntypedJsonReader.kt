package io.github.cachetronomy.core.serialization

import java.math.BigInteger

/**
 * Reads JSON (RFC 8259) as Python's `json` does: beyond the standard there are the tokens `NaN`, `Infinity`
 * and `-Infinity`, whole numbers have any size, and an escaped surrogate may stand alone. Whatever else is
 * not in the standard is refused, also what follows the value.
 */
internal class UntypedJsonReader(
    private val text: String,
    /** What a list or map stands for that has just been read. */
    private val meaning: (Any) -> Any? = { it },
) {
    private var at = 0
    private val nesting = Nesting<Filling>()

    fun read(): Any? {
        while (true) {
            val opened = opened()
            if (opened != null) {
                nesting.enter(opened)
                if (!closes(opened)) {
                    if (opened is FillingMap) opened.key = key()
                    continue
                }
            }
            var value = if (opened != null) meaning(nesting.leave().value) else scalar()
            while (true) {
                val outer = nesting.innermost
                skipSpace()
                if (outer == null) {
                    require(at == text.length) { "something follows the value" }
                    return value
                }
                outer.add(value)
                if (take(',')) {
                    if (outer is FillingMap) outer.key = key()
                    break
                }
                require(closes(outer)) { "neither a comma nor an end at $at" }
                value = meaning(nesting.leave().value)
            }
        }
    }

    private fun opened(): Filling? {
        skipSpace()
        return when {
            take('{') -> FillingMap()
            take('[') -> FillingList()
            else -> null
        }
    }

    private fun closes(container: Filling): Boolean {
        skipSpace()
        return take(if (container is FillingMap) '}' else ']')
    }

    private fun key(): String {
        skipSpace()
        require(take('"')) { "no key at $at" }
        val key = string()
        skipSpace()
        require(take(':')) { "no colon at $at" }
        return key
    }

    private fun scalar(): Any? {
        if (take('"')) return string()
        for ((token, value) in TOKENS) {
            if (text.startsWith(token, at)) {
                at += token.length
                return value
            }
        }
        return number()
    }

    private fun number(): Any {
        val start = at
        take('-')
        if (!take('0')) digits()
        val whole = at
        if (take('.')) digits()
        if (take('e') || take('E')) {
            if (!take('+')) take('-')
            digits()
        }
        val number = text.substring(start, at)
        if (at > whole) return number.toDouble()
        return number.toLongOrNull() ?: BigInteger(number)
    }

    private fun digits() {
        val start = at
        while (at < text.length && text[at] in '0'..'9') at++
        require(at > start) { "no value at $start" }
    }

    /** Goes on behind the opening quote. */
    private fun string(): String {
        val start = at
        while (true) {
            val c = next()
            if (c == '"') return text.substring(start, at - 1)
            if (c == '\\') break
            require(c >= ' ') { "a control character at ${at - 1}" }
        }
        val out = StringBuilder().append(text, start, at - 1).append(escaped())
        while (true) {
            val c = next()
            when {
                c == '"' -> return out.toString()
                c == '\\' -> out.append(escaped())
                else -> out.append(c.also { require(it >= ' ') { "a control character at ${at - 1}" } })
            }
        }
    }

    private fun escaped(): Char =
        when (val c = next()) {
            '"', '\\', '/' -> c
            'b' -> '\b'
            'f' -> '\u000c'
            'n' -> '\n'
            'r' -> '\r'
            't' -> '\t'
            'u' -> (0 until HEX_DIGITS).fold(0) { code, _ -> code * HEX + hexDigit() }.toChar()
            else -> throw IllegalArgumentException("an unknown escape at ${at - 1}")
        }

    private fun hexDigit(): Int =
        when (val c = next()) {
            in '0'..'9' -> c - '0'
            in 'a'..'f' -> c - 'a' + 10
            in 'A'..'F' -> c - 'A' + 10
            else -> throw IllegalArgumentException("no hexadecimal digit at ${at - 1}")
        }

    private fun skipSpace() {
        while (at < text.length && text[at] in SPACE) at++
    }

    private fun take(expected: Char): Boolean {
        if (at >= text.length || text[at] != expected) return false
        at++
        return true
    }

    private fun next(): Char {
        require(at < text.length) { "the text ends too early" }
        return text[at++]
    }

    private companion object {
        const val SPACE = " \t\n\r"
        const val HEX = 16
        const val HEX_DIGITS = 4

        val TOKENS: List<Pair<String, Any?>> =
            listOf(
                "null" to null,
                "true" to true,
                "false" to false,
                "NaN" to Double.NaN,
                "Infinity" to Double.POSITIVE_INFINITY,
                "-Infinity" to Double.NEGATIVE_INFINITY,
            )
    }
}
