package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.engine.queue.Write

/** The [removal] of [keys], which were too many. Where it does not come to its end they stay known, and go another time. */
internal class Trimming(
    private val recency: Recency,
    private val keys: List<String>,
    private val removal: Write<*>,
) : Write<Unit> {
    override fun await() = ending { removal.await() }

    override suspend fun awaitSuspending() = ending { removal.awaitSuspending() }

    private inline fun ending(remove: () -> Unit) {
        var isDone = false
        try {
            remove()
            isDone = true
        } finally {
            if (!isDone) recency.addOlder(keys)
        }
    }
}
