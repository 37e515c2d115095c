package io.github.cachetronomy.ktor.http

/** Headers that are lists of values with commas between: RFC 9110, section 5.6. */
internal object HeaderList {
    /** The members of all [lines], without white space around them; a comma between quotes divides nothing. */
    fun split(lines: List<String>): List<String> {
        val members = ArrayList<String>()
        for (line in lines) {
            var from = 0
            var quoted = false
            var at = 0
            while (at < line.length) {
                when (line[at]) {
                    '\\' -> {
                        if (quoted) at++
                    }

                    '"' -> {
                        quoted = !quoted
                    }

                    ',' -> {
                        if (!quoted) {
                            members += line.substring(from, at)
                            from = at + 1
                        }
                    }
                }
                at++
            }
            members += line.substring(from)
        }
        return members.map(String::trim).filter(String::isNotEmpty)
    }

    /** What is between the quotes of [text], or [text] where there are none. */
    fun unquoted(text: String): String {
        if (text.length < 2 || text.first() != '"' || text.last() != '"') return text
        val inside = StringBuilder()
        var at = 1
        while (at < text.length - 1) {
            if (text[at] == '\\' && at + 1 < text.length - 1) at++
            inside.append(text[at++])
        }
        return inside.toString()
    }
}
