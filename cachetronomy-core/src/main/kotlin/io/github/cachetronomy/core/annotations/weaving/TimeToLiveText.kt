package io.github.cachetronomy.core.annotations.weaving

import io.github.cachetronomy.core.EntryOptions
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** Times to live as annotations have them. */
internal object TimeToLiveText {
    private const val FOREVER = "forever"

    /** [entries] with the time to live that [text] says; empty = as it was. */
    fun set(
        text: String,
        entries: EntryOptions,
    ): EntryOptions =
        when (text) {
            "" -> entries
            FOREVER -> entries.withoutExpiry()
            else -> entries.withTimeToLive(parse(text).toJavaDuration())
        }

    private fun parse(text: String): Duration {
        val duration = Duration.parseOrNull(text)?.takeIf { it.isFinite() }
        requireNotNull(duration) { "\"$text\" is no time to live; 30s, 5m, 1h 30m, 7d, PT5M and forever are" }
        return duration
    }
}
