package io.github.cachetronomy.core.engine.namespaces

import io.github.cachetronomy.core.engine.reads.LoadRequest

/**
 * What loaders of a namespace are asked for and what they bring, under the keys of the whole cache. What is to be kept
 * counts for the cap as soon as it is loaded: whoever asked for it may have left by the time it is kept.
 */
internal class NamespaceLoads(
    private val namespace: Namespace,
) {
    private val keys = namespace.keys

    /** [value] was loaded for [key]. */
    fun loaded(
        key: String,
        value: Any?,
        request: LoadRequest,
    ): Any? {
        if (request.isKept(value)) namespace.written(key)
        return value
    }

    /** What of [missing] was loaded. */
    fun loadedMany(
        values: Map<String, Any?>,
        missing: Set<String>,
        request: LoadRequest,
    ): Map<String, Any?> {
        val loaded = missing.filter { keys.inner(it) in values }.associateWith { values[keys.inner(it)] }
        loaded.forEach { (key, value) -> loaded(key, value, request) }
        return loaded
    }

    /** What a loader is asked for. */
    fun inner(missing: Set<String>): Set<String> = missing.mapTo(LinkedHashSet(), keys::inner)
}
