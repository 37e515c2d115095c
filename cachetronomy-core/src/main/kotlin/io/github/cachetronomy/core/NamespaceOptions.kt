package io.github.cachetronomy.core

import java.time.Duration

/**
 * What holds for the entries of a namespace. What is not set is as in the cache around it.
 *
 * Immutable, and so safe to share between threads; each `with…` gives a changed copy.
 */
public class NamespaceOptions private constructor(
    /**
     * How long entries live that do not say so themselves; null = as the namespace around it says, or the active
     * profile; [EntryOptions.NEVER_EXPIRES] = for ever.
     */
    public val timeToLive: Duration?,
    /** The most entries there may be, in memory and file together; null = any number, or what was said before. */
    public val maxEntries: Int?,
) {
    /** A copy whose entries live for [timeToLive], which must be positive. */
    public fun withTimeToLive(timeToLive: Duration): NamespaceOptions =
        NamespaceOptions(EntryOptions.requirePositive(timeToLive), maxEntries)

    /** A copy whose entries never expire. */
    public fun withoutExpiry(): NamespaceOptions = NamespaceOptions(EntryOptions.NEVER_EXPIRES, maxEntries)

    /**
     * A copy that keeps [maxEntries] entries at the most, in memory and file together; the one that was not used for
     * longest goes first. 0 keeps nothing. What others write past the namespace, in other processes or under whole keys,
     * is not counted before the cap is set anew.
     */
    public fun withMaxEntries(maxEntries: Int): NamespaceOptions {
        require(maxEntries >= 0) { "maxEntries is not negative: $maxEntries" }
        return NamespaceOptions(timeToLive, maxEntries)
    }

    override fun equals(other: Any?): Boolean =
        other is NamespaceOptions && timeToLive == other.timeToLive && maxEntries == other.maxEntries

    override fun hashCode(): Int = timeToLive.hashCode() * 31 + maxEntries.hashCode()

    override fun toString(): String {
        val lives = if (timeToLive == EntryOptions.NEVER_EXPIRES) "never" else timeToLive
        return "NamespaceOptions(timeToLive=$lives, maxEntries=$maxEntries)"
    }

    public companion object {
        private val DEFAULTS = NamespaceOptions(null, null)

        /** Everything as in the cache around it. */
        @JvmStatic
        public fun defaults(): NamespaceOptions = DEFAULTS

        /** A namespace whose entries live for [timeToLive], which must be positive. */
        @JvmStatic
        public fun timeToLive(timeToLive: Duration): NamespaceOptions = DEFAULTS.withTimeToLive(timeToLive)

        /** A namespace that keeps [maxEntries] entries at the most. */
        @JvmStatic
        public fun maxEntries(maxEntries: Int): NamespaceOptions = DEFAULTS.withMaxEntries(maxEntries)
    }
}
