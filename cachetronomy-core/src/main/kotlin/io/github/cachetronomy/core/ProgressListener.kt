package io.github.cachetronomy.core

/**
 * Told how far a long piece of work has come. Called now and then on the thread that does the work, so it should come
 * back soon. What it throws ends the work and reaches its caller as thrown.
 */
public fun interface ProgressListener {
    /** So much is [done] of [total]; a total of -1 is not known. Both are of one unit, which the work names. */
    public fun progressed(
        done: Long,
        total: Long,
    )
}
