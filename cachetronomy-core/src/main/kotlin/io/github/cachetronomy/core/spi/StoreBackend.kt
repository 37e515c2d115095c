package io.github.cachetronomy.core.spi

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import java.util.function.Consumer
import java.util.function.Supplier

/** How many rows are gone through at a time. */
private const val ROWS_A_PAGE = 500

/**
 * The persistent tier behind the engine. All calls block and may come from any thread; the engine
 * makes one [transaction] at a time and reads beside it.
 *
 * An implementation reports a fault as [StoreFaultException]. Anything else it throws is taken for
 * a bug in the operation at hand. The contract suite of the testing module says in tests what is
 * expected here.
 */
public interface StoreBackend : AutoCloseable {
    /** The entries. */
    public val entries: EntryStore

    /** Counts of reads. */
    public val accessLog: AccessLogStore

    /** What was removed and why. */
    public val evictionLog: EvictionLogStore

    /** Named settings. */
    public val profiles: ProfileStore

    /** What an administrator asks for; a store may leave it out. */
    public val maintenance: StoreMaintenance get() = NoMaintenance

    /**
     * Runs [work] so that all of its writes become visible together, or none when it throws. Writes
     * of the four parts are only allowed inside of it, on the thread that runs [work].
     *
     * Returns when the writes are as safe as [durability] says; [Durability.WRITE_BEHIND] asks for
     * no more than [Durability.COMMITTED] here. Fails with a retryable [StoreFaultException] when
     * another process holds the store.
     */
    public fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R

    /**
     * A number that differs from the last answer if another process may have changed entries since.
     * Cheap enough to be asked every few hundred milliseconds.
     */
    public fun foreignChanges(): Long = 0L

    /** Whether the Python package made the store, and so may be reading it: it knows JSON and MessagePack only. */
    public val madeByPython: Boolean get() = false

    /** Ends the store. Calls after it fail. */
    override fun close()
}

/** The entries of a store. A row that cannot be trusted is given with its fault, never left out and never thrown. */
public interface EntryStore {
    /** The row of [key], or null. */
    public fun read(key: String): StoredEntry?

    /** The rows of those [keys] that have one. */
    public fun readAll(keys: Collection<String>): Map<String, StoredEntry>

    /** Whether there is a row of [key], sound or not, expired or not. */
    public fun has(key: String): Boolean = read(key) != null

    /** Up to [EntryPage.limit] rows after [EntryPage.after], in order. Without values unless [EntryPage.withData]. */
    public fun page(page: EntryPage): List<PagedEntry>

    /** Stands for the removals made so far, by whatever process, for [removedSince]. */
    public fun removalMark(): Long = 0L

    /**
     * Whether an entry with [key] and [tags], written under [profile], was removed after [mark], expiry apart; true
     * in case of doubt. A store that only one process uses may leave this to the engine, which knows its own.
     */
    public fun removedSince(
        mark: Long,
        key: String,
        tags: Collection<String>,
        profile: String,
    ): Boolean = false

    /** The number of rows, expired ones included. */
    public fun count(): Long

    /** Inserts or overwrites the row. Only in a transaction. */
    public fun put(entry: StoredEntry)

    /** Gives the row of [key] another expiry and leaves the rest. Returns whether there is such a row. Only in a transaction. */
    public fun touch(
        key: String,
        expiresAt: Long,
    ): Boolean

    /** Removes the row. Returns its expiry, or null where there was none. Only in a transaction. */
    public fun delete(key: String): Long?

    /** Removes the rows that [tags] select. Returns them. Only in a transaction. */
    public fun deleteByTags(
        tags: Set<String>,
        match: TagMatch,
    ): List<RemovedEntry>

    /** Removes the rows whose key begins with [prefix]. Returns them. Only in a transaction. */
    public fun deleteByPrefix(prefix: String): List<RemovedEntry>

    /** Removes the rows that were last written under [profile]. Returns them. Only in a transaction. */
    public fun deleteByProfile(profile: String): List<RemovedEntry>

    /** Removes up to [limit] rows that are expired at [now]. Returns them. Only in a transaction. */
    public fun deleteExpired(
        now: Long,
        limit: Int,
    ): List<RemovedEntry>

    /**
     * As the other, only among the rows whose key begins with [prefix]. [removedSince] is to tell of it as of the other;
     * unless a store does better, all those rows are gone through, and it tells of the keys that were removed.
     */
    public fun deleteByTags(
        tags: Set<String>,
        match: TagMatch,
        prefix: String,
    ): List<RemovedEntry> = deleteEach(prefix) { match.selects(tags, it.tags) }

    /** As the other, only among the rows whose key begins with [prefix]; otherwise as [deleteByTags] with one. */
    public fun deleteByProfile(
        profile: String,
        prefix: String,
    ): List<RemovedEntry> = deleteEach(prefix) { it.profile == profile }

    /** As the other, only among the rows whose key begins with [prefix], which are all gone through unless a store does better. */
    public fun deleteExpired(
        now: Long,
        limit: Int,
        prefix: String,
    ): List<RemovedEntry> {
        var left = limit
        return deleteEach(prefix) { it.expiresAt <= now && left-- > 0 }
    }

    private fun deleteEach(
        prefix: String,
        selected: (StoredEntry) -> Boolean,
    ): List<RemovedEntry> {
        val removed = ArrayList<RemovedEntry>()
        var after: String? = null
        while (true) {
            val rows = page(EntryPage(after, ROWS_A_PAGE, KeyOrder.SORTED, prefix, liveAt = null, withData = false))
            for (row in rows.map(PagedEntry::entry).filter(selected)) {
                delete(row.key)?.let { removed += RemovedEntry(row.key, it) }
            }
            if (rows.size < ROWS_A_PAGE) return removed
            after = rows.last().cursor
        }
    }

    /** Removes every row. Returns how many there were. Only in a transaction. */
    public fun deleteAll(): Long

    /**
     * The rows that are to go first where the store is too large: those expired at [now], then those whose last use is
     * the longest ago, be it their last write or the last read that the access log has. As many as it takes for
     * [bytes] in all, [limit] at the most. Looks at every row, beside the writers. A store that does not know gives
     * none, and is not kept small.
     */
    public fun leastUsed(
        now: Long,
        bytes: Long,
        limit: Int,
    ): List<IdleEntry> = emptyList()

    /**
     * Removes those of [rows] that nobody has written since they were found. Returns them. [removedSince] does not
     * tell of it: the cache needs the room, and what the rows say is as true as it was. Only in a transaction.
     */
    public fun cull(rows: List<IdleEntry>): List<RemovedEntry> = emptyList()
}

/** A row that was removed. */
public class RemovedEntry(
    /** Its key. */
    public val key: String,
    /** Its expiry; [StoredEntry.NEVER] where it could not be read. */
    public val expiresAt: Long,
)

/** A row of a listing, with the cursor to go on from. */
public class PagedEntry(
    /** The row. */
    public val entry: StoredEntry,
    /** Goes into [EntryPage.after] to continue behind this row. */
    public val cursor: String,
)

/** Which rows a listing wants. */
public class EntryPage(
    /** The cursor of the last row seen, or null for the beginning. */
    public val after: String?,
    /** The most rows to give. */
    public val limit: Int,
    /** The order. */
    public val order: KeyOrder,
    /** Only keys that begin with this. */
    public val prefix: String,
    /** Only entries not expired at this time; null = expired ones too. */
    public val liveAt: Long?,
    /** Whether the values are wanted. */
    public val withData: Boolean,
    /**
     * Only entries that these tags select by [match]; null = whatever their tags are. A store may give others, too, for
     * the cache looks again: this is to spare it the rows that have none of the tags.
     */
    public val tags: Set<String>? = null,
    /** How [tags] select. */
    public val match: TagMatch = TagMatch.ANY,
)

/** Named settings, and which of them are active. In a transaction, reads see what it has written. */
public interface ProfileStore {
    /** The profile called [name], or null. A row that cannot be read is a fault of the kind REJECTED. */
    public fun find(name: String): Profile?

    /** The profiles by name. A row that cannot be read is left out, and [unreadable] is told why. */
    public fun list(unreadable: Consumer<String>): List<Profile>

    /** Inserts or overwrites. Only in a transaction. */
    public fun put(profile: Profile)

    /** Removes the row of [name], readable or not. Returns whether there was one. Only in a transaction. */
    public fun delete(name: String): Boolean

    /** The name of the active profile, of which there need not be a row; null = none was ever activated. */
    public fun active(): String?

    /** Makes [name] the active profile. Only in a transaction. */
    public fun setActive(name: String)
}
