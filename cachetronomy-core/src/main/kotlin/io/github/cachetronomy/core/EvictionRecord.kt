package io.github.cachetronomy.core

import io.github.cachetronomy.core.text.TimeText
import java.time.Instant

/** One row of the file's eviction log. Immutable. */
public data class EvictionRecord(
    /** The key that left. */
    public val key: String,
    /** When it left. */
    public val evictedAt: Instant,
    /** Why, as stored. */
    public val reason: String,
    /** Its reads while memory held it. */
    public val reads: Long,
    /** The profile that was active. */
    public val profile: String,
) {
    /** Its number in the file, the newest having the highest; 0 = it is in no file. Makes no difference to equality. */
    public var id: Long = 0L
        private set

    private var storedTime: String? = null

    /**
     * [evictedAt] as the file has it, to the letter. Other programs write times with other offsets, or what is no
     * time at all; [evictedAt] is then the epoch. Makes no difference to equality.
     */
    public val evictedAtText: String
        get() = storedTime ?: TimeText.format(TimeText.micros(evictedAt))

    /** The same with the number that a store has given it. */
    public fun withId(id: Long): EvictionRecord =
        copy().also {
            it.id = id
            it.storedTime = storedTime
        }

    internal fun withStoredTime(text: String): EvictionRecord = withId(id).also { it.storedTime = text }

    /** [reason] as one of our causes, or null where another program wrote a text of its own. */
    public val cause: EvictionCause? get() = EvictionCause.ofReason(reason)
}
