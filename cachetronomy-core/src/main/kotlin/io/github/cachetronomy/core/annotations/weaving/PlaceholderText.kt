package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.keys.ArgumentText

/**
 * Writes what stands in the place of a placeholder, so that different values have different texts, and none can be taken
 * for the beginning of another one and what follows it in the template.
 *
 * Numbers, `true`, `false` and `null` stand as they are, and so does text that is a word and none of these. Other text is
 * in quotes, anything else in parentheses. What follows a bare form in the template must not be a char that could belong
 * to one; see [canFollowBare].
 */
internal object PlaceholderText {
    /** What numbers and words are made of. */
    private val BARE = Regex("[A-Za-z0-9_+.-]+")
    private val WORD = Regex("[A-Za-z_][A-Za-z0-9_-]*")
    private val NO_WORDS = setOf("null", "true", "false", "NaN", "Infinity")

    /** Whether a bare form is seen to end where [next] begins; null = at the end of the key. */
    fun canFollowBare(next: Char?): Boolean = next == null || !BARE.matches(next.toString())

    /**
     * The text of [value]; [bare] = it may be without parentheses.
     *
     * @throws io.github.cachetronomy.core.keys.NoStableTextException where it has none
     */
    fun of(
        value: Any?,
        bare: Boolean,
    ): String {
        if (bare && value is String && WORD.matches(value) && value !in NO_WORDS) return value
        val text = ArgumentText(typedNumbers = false).of(value)
        if (bare && (value is String || (isSimple(value) && BARE.matches(text)))) return text
        return "($text)"
    }

    private fun isSimple(value: Any?) = value == null || value is Number || value is Boolean
}
