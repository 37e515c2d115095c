package io.github.cachetronomy.core

import io.github.cachetronomy.core.text.requireTag
import java.time.Duration
import java.time.temporal.ChronoUnit

/**
 * How an entry is to be written. What is not set comes from the active profile.
 *
 * Immutable, and so safe to share between threads; each `with…` gives a changed copy.
 */
public class EntryOptions private constructor(
    /** How long the entry lives; null = as long as the active profile says; [NEVER_EXPIRES] = for ever. */
    public val timeToLive: Duration?,
    /** The tags in the order given; null = the active profile's; empty = none. */
    public val tags: Set<String>?,
    /** The version stamped on the row, and the one a read made with these options accepts; null = 1 on writes, any on reads. */
    public val version: Long?,
    /** The id of the format to write (see the serializer registry); null = `json`, or `bytes` for byte arrays. */
    public val format: String?,
) {
    /** A copy that lives for [timeToLive], which must be positive. */
    public fun withTimeToLive(timeToLive: Duration): EntryOptions =
        EntryOptions(requirePositive(timeToLive), tags, version, format)

    /** A copy that never expires. */
    public fun withoutExpiry(): EntryOptions = EntryOptions(NEVER_EXPIRES, tags, version, format)

    /** A copy with exactly these tags; none at all for an untagged entry. */
    public fun withTags(vararg tags: String): EntryOptions = withTags(tags.asList())

    /** A copy with exactly these tags, repeats dropped. */
    public fun withTags(tags: Collection<String>): EntryOptions =
        EntryOptions(timeToLive, tags.mapTo(LinkedHashSet(), ::requireTag), version, format)

    /** A copy of [version], which is at least 1. */
    public fun withVersion(version: Long): EntryOptions {
        require(version >= 1) { "a version is at least 1, not $version" }
        return EntryOptions(timeToLive, tags, version, format)
    }

    /** A copy written in [format]. Whether it is registered is checked at the write. */
    public fun withFormat(format: String): EntryOptions = EntryOptions(timeToLive, tags, version, format)

    override fun equals(other: Any?): Boolean =
        other is EntryOptions && timeToLive == other.timeToLive && tags == other.tags &&
            version == other.version && format == other.format

    override fun hashCode(): Int =
        ((timeToLive.hashCode() * 31 + tags.hashCode()) * 31 + version.hashCode()) * 31 + format.hashCode()

    override fun toString(): String =
        "EntryOptions(timeToLive=${if (timeToLive == NEVER_EXPIRES) "never" else timeToLive}, tags=$tags, " +
            "version=$version, format=$format)"

    public companion object {
        /** The time to live that never ends. */
        @JvmField
        public val NEVER_EXPIRES: Duration = ChronoUnit.FOREVER.duration

        private val DEFAULTS = EntryOptions(null, null, null, null)

        /** Everything as the active profile says. */
        @JvmStatic
        public fun defaults(): EntryOptions = DEFAULTS

        /** An entry that lives for [timeToLive], which must be positive. */
        @JvmStatic
        public fun timeToLive(timeToLive: Duration): EntryOptions = DEFAULTS.withTimeToLive(timeToLive)

        /** An entry that never expires. */
        @JvmStatic
        public fun neverExpires(): EntryOptions = DEFAULTS.withoutExpiry()

        /** An entry with these tags. */
        @JvmStatic
        public fun tags(vararg tags: String): EntryOptions = DEFAULTS.withTags(*tags)

        /** An entry of [version]. */
        @JvmStatic
        public fun version(version: Long): EntryOptions = DEFAULTS.withVersion(version)

        /** An entry written in [format]. */
        @JvmStatic
        public fun format(format: String): EntryOptions = DEFAULTS.withFormat(format)

        internal fun requirePositive(timeToLive: Duration): Duration {
            require(!timeToLive.isZero && !timeToLive.isNegative) { "a time to live is positive, not $timeToLive" }
            return timeToLive
        }
    }
}
