package io.github.cachetronomy.core

import io.github.cachetronomy.core.text.TimeText
import java.time.Instant

/** One row of the file's access log. Immutable. */
public data class AccessRecord(
    /** The key that was read. */
    public val key: String,
    /** Its reads since the row was made. */
    public val reads: Long,
    /** The last of them. */
    public val lastAccessed: Instant,
    /** The profile that was active then. */
    public val profile: String,
) {
    private var storedTime: String? = null

    /**
     * [lastAccessed] as the file has it, to the letter. Other programs write times with other offsets, or what is no
     * time at all; [lastAccessed] is then the epoch. Makes no difference to equality.
     */
    public val lastAccessedText: String
        get() = storedTime ?: TimeText.format(TimeText.micros(lastAccessed))

    internal fun withStoredTime(text: String): AccessRecord = copy().also { it.storedTime = text }
}
