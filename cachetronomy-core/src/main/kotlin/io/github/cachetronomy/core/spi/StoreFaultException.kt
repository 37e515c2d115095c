package io.github.cachetronomy.core.spi

import io.github.cachetronomy.core.CachetronomyException

/** A store could not do what it was asked to. [kind] tells the engine what may help. */
public class StoreFaultException(
    /** What kind of fault it is. */
    public val kind: Kind,
    message: String,
    cause: Throwable? = null,
) : CachetronomyException(message, cause) {
    /** What may help. */
    public enum class Kind {
        /** Another process holds the store: the same call may work in a moment. */
        BUSY,

        /** The store is damaged: it has to be begun anew. */
        DAMAGED,

        /** The store cannot do it now (disk full, read-only, I/O error): later calls may work. */
        UNAVAILABLE,

        /** This operation cannot be done, others can: a value too large, for instance. */
        REJECTED,
    }
}
