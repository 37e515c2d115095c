package io.github.cachetronomy.core.sqlite

/** Looks at SQL as far as is needed to see that it is one statement, and of which kind. */
internal object OneStatement {
    /**
     * The first word of [sql], in capitals.
     *
     * @throws IllegalArgumentException if there is none, or something follows the first statement
     */
    fun kindOf(sql: String): String {
        val start = beyondSpace(sql, 0)
        val word = sql.substring(start).takeWhile(Char::isLetter).uppercase()
        require(word.isNotEmpty()) { "a statement begins with a word" }
        val rest = beyondSpace(sql, endOfStatement(sql, start))
        require(rest == sql.length) { "only one statement at a time" }
        return word
    }

    /** The place behind the semicolon that ends the statement, or the end of the text. */
    private fun endOfStatement(
        sql: String,
        start: Int,
    ): Int {
        var at = start
        while (at < sql.length) {
            val c = sql[at]
            at =
                when {
                    c == ';' -> return at + 1
                    c == '[' -> beyond(sql, at + 1, "]")
                    c in QUOTES -> beyondQuoted(sql, at)
                    startsComment(sql, at) -> beyondComment(sql, at)
                    else -> at + 1
                }
        }
        return sql.length
    }

    /** What is quoted doubles the quotes that it has; that reads as one quoted text behind another. */
    private fun beyondQuoted(
        sql: String,
        at: Int,
    ): Int = beyond(sql, at + 1, sql[at].toString())

    private fun beyondSpace(
        sql: String,
        start: Int,
    ): Int {
        var at = start
        while (at < sql.length) {
            at =
                when {
                    sql[at].isWhitespace() -> at + 1
                    startsComment(sql, at) -> beyondComment(sql, at)
                    else -> return at
                }
        }
        return at
    }

    private fun startsComment(
        sql: String,
        at: Int,
    ): Boolean = sql.startsWith("--", at) || sql.startsWith("/*", at)

    private fun beyondComment(
        sql: String,
        at: Int,
    ): Int = if (sql[at] == '-') beyond(sql, at + 2, "\n") else beyond(sql, at + 2, "*/")

    private fun beyond(
        sql: String,
        from: Int,
        end: String,
    ): Int = sql.indexOf(end, from).let { if (it < 0) sql.length else it + end.length }

    private const val QUOTES = "'\"`"
}
