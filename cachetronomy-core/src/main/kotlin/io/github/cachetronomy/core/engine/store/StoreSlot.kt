package io.github.cachetronomy.core.engine.store

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CachetronomyException
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.Suspicion
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * The store the engine works on: the one it was given, a new file after the old one was damaged, or
 * the heap while there is no file to be had.
 */
internal class StoreSlot(
    private val opener: StoreOpener,
    private val health: HealthBoard,
    private val events: EventHub,
    private val requireStore: Boolean,
    /** How long a caller waits for the store at the most. */
    @Volatile var patience: Duration,
    private val substitute: () -> HeapStore,
) : AutoCloseable {
    private val lock = ReentrantLock()

    /** Guarded by [lock]. */
    private var closed = false

    /** What stands in for the store, or stood in last. Guarded by [lock] for writing. */
    @Volatile
    private var standIn: HeapStore? = null

    /** Guarded by [lock] for writing. */
    @Volatile
    var current: StoreBackend = openFirst()
        private set

    /** Whether the heap stands in. */
    val substituted: Boolean get() = isStandIn(current)

    /** Whether [store] is the heap that stands in for another. */
    fun isStandIn(store: StoreBackend): Boolean = store === standIn

    /**
     * Replaces [failed] after it showed damage. Returns whether what failed can be tried again, on
     * [current].
     */
    fun replaceDamaged(
        failed: StoreBackend,
        fault: StoreFaultException,
    ): Boolean =
        lock.withLock {
            if (closed) return false
            if (current !== failed) return true
            if (substituted) return false
            runCatching { failed.close() }
            current = openOrSubstitute(fault)
            true
        }

    /** Asks the store, or gives what [failed] makes of its fault; a damaged one is replaced on the way. */
    inline fun <R> read(
        failed: (StoreFaultException) -> R,
        ask: (StoreBackend) -> R,
    ): R {
        var store = current
        while (true) {
            try {
                return ask(store).also { health.clear(HealthBoard.Topic.READS) }
            } catch (fault: StoreFaultException) {
                // One that was replaced while it was asked says nothing of the one there is now.
                val asked = store
                store = current
                if (store !== asked) continue
                readFailed(store, fault)
                return failed(fault)
            }
        }
    }

    private fun readFailed(
        store: StoreBackend,
        fault: StoreFaultException,
    ) {
        val replaced = fault.kind == StoreFaultException.Kind.DAMAGED && replaceDamaged(store, fault)
        if (!replaced) health.raise(HealthBoard.Topic.READS, "the store cannot be read: ${fault.message}")
    }

    /** As [read], for callers who need the answer. */
    inline fun <R> readOrThrow(ask: (StoreBackend) -> R): R =
        read({ throw StoreUnavailableException("the store cannot be read: ${it.message}", it) }, ask)

    /**
     * Tries to get back from the heap to the store, and takes along what happened meanwhile. Only where
     * nothing is being written at the moment.
     */
    fun comeBack(): Unit =
        lock.withLock {
            val heap = standIn
            if (closed || heap == null || current !== heap) return
            var store: StoreBackend? = null
            try {
                store = opener.open(null, ::setAside)
                heap.moveTo(store)
            } catch (fault: CachetronomyException) {
                store?.let { runCatching { it.close() } }
                health.raise(HealthBoard.Topic.STORE, unavailable(fault))
                return
            }
            current = store
            health.clear(HealthBoard.Topic.STORE)
        }

    override fun close() {
        // What is stuck in a transaction keeps the store's own lock, not ours.
        lock.withLock { closed = true }
        current.close()
    }

    private fun unavailable(fault: CachetronomyException) =
        "working in memory only: ${opener.name} cannot be opened: ${fault.message}"

    private fun openFirst(): StoreBackend =
        if (!requireStore) {
            openOrSubstitute(null)
        } else {
            try {
                patiently(patience) { opener.open(null, ::setAside) }
            } catch (fault: StoreFaultException) {
                throw StoreUnavailableException("${opener.name} cannot be opened: ${fault.message}", fault)
            }
        }

    private fun openOrSubstitute(because: StoreFaultException?): StoreBackend =
        try {
            patiently(patience) { opener.open(because?.let(::suspicion), ::setAside) }
        } catch (fault: CachetronomyException) {
            // Somebody else's file and a second class loader are the caller's to sort out, at opening at least.
            if (fault !is StoreFaultException && because == null) throw fault
            health.raise(HealthBoard.Topic.STORE, unavailable(fault))
            substitute().also { standIn = it }
        }

    /** A file is looked at twice before it is set aside, and what was being written is to have its time, too. */
    private fun suspicion(fault: StoreFaultException) =
        Suspicion(fault.message.orEmpty(), patience.dividedBy(SHARES_OF_PATIENCE))

    private fun setAside(
        newName: String,
        reason: String,
    ) {
        // What SQLite says may span lines and quote the damaged file.
        val why = reason.map { if (it.isISOControl()) ' ' else it }.joinToString("")
        log.warn("{} was damaged ({}): it is now {}, and a new file was begun", opener.name, why, newName)
        events.emit { CacheEvent.FileSetAside(newName, why) }
    }

    private companion object {
        const val SHARES_OF_PATIENCE = 4L
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
