package io.github.cachetronomy.core.engine.loads

import io.github.cachetronomy.core.engine.reads.Flight
import kotlinx.coroutines.ThreadContextElement
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.coroutineContext

/**
 * Tells code that runs inside of a loader which flight it belongs to. It travels with the loader's
 * coroutine, and as a thread-local wherever that coroutine runs, so that a suspending loader that
 * calls the blocking face, or the other way round, is still recognised.
 */
internal class LoadChain(
    private val flight: Flight,
) : AbstractCoroutineContextElement(Key),
    ThreadContextElement<Flight?> {
    override fun updateThreadContext(context: CoroutineContext): Flight? = current.get().also { current.set(flight) }

    override fun restoreThreadContext(
        context: CoroutineContext,
        oldState: Flight?,
    ) = set(oldState)

    companion object Key : CoroutineContext.Key<LoadChain> {
        private val current = ThreadLocal<Flight?>()

        /** The flight whose loader this thread is running. */
        fun ofThread(): Flight? = current.get()

        /** The flight whose loader this coroutine belongs to. */
        suspend fun ofCoroutine(): Flight? = coroutineContext[Key]?.flight ?: current.get()

        /** Runs a blocking loader as part of [flight]. */
        inline fun <R> within(
            flight: Flight,
            load: () -> R,
        ): R {
            val before = current.get()
            current.set(flight)
            try {
                return load()
            } finally {
                set(before)
            }
        }

        private fun set(flight: Flight?) = if (flight == null) current.remove() else current.set(flight)
    }
}
