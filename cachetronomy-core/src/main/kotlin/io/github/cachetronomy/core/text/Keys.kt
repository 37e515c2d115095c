package io.github.cachetronomy.core.text

/** The longest key we write, in UTF-16 units. */
internal const val MAX_KEY_LENGTH: Int = 65_536

/**
 * Refuses a key that we must not write: empty, over-long, or with a lone surrogate. The last has no
 * UTF-8 form, so that different keys would end up in one row.
 */
internal fun requireKey(key: String): String {
    require(key.isNotEmpty()) { "a key must not be empty" }
    require(key.length <= MAX_KEY_LENGTH) {
        "a key has at most $MAX_KEY_LENGTH chars, this one has ${key.length}: ${quoted(key)}"
    }
    require(!key.hasLoneSurrogate()) { "a key must not hold a lone surrogate: ${quoted(key)}" }
    return key
}

/** Refuses a prefix that no key of ours can begin with; SQLite would take a lone surrogate for another character. */
internal fun requirePrefix(prefix: String): String {
    require(!prefix.hasLoneSurrogate()) { "a prefix must not hold a lone surrogate: ${quoted(prefix)}" }
    return prefix
}

/** Refuses a tag that has no UTF-8 form; tags may otherwise be any text. */
internal fun requireTag(tag: String): String {
    require(!tag.hasLoneSurrogate()) { "a tag must not hold a lone surrogate: ${quoted(tag)}" }
    return tag
}

/** Refuses a profile's name that is empty or has no UTF-8 form. */
internal fun requireProfileName(name: String): String {
    require(name.isNotEmpty()) { "a profile's name must not be empty" }
    require(!name.hasLoneSurrogate()) { "a profile's name must not hold a lone surrogate: ${quoted(name)}" }
    return name
}

/** The longest name of a namespace, in UTF-16 units. */
internal const val MAX_NAMESPACE_LENGTH: Int = 255

/** Refuses a namespace's name that is empty, over-long or has no UTF-8 form; names may otherwise be any text. */
internal fun requireNamespaceName(name: String): String {
    require(name.isNotEmpty()) { "a namespace's name must not be empty" }
    require(name.length <= MAX_NAMESPACE_LENGTH) {
        "a namespace's name has at most $MAX_NAMESPACE_LENGTH chars, this one has ${name.length}: ${quoted(name)}"
    }
    require(!name.hasLoneSurrogate()) { "a namespace's name must not hold a lone surrogate: ${quoted(name)}" }
    return name
}

/** Orders text as SQLite's BINARY collation orders UTF-8: by code point, not by UTF-16 unit. */
internal object CodePointOrder : Comparator<String> {
    override fun compare(
        a: String,
        b: String,
    ): Int {
        val shared = minOf(a.length, b.length)
        var i = 0
        while (i < shared) {
            if (a[i] != b[i]) {
                // Surrogates stand for code points above every other char.
                val x = a[i]
                val y = b[i]
                if (x.isSurrogate() != y.isSurrogate()) return if (x.isSurrogate()) 1 else -1
                return x.compareTo(y)
            }
            i++
        }
        return a.length - b.length
    }
}

/**
 * The least text that sorts, by code point, after every text that begins with [prefix], or null
 * where there is none (the prefix is empty or all U+10FFFF).
 */
internal fun endOfPrefix(prefix: String): String? {
    val points = prefix.codePoints().toArray()
    var last = points.size - 1
    while (last >= 0 && points[last] == Character.MAX_CODE_POINT) last--
    if (last < 0) return null
    // The surrogate range holds no code points of its own: step over it.
    points[last] = if (points[last] == 0xD7FF) 0xE000 else points[last] + 1
    return String(points, 0, last + 1)
}
