package io.github.cachetronomy.core

/** Whether the cache works as it was set up to. Immutable. */
public class CacheHealth internal constructor(
    /** The verdict. */
    public val status: Status,
    /** Why it is not [Status.HEALTHY], a sentence each; empty when it is. */
    public val causes: List<String>,
) {
    /** The verdict in one word. */
    public enum class Status {
        /** Everything works. */
        HEALTHY,

        /** Answers are right, but something is lost or slower: see the causes. */
        DEGRADED,

        /**
         * The file can be used for nothing: it is neither read nor written, or not read by a cache that only reads.
         * What memory has is served all the same.
         */
        UNHEALTHY,
    }

    override fun toString(): String = if (causes.isEmpty()) "$status" else "$status: ${causes.joinToString("; ")}"
}
