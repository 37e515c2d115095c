package io.github.cachetronomy.core.engine.tasks

import io.github.cachetronomy.core.InternalCachetronomyApi
import java.util.concurrent.CancellationException

/** Whoever waits for a piece of work that may be long. */
@InternalCachetronomyApi
public fun interface Caller {
    /** Throws a [CancellationException] once nobody waits any more. */
    public fun requirePresent()

    @InternalCachetronomyApi
    public companion object {
        /** The thread that works, until it is interrupted. */
        @JvmField
        public val THREAD: Caller =
            Caller {
                if (Thread.currentThread().isInterrupted) {
                    throw CancellationException(
                        "interrupted while at work",
                    )
                }
            }
    }
}
