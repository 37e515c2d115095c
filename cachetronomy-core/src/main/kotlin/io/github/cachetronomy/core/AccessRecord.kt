package io.github.cachetronomy.core

import java.time.Instant

/** One row of the file's access log. */
public data class AccessRecord(
    /** The key that was read. */
    public val key: String,
    /** Its reads since the row was made. */
    public val reads: Long,
    /** The last of them. */
    public val lastAccessed: Instant,
    /** The profile that was active then. */
    public val profile: String,
)
