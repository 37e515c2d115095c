package io.github.cachetronomy.core.functions

import io.github.cachetronomy.core.EntryOptions
import java.time.Duration
import java.util.function.Predicate

/**
 * How the results of a function are cached. What is not set is as simple as can be: every result is kept as the active
 * profile says, and numbers are equal if their values are.
 *
 * Immutable, and so safe to share between threads and functions; each `with…` gives a changed copy. Predicates and key
 * builders are called by many threads at once, under no lock; what they throw reaches the caller of the function.
 */
public class FunctionOptions private constructor(
    private val set: Map<Setting, Any>,
) {
    private enum class Setting {
        ENTRIES,
        MAX_ENTRIES,
        PARAMETERS,
        IGNORED_PARAMETERS,
        IGNORED_POSITIONS,
        TYPED_NUMBERS,
        KEY_BUILDER,
        LOOKUP_ONLY,
        CACHE_IF,
        KEEP_IF,
        ENABLED_BY,
        FAILURE_TIME_TO_LIVE,
    }

    /** How an entry is written. */
    public val entries: EntryOptions get() = get(Setting.ENTRIES) ?: EntryOptions.defaults()

    /** The most results that are kept; null = any number. */
    public val maxEntries: Int? get() = get(Setting.MAX_ENTRIES)

    /** The names of the parameters, in their order; keys name the arguments by them. */
    public val parameters: List<String> get() = get(Setting.PARAMETERS) ?: emptyList()

    /** The names of parameters that make no difference to the result. */
    public val ignoredParameters: Set<String> get() = get(Setting.IGNORED_PARAMETERS) ?: emptySet()

    /** The positions of arguments that make no difference to the result, from 0. */
    public val ignoredPositions: Set<Int> get() = get(Setting.IGNORED_POSITIONS) ?: emptySet()

    /** Whether `1`, `1L` and `1.0` are three arguments, and not one. */
    public val typedNumbers: Boolean get() = set.containsKey(Setting.TYPED_NUMBERS)

    /** What makes the keys; null = the cache does, see `docs/keys.md`. */
    public val keyBuilder: KeyBuilder? get() = get(Setting.KEY_BUILDER)

    /** Whether results are only looked up and never kept. */
    public val lookupOnly: Boolean get() = set.containsKey(Setting.LOOKUP_ONLY)

    /** For which arguments the cache is asked at all; null = for all. */
    public val cacheIf: Predicate<List<Any?>>? get() = get(Setting.CACHE_IF)

    /** Which results are kept; null = all. */
    public val keepIf: Predicate<Any?>? get() = get(Setting.KEEP_IF)

    /** The key of a stored flag that switches the cache off for this function; null = there is none. */
    public val enabledBy: String? get() = get(Setting.ENABLED_BY)

    /** How long a failure is remembered; null = not at all. */
    public val failureTimeToLive: Duration? get() = get(Setting.FAILURE_TIME_TO_LIVE)

    /** A copy whose entries are written as [entries] say; an entry of another version than theirs is no result. */
    public fun withEntries(entries: EntryOptions): FunctionOptions = with(Setting.ENTRIES, entries)

    /** A copy whose entries live for [timeToLive], which must be positive. */
    public fun withTimeToLive(timeToLive: Duration): FunctionOptions = withEntries(entries.withTimeToLive(timeToLive))

    /** A copy whose entries have exactly these tags. */
    public fun withTags(vararg tags: String): FunctionOptions = withEntries(entries.withTags(*tags))

    /**
     * A copy that keeps [maxEntries] results at the most, in memory and file together; the one that was not used for
     * longest goes first. 0 keeps nothing. What other processes keep in the meantime is not counted.
     */
    public fun withMaxEntries(maxEntries: Int): FunctionOptions {
        require(maxEntries >= 0) { "maxEntries is not negative: $maxEntries" }
        return with(Setting.MAX_ENTRIES, maxEntries)
    }

    /** A copy whose keys name the arguments by [names], in the order of the parameters. */
    public fun withParameters(vararg names: String): FunctionOptions = with(Setting.PARAMETERS, names.toList())

    /** A copy that leaves the parameters called [names] out of the keys. They must be among [withParameters]' names. */
    public fun withIgnored(vararg names: String): FunctionOptions = with(Setting.IGNORED_PARAMETERS, names.toSet())

    /** A copy that leaves the arguments at [positions], from 0, out of the keys. */
    public fun withIgnored(vararg positions: Int): FunctionOptions {
        require(positions.all { it >= 0 }) { "a position is not negative: ${positions.asList()}" }
        return with(Setting.IGNORED_POSITIONS, positions.toSet())
    }

    /** A copy to which `1`, `1L` and `1.0` are three arguments. */
    public fun withTypedNumbers(): FunctionOptions = with(Setting.TYPED_NUMBERS, true)

    /**
     * A copy whose keys [keyBuilder] makes. The entries also get a tag `function:` with the function's name behind it, by
     * which they are found when all are to be removed or counted.
     */
    public fun withKeyBuilder(keyBuilder: KeyBuilder): FunctionOptions = with(Setting.KEY_BUILDER, keyBuilder)

    /** A copy that gives what the cache has, and keeps nothing of what the function returns. */
    public fun withLookupOnly(): FunctionOptions = with(Setting.LOOKUP_ONLY, true)

    /** A copy that asks the cache only if [predicate] is true of the arguments; otherwise the function is just called. */
    public fun withCacheIf(predicate: Predicate<List<Any?>>): FunctionOptions = with(Setting.CACHE_IF, predicate)

    /** A copy that keeps a result only if [predicate] is true of it. */
    public fun withKeepIf(predicate: Predicate<Any?>): FunctionOptions = with(Setting.KEEP_IF, predicate)

    /**
     * A copy that just calls the function while the value under the key [flag] is `false` or 0; where there is none, or
     * another one, results are cached. The flag is looked up at each call.
     */
    public fun withEnabledBy(flag: String): FunctionOptions = with(Setting.ENABLED_BY, flag)

    /**
     * A copy that remembers what the function throws for [timeToLive], and throws it again instead of calling the
     * function. In this program's memory alone: after a restart the function gets another chance.
     */
    public fun withFailureTimeToLive(timeToLive: Duration): FunctionOptions =
        with(Setting.FAILURE_TIME_TO_LIVE, EntryOptions.requirePositive(timeToLive))

    override fun equals(other: Any?): Boolean = other is FunctionOptions && set == other.set

    override fun hashCode(): Int = set.hashCode()

    override fun toString(): String = "FunctionOptions$set"

    @Suppress("UNCHECKED_CAST")
    private fun <T> get(setting: Setting): T? = set[setting] as T?

    private fun with(
        setting: Setting,
        value: Any,
    ) = FunctionOptions(set + (setting to value))

    public companion object {
        private val DEFAULTS = FunctionOptions(emptyMap())

        /** Every result is kept, as the active profile says. */
        @JvmStatic
        public fun defaults(): FunctionOptions = DEFAULTS
    }
}
