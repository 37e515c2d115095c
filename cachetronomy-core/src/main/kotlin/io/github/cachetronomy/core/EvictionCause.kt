package io.github.cachetronomy.core

/**
 * Why an entry left a tier. [reason] is the text in the file's eviction log; the first seven are
 * shared with the Python package.
 */
public enum class EvictionCause(
    /** The stored text. */
    public val reason: String,
) {
    /** `delete`, `deleteMany` or `remove`. */
    DELETED("user_eviction"),

    /** `evict`: out of memory only. */
    EVICTED("manual_eviction_clear_key"),

    /** `evictAll` or `clear`. */
    CLEARED("manual_eviction_clear_full_cache"),

    /** `clearByTags` or `clearByProfile`. */
    TAG("tag_invalidation"),

    /** Its time was over. */
    EXPIRED("time_eviction"),

    /** The cap of the memory tier, or too little free memory; the row stays. */
    SIZE("memory_eviction"),

    /** The cache was closed. */
    SHUTDOWN("shutdown"),

    /** `clearByPrefix`. */
    PREFIX("prefix_invalidation"),

    /** Another process changed or removed the row. */
    FOREIGN("foreign_change"),

    /** A repair removed the row, which nobody could read. */
    REPAIRED("repair"),

    /** The store took more room than it may, and the entry was the one used least; it left every tier. */
    STORE_SIZE("store_eviction"),

    /** Its function or namespace has a cap, and the entry was the one whose last use was the longest ago; it left every tier. */
    GROUP_SIZE("group_eviction"),
    ;

    /** Whether the cache decided by itself, as opposed to a caller's removal. */
    public fun wasEvicted(): Boolean = this in BY_ITSELF

    public companion object {
        private val BY_ITSELF = setOf(SIZE, EXPIRED, SHUTDOWN, FOREIGN, STORE_SIZE, GROUP_SIZE)

        /** The cause that is stored as [reason], or null for a text that is none of ours. */
        @JvmStatic
        public fun ofReason(reason: String): EvictionCause? = entries.find { it.reason == reason }
    }
}
