package io.github.cachetronomy.core.text

/** Whether this text holds half a character without its other half: UTF-8 has no form for it. */
internal fun String.hasLoneSurrogate(): Boolean {
    for (i in indices) if (this[i].isSurrogate() && isLoneSurrogate(this, i)) return true
    return false
}

/** Whether what stands at that place of [text] is half a character without its other half. */
internal fun isLoneSurrogate(
    text: String,
    at: Int,
): Boolean =
    when {
        text[at].isHighSurrogate() -> text.getOrNull(at + 1)?.isLowSurrogate() != true
        text[at].isLowSurrogate() -> text.getOrNull(at - 1)?.isHighSurrogate() != true
        else -> false
    }
