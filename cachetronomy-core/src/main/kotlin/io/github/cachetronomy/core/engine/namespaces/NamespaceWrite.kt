package io.github.cachetronomy.core.engine.namespaces

import io.github.cachetronomy.core.engine.queue.Write

/** A write in a namespace: the cap is known before, and what is too many afterwards goes. */
internal class NamespaceWrite<R>(
    private val namespace: Namespace,
    private val cap: NamespaceCap,
    private val write: Write<R>,
    /** The keys of the whole cache that have been written, as the result says. */
    private val written: (R) -> Collection<String>,
) : Write<R> {
    override fun await(): R {
        cap.learn()
        val result = namespace.keys.reporting { write.await() }
        written(result).forEach(namespace::written)
        cap.trim()
        return result
    }

    override suspend fun awaitSuspending(): R {
        cap.learnSuspending()
        val result = namespace.keys.reporting { write.awaitSuspending() }
        written(result).forEach(namespace::written)
        cap.trimSuspending()
        return result
    }
}
