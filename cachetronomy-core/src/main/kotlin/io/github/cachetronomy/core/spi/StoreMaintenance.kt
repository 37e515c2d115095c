package io.github.cachetronomy.core.spi

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.CheckReport
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import java.nio.file.Path
import java.time.Duration
import java.util.function.Consumer
import java.util.function.Predicate

/**
 * What an administrator asks of a store. Whatever a store leaves out throws [UnsupportedOperationException].
 *
 * Calls may be long. Each tells its [ProgressListener] now and then, under no lock that others wait for; what that
 * throws ends the call, leaves the store whole, and is thrown on.
 */
public interface StoreMaintenance {
    /** How large the store is; what is expired at [now] counts as that. */
    public fun volume(now: Long): CacheVolume = unsupported("measured")

    /**
     * How much room the store takes, or null for one that takes none worth counting. Cheap enough to be asked every few
     * seconds, and in a transaction.
     */
    public fun space(): StoreSpace? = null

    /**
     * Makes what the store keeps beside itself as short as can be without waiting for longer than [patience]. Returns
     * whether nothing of it is left; where somebody reads for too long, some is.
     */
    public fun shortenLog(patience: Duration): Boolean = true

    /**
     * Looks for flaws, and gives them to [found] in pieces, each when the store is free for other calls of this
     * thread, [repair] among them. A format that [knows] does not know is a flaw of its row. Progress is in rows.
     */
    public fun check(
        knows: Predicate<String>,
        found: Consumer<List<StoreFlaw>>,
        progress: ProgressListener,
    ): Unit = unsupported("checked")

    /** Repairs those of [flaws] that are still there and can be. Returns them. Only in a transaction. */
    public fun repair(flaws: List<StoreFlaw>): List<StoreFlaw> = unsupported("repaired")

    /**
     * Gives back the space that nothing uses. Waits up to [patience] for others who hold the store. Progress is in
     * bytes, of which the total is not known.
     */
    public fun vacuum(
        patience: Duration,
        progress: ProgressListener,
    ): Unit = unsupported("made smaller")

    /**
     * Copies what is committed at one moment to [target], a new file, while others go on. A copy that does not come
     * about is removed. Progress is in bytes.
     *
     * @throws IllegalArgumentException if [target] cannot be made where it is
     */
    public fun backup(
        target: Path,
        progress: ProgressListener,
    ): Unit = unsupported("copied")

    /**
     * Up to [limit] rows of one statement of SQL that only reads.
     *
     * @throws IllegalArgumentException for a statement that is wrong or writes
     */
    public fun query(
        sql: String,
        parameters: List<Any?>,
        limit: Int,
        progress: ProgressListener,
    ): QueryResult = unsupported("queried")

    /**
     * Runs one statement of SQL that inserts, changes or deletes rows. Returns how many. Only in a transaction.
     *
     * @throws IllegalArgumentException for a statement that is wrong or does something else
     */
    public fun execute(
        sql: String,
        parameters: List<Any?>,
        progress: ProgressListener,
    ): Long = unsupported("changed by statements")
}

/** Of a store that leaves everything out. */
internal object NoMaintenance : StoreMaintenance

private fun unsupported(what: String): Nothing = throw UnsupportedOperationException("this store cannot be $what")

/** A flaw that a store found in itself. Immutable. */
public class StoreFlaw(
    /** What it is a flaw of. */
    public val kind: CheckReport.Kind,
    /** The key or name it is about, as it is stored; null = none that is a text. */
    public val subject: String?,
    /** What is wrong, in words and without values. */
    public val what: String,
    /** Where the store finds it again, for [StoreMaintenance.repair]; null = it cannot be repaired. */
    public val place: String?,
)
