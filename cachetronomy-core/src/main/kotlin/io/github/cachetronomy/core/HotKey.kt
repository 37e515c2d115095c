package io.github.cachetronomy.core

/** A key and how often it was read. */
public data class HotKey(
    /** The key. */
    public val key: String,
    /** Its reads, as far as they were counted. */
    public val reads: Long,
)
