package io.github.cachetronomy.testing

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.AccessLogStore
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.EvictionLogStore
import io.github.cachetronomy.core.spi.IdleEntry
import io.github.cachetronomy.core.spi.LoggedRow
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.ProfileStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreMaintenance
import io.github.cachetronomy.core.spi.StoredEntry
import java.time.Instant
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import java.util.function.Consumer
import java.util.function.Supplier

/**
 * A store in front of [delegate] that fails, stops and counts as told: for tests of what a cache
 * does when its store is in trouble, and of races that need one call to be held up.
 *
 * A *read* is any reading call made outside of a transaction, of the logs and profiles too, and any call of the
 * [maintenance] there; asking for the [EntryStore.removalMark] or for [foreignChanges] is none. Calls inside of a transaction belong
 * to it: they neither fail nor stop by themselves.
 *
 * Thread-safe. Each setting holds for the calls that begin after it.
 */
public class FaultyStore(
    private val delegate: StoreBackend,
) : StoreBackend {
    private val readFaults = FaultPlan("read")
    private val transactionFaults = FaultPlan("transaction")
    private val readPauses = ConcurrentLinkedQueue<Pause>()
    private val transactionPauses = ConcurrentLinkedQueue<Pause>()
    private val readCount = AtomicInteger()
    private val transactionCount = AtomicInteger()
    private val foreignCommits = AtomicLong()
    private val inTransaction = ThreadLocal.withInitial { false }

    override val entries: EntryStore = Entries(delegate.entries)
    override val accessLog: AccessLogStore = AccessLog(delegate.accessLog)
    override val evictionLog: EvictionLogStore = EvictionLog(delegate.evictionLog)
    override val profiles: ProfileStore = Profiles(delegate.profiles)
    override val maintenance: StoreMaintenance =
        FaultyMaintenance(delegate.maintenance) { if (!inTransaction.get()) readFault() }

    /** The reads begun so far, failed ones included. */
    public val reads: Int get() = readCount.get()

    /** The transactions begun so far, failed ones included. */
    public val transactions: Int get() = transactionCount.get()

    /** The next [times] reads fail with [kind]; all of them unless a number is given. */
    @JvmOverloads
    public fun failReads(
        kind: StoreFaultException.Kind,
        times: Int = ALWAYS,
    ) {
        readFaults.set(kind, times)
    }

    /**
     * The next [times] transactions fail with [kind]; all of them unless a number is given. As in
     * SQLite, a busy store fails before the transaction's work has run, any other fault comes after
     * it and takes back what it did.
     */
    @JvmOverloads
    public fun failTransactions(
        kind: StoreFaultException.Kind,
        times: Int = ALWAYS,
    ) {
        transactionFaults.set(kind, times)
    }

    /** Ends all faults. */
    public fun heal() {
        readFaults.clear()
        transactionFaults.clear()
    }

    /**
     * The next read stops when it has its answer and before it gives it: what the store holds may
     * change meanwhile, the answer does not. Called again, the read after that stops as well.
     */
    public fun pauseReads(): Pause = Pause("the end of a read").also(readPauses::add)

    /** The next transaction stops before it begins. Called again, the one after that stops as well. */
    public fun pauseTransactions(): Pause = Pause("the beginning of a transaction").also(transactionPauses::add)

    /** Makes [foreignChanges] give another number, as if another process had committed. */
    public fun foreignCommit() {
        foreignCommits.incrementAndGet()
    }

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R {
        transactionCount.incrementAndGet()
        transactionPauses.poll()?.stop()
        val fault = transactionFaults.next()
        if (fault?.kind == StoreFaultException.Kind.BUSY) throw fault
        return delegate.transaction(
            durability,
            Supplier {
                inTransaction.set(true)
                try {
                    work.get().also { fault?.let { throw it } }
                } finally {
                    inTransaction.remove()
                }
            },
        )
    }

    override val madeByPython: Boolean get() = delegate.madeByPython

    override fun foreignChanges(): Long = delegate.foreignChanges() + foreignCommits.get()

    override fun close() {
        delegate.close()
    }

    private inline fun <R> reading(read: () -> R): R {
        if (inTransaction.get()) return read()
        readFault()
        return read().also { readPauses.poll()?.stop() }
    }

    private fun readFault() {
        readCount.incrementAndGet()
        readFaults.next()?.let { throw it }
    }

    private inner class Entries(
        private val entries: EntryStore,
    ) : EntryStore by entries {
        override fun read(key: String): StoredEntry? = reading { entries.read(key) }

        override fun readAll(keys: Collection<String>): Map<String, StoredEntry> = reading { entries.readAll(keys) }

        override fun page(page: EntryPage): List<PagedEntry> = reading { entries.page(page) }

        override fun count(): Long = reading { entries.count() }

        override fun leastUsed(
            now: Long,
            bytes: Long,
            limit: Int,
        ): List<IdleEntry> = reading { entries.leastUsed(now, bytes, limit) }
    }

    private inner class AccessLog(
        private val log: AccessLogStore,
    ) : AccessLogStore by log {
        override fun top(limit: Int): List<AccessRecord> = reading { log.top(limit) }

        override fun find(key: String): AccessRecord? = reading { log.find(key) }

        override fun page(
            after: Long?,
            limit: Int,
        ): List<LoggedRow<AccessRecord>> = reading { log.page(after, limit) }

        override fun beyond(
            maxRows: Long?,
            oldest: Instant?,
            limit: Int,
        ): List<Long> = reading { log.beyond(maxRows, oldest, limit) }
    }

    private inner class EvictionLog(
        private val log: EvictionLogStore,
    ) : EvictionLogStore by log {
        override fun recent(limit: Int): List<EvictionRecord> = reading { log.recent(limit) }

        override fun page(
            after: Long?,
            limit: Int,
        ): List<LoggedRow<EvictionRecord>> = reading { log.page(after, limit) }

        override fun beyond(
            maxRows: Long?,
            oldest: Instant?,
            limit: Int,
        ): List<Long> = reading { log.beyond(maxRows, oldest, limit) }
    }

    private inner class Profiles(
        private val profiles: ProfileStore,
    ) : ProfileStore by profiles {
        override fun find(name: String): Profile? = reading { profiles.find(name) }

        override fun list(unreadable: Consumer<String>): List<Profile> = reading { profiles.list(unreadable) }

        override fun active(): String? = reading { profiles.active() }
    }

    public companion object {
        /** So many times that it never ends. */
        public const val ALWAYS: Int = Int.MAX_VALUE
    }
}
