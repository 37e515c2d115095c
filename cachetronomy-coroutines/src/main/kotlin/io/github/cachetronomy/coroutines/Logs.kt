package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.engine.CacheEngine
import kotlinx.coroutines.flow.Flow

/**
 * How often keys were read, counted in the file across restarts: a hit in memory, and a hit in the file that is
 * promoted. Counts reach the file within five seconds, and before this log is asked. Rows outlive their entries for
 * as long as [CachetronautBuilder.logRetention] says.
 *
 * Where the file cannot be read or changed, calls throw
 * [StoreUnavailableException][io.github.cachetronomy.core.StoreUnavailableException]; a cache that was opened
 * read-only refuses changes with an [IllegalStateException]. Cancelling withdraws a change, unless its commit has
 * begun. Thread-safe.
 */
public class AccessLog internal constructor(
    private val engine: () -> CacheEngine,
) {
    /** The [limit] most read keys, most read first, those with equal counts by key. */
    public suspend fun top(limit: Int = 10): List<AccessRecord> = engine().askSettled { logs.topAccessed(limit) }

    /** What is counted of [key], or null. */
    public suspend fun find(key: String): AccessRecord? = engine().askSettled { logs.accessRecord(key) }

    /** Every row, in the order in which the keys were first counted. Fetched page by page while they are collected. */
    public fun list(): Flow<AccessRecord> = pagedFlow(engine) { logs.accessRecords() }

    /** Removes what is counted of [key], the latest reads included. Returns whether there was anything. */
    public suspend fun delete(key: String): Boolean = engine().logs.deleteAccessRecord(key).awaitSuspending()

    /** Removes every row. Returns how many there were. */
    public suspend fun clear(): Long = engine().logs.clearAccessLog().awaitSuspending()
}

/**
 * What left the cache, when and why, kept in the file across restarts for as long as
 * [CachetronautBuilder.logRetention] says. A removal has one row for each entry, whichever tiers had it; overwriting
 * is none. Rows reach the file within five seconds, and before this log is asked.
 *
 * Where the file cannot be read or changed, calls throw
 * [StoreUnavailableException][io.github.cachetronomy.core.StoreUnavailableException]; a cache that was opened
 * read-only refuses changes with an [IllegalStateException]. Cancelling withdraws a change, unless its commit has
 * begun. Thread-safe.
 */
public class EvictionLog internal constructor(
    private val engine: () -> CacheEngine,
) {
    /** The last [limit] departures, newest first. */
    public suspend fun recent(limit: Int = 100): List<EvictionRecord> =
        engine().askSettled { logs.recentEvictions(limit) }

    /** Every row, newest first. Fetched page by page while they are collected. */
    public fun list(): Flow<EvictionRecord> = pagedFlow(engine) { logs.evictionRecords() }

    /** Removes every row. Returns how many there were. */
    public suspend fun clear(): Long = engine().logs.clearEvictionLog().awaitSuspending()
}

/** Asks the file once it has what was counted so far. */
private suspend fun <R> CacheEngine.askSettled(ask: CacheEngine.() -> R): R {
    settleSuspending()
    return onStore { ask() }
}
