package io.github.cachetronomy.core.engine.namespaces

import io.github.cachetronomy.core.CacheEvent

/** [event] as those see it who listen to the namespace: of its own keys, and of the file as a whole; null = of another key. */
internal fun NamespaceKeys.inner(event: CacheEvent): CacheEvent? {
    fun own(key: String) = if (key.length > prefix.length && key.startsWith(prefix)) inner(key) else null
    return when (event) {
        is CacheEvent.Loaded -> own(event.key)?.let { event.copy(key = it) }

        is CacheEvent.LoadFailed -> own(event.key)?.let { event.copy(key = it) }

        is CacheEvent.NotKept -> own(event.key)?.let { event.copy(key = it) }

        is CacheEvent.Removed -> own(event.key)?.let { event.copy(key = it) }

        is CacheEvent.WriteDropped -> own(event.key)?.let { event.copy(key = it) }

        is CacheEvent.RowRejected -> own(event.key)?.let { event.copy(key = it) }

        is CacheEvent.NotReadableByPython -> own(event.key)?.let { event.copy(key = it) }

        is CacheEvent.Cleared, is CacheEvent.FileSetAside, is CacheEvent.ProfileActivated,
        is CacheEvent.HealthChanged, is CacheEvent.CloseIncomplete,
        -> event
    }
}
