package io.github.cachetronomy.core

import java.time.Instant

/** An entry that was removed because its time was over. */
public data class ExpiredEntry(
    /** The key. */
    public val key: String,
    /** When it expired. */
    public val expiresAt: Instant,
)
