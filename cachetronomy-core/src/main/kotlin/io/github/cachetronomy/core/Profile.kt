package io.github.cachetronomy.core

import io.github.cachetronomy.core.text.requireProfileName
import io.github.cachetronomy.core.text.requireTag
import java.time.Duration

/**
 * Named settings, kept in the file. A profile is no namespace: entries are shared, and only their
 * `savedByProfile` tells which profile wrote them last.
 *
 * Immutable, and so safe to share between threads; made by [Profile.named] or [Builder].
 */
public class Profile private constructor(
    builder: Builder,
) {
    /** The name. */
    public val name: String = builder.name

    /** How long entries live that do not say so themselves; one hour unless set. */
    public val timeToLive: Duration = builder.timeToLive

    /** How often expired entries are swept out; one minute unless set; zero = never. */
    public val cleanupInterval: Duration = builder.cleanupInterval

    /** Whether entries leave memory when the machine or the heap runs short of it; true unless set. */
    public val memoryBasedEviction: Boolean = builder.memoryBasedEviction

    /** How much memory is to stay free; 500 megabytes unless set. */
    public val freeMemoryTarget: FreeMemoryTarget = builder.freeMemoryTarget

    /** How often free memory is measured; five seconds unless set; zero = never. */
    public val memoryCleanupInterval: Duration = builder.memoryCleanupInterval

    /** The most entries that memory holds; 10,000 unless set; zero = none. */
    public val maxItemsInMemory: Int = builder.maxItemsInMemory

    /** The tags of entries that do not bring their own; none unless set. */
    public val tags: Set<String> = builder.tags

    /** A builder that starts from this profile. */
    public fun toBuilder(): Builder =
        Builder(name)
            .timeToLive(timeToLive)
            .cleanupInterval(cleanupInterval)
            .memoryBasedEviction(memoryBasedEviction)
            .freeMemoryTarget(freeMemoryTarget)
            .memoryCleanupInterval(memoryCleanupInterval)
            .maxItemsInMemory(maxItemsInMemory)
            .tags(tags)

    override fun equals(other: Any?): Boolean =
        other is Profile && name == other.name && timeToLive == other.timeToLive &&
            cleanupInterval == other.cleanupInterval && memoryBasedEviction == other.memoryBasedEviction &&
            freeMemoryTarget == other.freeMemoryTarget && memoryCleanupInterval == other.memoryCleanupInterval &&
            maxItemsInMemory == other.maxItemsInMemory && tags == other.tags

    override fun hashCode(): Int = name.hashCode()

    override fun toString(): String =
        "Profile(name=$name, timeToLive=$timeToLive, cleanupInterval=$cleanupInterval, " +
            "memoryBasedEviction=$memoryBasedEviction, freeMemoryTarget=$freeMemoryTarget, " +
            "memoryCleanupInterval=$memoryCleanupInterval, maxItemsInMemory=$maxItemsInMemory, tags=$tags)"

    /** Collects the settings of a profile. Not thread-safe. */
    public class Builder(
        internal val name: String,
    ) {
        init {
            requireProfileName(name)
        }

        internal var timeToLive: Duration = Duration.ofHours(1)
        internal var cleanupInterval: Duration = Duration.ofMinutes(1)
        internal var memoryBasedEviction: Boolean = true
        internal var freeMemoryTarget: FreeMemoryTarget = FreeMemoryTarget.megabytes(DEFAULT_FREE_MEGABYTES)
        internal var memoryCleanupInterval: Duration = Duration.ofSeconds(5)
        internal var maxItemsInMemory: Int = DEFAULT_MAX_ITEMS
        internal var tags: Set<String> = emptySet()

        /** How long entries live that do not say so themselves: at least a second, in whole seconds, as the file holds it. */
        public fun timeToLive(timeToLive: Duration): Builder =
            apply {
                require(timeToLive >= Duration.ofSeconds(1) && timeToLive.nano == 0) {
                    "a profile's time to live is a positive number of whole seconds, not $timeToLive"
                }
                this.timeToLive = timeToLive
            }

        /** How often expired entries are swept out, in whole seconds; zero = never. */
        public fun cleanupInterval(cleanupInterval: Duration): Builder =
            apply {
                this.cleanupInterval = requireWholeSeconds("a cleanup interval", cleanupInterval)
            }

        /** Whether entries leave memory when the machine or the heap runs short of it. */
        public fun memoryBasedEviction(memoryBasedEviction: Boolean): Builder =
            apply { this.memoryBasedEviction = memoryBasedEviction }

        /** How much memory is to stay free. */
        public fun freeMemoryTarget(freeMemoryTarget: FreeMemoryTarget): Builder =
            apply { this.freeMemoryTarget = freeMemoryTarget }

        /** How often free memory is measured, in whole seconds; zero = never. */
        public fun memoryCleanupInterval(memoryCleanupInterval: Duration): Builder =
            apply {
                this.memoryCleanupInterval = requireWholeSeconds("a memory cleanup interval", memoryCleanupInterval)
            }

        /** The most entries that memory holds; zero = none. */
        public fun maxItemsInMemory(maxItemsInMemory: Int): Builder =
            apply {
                require(maxItemsInMemory >= 0) { "maxItemsInMemory is not negative: $maxItemsInMemory" }
                this.maxItemsInMemory = maxItemsInMemory
            }

        /** The tags of entries that do not bring their own. */
        public fun tags(tags: Collection<String>): Builder =
            apply {
                this.tags = tags.mapTo(LinkedHashSet(), ::requireTag)
            }

        private fun requireWholeSeconds(
            what: String,
            interval: Duration,
        ): Duration {
            require(!interval.isNegative && interval.nano == 0) { "$what is a number of whole seconds, not $interval" }
            return interval
        }

        /** The profile with the settings collected so far. */
        public fun build(): Profile = Profile(this)
    }

    public companion object {
        /** The name of the profile that every file has. */
        public const val DEFAULT: String = "default"

        private const val DEFAULT_MAX_ITEMS = 10_000
        private const val DEFAULT_FREE_MEGABYTES = 500L

        /** A profile called [name] with every setting at its default. */
        @JvmStatic
        public fun named(name: String): Profile = Builder(name).build()
    }
}
