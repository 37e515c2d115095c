package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException

/** What every write has to know of the cache it belongs to. */
internal class WritePolicy(
    @Volatile var durability: Durability,
    /** Whether a write that the store does not take fails. */
    @Volatile var requireStore: Boolean,
    /** Whether nothing at all is written. */
    val isReadOnly: Boolean,
    private val closed: () -> Boolean,
) {
    val isClosed: Boolean get() = closed()

    fun refuseIfClosed() {
        if (isClosed) throw CacheClosedException()
    }

    fun refuseIfReadOnly() {
        refuseIfClosed()
        check(!isReadOnly) { "this cache was opened read-only" }
    }

    /** What the caller gets when the store failed: [otherwise], unless the fault is the caller's own or the store is required. */
    inline fun <R> unlessRequired(
        fault: StoreFaultException,
        otherwise: () -> R,
    ): R {
        if (fault.kind != StoreFaultException.Kind.REJECTED && !requireStore) return otherwise()
        throw StoreUnavailableException("the store did not take the write: ${fault.message}", fault)
    }
}
