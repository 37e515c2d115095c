package io.github.cachetronomy.core.engine.namespaces

import io.github.cachetronomy.core.engine.tasks.EngineScope

/** Keeps the entries of a namespace, and of those around it, within their caps; for callers who block and for those who suspend. */
internal class NamespaceCap(
    private val namespace: Namespace,
    private val scope: EngineScope,
) {
    /** Once a cap was set: finds out what is there, and removes what is too many. Costs nothing otherwise. */
    fun learn() {
        if (namespace.isUnknown) namespace.look().forEach { it.await() }
    }

    suspend fun learnSuspending() {
        if (namespace.isUnknown) scope.onStore(namespace::look).forEach { it.awaitSuspending() }
    }

    /** Removes what is too many since something was written. */
    fun trim() = namespace.surplus().forEach { it.await() }

    suspend fun trimSuspending() = namespace.surplus().forEach { it.awaitSuspending() }
}
