package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.engine.CacheEngine

/** How often keys were read, counted in the file across restarts. Thread-safe. */
public class AccessLog internal constructor(
    private val engine: () -> CacheEngine,
) {
    /** The [limit] most read keys, most read first. */
    public suspend fun top(limit: Int = 10): List<AccessRecord> = engine().askSettled { accessTop(limit) }

    /** What is counted of [key], or null. */
    public suspend fun find(key: String): AccessRecord? = engine().askSettled { accessRecord(key) }
}

/** What left the cache, when and why, kept in the file across restarts. Thread-safe. */
public class EvictionLog internal constructor(
    private val engine: () -> CacheEngine,
) {
    /** The last [limit] departures, newest first. */
    public suspend fun recent(limit: Int = 100): List<EvictionRecord> = engine().askSettled { recentEvictions(limit) }
}

/** Asks the file once it has what was counted so far. */
private suspend fun <R> CacheEngine.askSettled(ask: CacheEngine.() -> R): R {
    settleSuspending()
    return onStore { ask() }
}
