package io.github.cachetronomy.core.text

private const val SHOWN = 120

/**
 * A key as messages and logs show it: in quotes, control characters and lone surrogates escaped so
 * that it can neither break a line nor move a cursor, and cut where it is long.
 */
internal fun quoted(key: String): String =
    buildString {
        append('"')
        for (char in key.take(SHOWN)) {
            when {
                char == '"' || char == '\\' -> append('\\').append(char)
                char.isISOControl() || char.isSurrogate() -> append("\\u%04x".format(char.code))
                else -> append(char)
            }
        }
        append('"')
        if (key.length > SHOWN) append("… (").append(key.length).append(" chars)")
    }
