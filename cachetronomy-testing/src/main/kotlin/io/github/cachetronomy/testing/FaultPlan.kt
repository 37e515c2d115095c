package io.github.cachetronomy.testing

import io.github.cachetronomy.core.spi.StoreFaultException

/** How many more calls of one sort are to fail, and how. Thread-safe. */
internal class FaultPlan(
    private val what: String,
) {
    /** Guarded by this. */
    private var kind: StoreFaultException.Kind? = null

    /** Guarded by this. */
    private var left = 0

    @Synchronized
    fun set(
        kind: StoreFaultException.Kind,
        times: Int,
    ) {
        require(times > 0) { "a number of faults is positive, not $times" }
        this.kind = kind
        left = times
    }

    @Synchronized
    fun clear() {
        kind = null
    }

    /** The fault that the call at hand has to throw, or null. Counts it. */
    @Synchronized
    fun next(): StoreFaultException? {
        val fault = StoreFaultException(kind ?: return null, "a scripted fault of a $what: $kind")
        if (left != FaultyStore.ALWAYS && --left == 0) kind = null
        return fault
    }
}
