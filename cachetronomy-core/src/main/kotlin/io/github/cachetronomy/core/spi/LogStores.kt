package io.github.cachetronomy.core.spi

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import java.time.Instant

/**
 * A log of the store. Its rows have places: numbers that they keep, by which a listing goes on and rows are
 * removed. A row that cannot be read is given as far as it can, and never thrown.
 */
public interface LogStore<R : Any> {
    /** Takes [records] in. Only in a transaction. */
    public fun add(records: List<R>)

    /** Up to [limit] rows behind the place [after], in the log's order; null = from the beginning. */
    public fun page(
        after: Long?,
        limit: Int,
    ): List<LoggedRow<R>>

    /**
     * The places of up to [limit] rows that are more than [maxRows] or from before [oldest], those first that are
     * to go first; null = that does not matter.
     */
    public fun beyond(
        maxRows: Long?,
        oldest: Instant?,
        limit: Int,
    ): List<Long>

    /** Removes the rows at [places]. Only in a transaction. */
    public fun deleteRows(places: List<Long>)

    /** Removes every row. Returns how many there were. Only in a transaction. */
    public fun deleteAll(): Long
}

/** A row of a log at its place. */
public class LoggedRow<out R : Any>(
    /** What it says. */
    public val record: R,
    /** Where it stands. */
    public val place: Long,
)

/**
 * Counts of reads, one row a key, in the order in which the keys were first counted. A row whose key has no entry
 * is [beyond] before one whose key has, and only such a row is for its age.
 */
public interface AccessLogStore : LogStore<AccessRecord> {
    /** Adds the counts to what is stored. Only in a transaction. */
    override fun add(records: List<AccessRecord>)

    /** The [limit] most read keys, most read first, those with equal counts by key. */
    public fun top(limit: Int): List<AccessRecord>

    /** The row of [key], or null. */
    public fun find(key: String): AccessRecord?

    /** Removes the row of [key]. Returns whether there was one. Only in a transaction. */
    public fun delete(key: String): Boolean
}

/** What was removed and why. Its order is the newest first. */
public interface EvictionLogStore : LogStore<EvictionRecord> {
    /** Appends. Only in a transaction. */
    override fun add(records: List<EvictionRecord>)

    /**
     * Appends [known], and for every entry of the store whose key is in none of them a row like [others] with that
     * key: [limit] rows at the most, [known] first. Needs no memory for the others. Only in a transaction.
     */
    public fun addEntries(
        known: List<EvictionRecord>,
        others: EvictionRecord,
        limit: Long,
    )

    /** The last [limit] rows, newest first. */
    public fun recent(limit: Int): List<EvictionRecord>
}
