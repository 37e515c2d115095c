package io.github.cachetronomy.core.settings

/**
 * Reads the lines `NAME=value` of a `.env` file, as Python's packages do: `export` before the name, quotes of
 * both kinds (which may hold line ends), `\n` and the like between double ones, comments after a ` #`.
 *
 * Such a file belongs to many programs. A line that is none of these is passed over, and one whose value is
 * broken is an entry with a [Entry.fault], for those whose setting it is. `${NAME}` is not replaced.
 */
internal class DotEnv private constructor(
    private val text: String,
) {
    /** One line; [fault] says why [value] must not be used. */
    class Entry(
        val name: String,
        val value: String,
        val line: Int,
        val fault: String?,
    )

    private var at = 0
    private var line = 1

    private fun entries(): List<Entry> =
        buildList {
            while (at < text.length) {
                entry()?.let(::add)
                toLineEnd()
                step()
            }
        }

    /** The entry that begins here, or null where the line holds none. Ends somewhere in its last line. */
    private fun entry(): Entry? {
        skipBlanks()
        if (text.startsWith("export", at) && text.getOrNull(at + 6)?.isWhitespace() == true) {
            at += 6
            skipBlanks()
        }
        val name = take { it != '=' && it != '#' && it != '\n' }.trim().trim('\'')
        if (name.isEmpty() || text.getOrNull(at) != '=') return null
        at++
        skipBlanks()
        val begin = line
        val quote = text.getOrNull(at)
        return if (quote == '"' || quote == '\'') quoted(name, quote, begin) else plain(name)
    }

    private fun plain(name: String): Entry {
        val rest = take { it != '\n' }
        val comment = COMMENT.find(rest)?.range?.first ?: rest.length
        return Entry(name, rest.substring(0, comment).trim(), line, null)
    }

    private fun quoted(
        name: String,
        quote: Char,
        begin: Int,
    ): Entry {
        val open = at
        val end = closing(quote)
        if (end < 0) return Entry(name, "", begin, "the quote is not closed")
        while (at <= end) step()
        val value = unescaped(text.substring(open + 1, end), quote)
        val rest = take { it != '\n' }.trim()
        if (rest.isEmpty() || rest.startsWith('#')) return Entry(name, value, begin, null)
        // Perhaps it was the quote of another line: only this one is broken.
        at = open
        line = begin
        return Entry(name, "", begin, "something follows the closing quote, or it is missing")
    }

    /** Where the quote that opens here is closed, or -1. */
    private fun closing(quote: Char): Int {
        var i = at + 1
        while (i < text.length) {
            when (text[i]) {
                '\\' -> i += 2
                quote -> return i
                else -> i++
            }
        }
        return -1
    }

    private fun unescaped(
        raw: String,
        quote: Char,
    ): String =
        ESCAPE.replace(raw) { match ->
            val char = match.value[1]
            when {
                char == '\\' || char == '\'' -> char.toString()
                quote == '"' && char in ESCAPED -> ESCAPED.getValue(char)
                else -> match.value
            }
        }

    private fun take(wanted: (Char) -> Boolean): String {
        val from = at
        while (at < text.length && wanted(text[at])) at++
        return text.substring(from, at)
    }

    private fun skipBlanks() {
        while (at < text.length && text[at] != '\n' && text[at].isWhitespace()) at++
    }

    private fun toLineEnd() {
        while (at < text.length && text[at] != '\n') at++
    }

    private fun step() {
        if (at < text.length && text[at] == '\n') line++
        at++
    }

    companion object {
        private val COMMENT = Regex("(^|\\s)#")
        private val ESCAPE = Regex("\\\\.", RegexOption.DOT_MATCHES_ALL)
        private val ESCAPED = mapOf('"' to "\"", 'n' to "\n", 'r' to "\r", 't' to "\t")

        /** The entries of a file that holds [text], in its order. */
        fun entries(text: String): List<Entry> = DotEnv(text.removePrefix("\uFEFF").replace("\r\n", "\n")).entries()
    }
}
