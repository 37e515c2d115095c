package io.github.cachetronomy.core

import java.time.Instant

/** One row of the file's eviction log. */
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
    /** [reason] as one of our causes, or null where another program wrote a text of its own. */
    public val cause: EvictionCause? get() = EvictionCause.ofReason(reason)
}
