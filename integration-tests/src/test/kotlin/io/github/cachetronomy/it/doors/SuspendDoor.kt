package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.CachetronautBuilder
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

internal fun openForCoroutines(opening: Opening): Cachetronaut {
    val configure: CachetronautBuilder.() -> Unit = {
        clock = opening.clock
        memoryProbe = opening.memoryProbe
        maxBytesInMemory = opening.maxBytesInMemory
        maxBytesInStore = opening.maxBytesInStore
        durability = opening.durability
        logRetention = opening.logRetention
        opening.profile?.let { given ->
            profile(given.name) {
                timeToLive = given.timeToLive.toKotlinDuration()
                cleanupInterval = given.cleanupInterval.toKotlinDuration()
                maxItemsInMemory = given.maxItemsInMemory
                tags = given.tags
            }
        }
    }
    val store = opening.store
    return if (store == null) Cachetronaut(opening.file, configure) else Cachetronaut(store, configure)
}

internal class SuspendDoor(
    private val cache: Cachetronaut,
) : Door {
    override fun get(
        key: String,
        promote: Boolean,
        version: Long?,
    ): String? = runBlocking { cache.get<String>(key, version, promote) }

    override fun find(
        key: String,
        promote: Boolean,
        version: Long?,
        strict: Boolean,
    ): Lookup<String?> = runBlocking { cache.find<String?>(key, version, promote, strict) }

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = runBlocking { cache.find<Int?>(key, strict = strict) }

    override fun findPerson(key: String): Lookup<Person?> = runBlocking { cache.find<Person>(key) }

    override fun set(
        key: String,
        value: String?,
        terms: Terms,
    ): EntryMetadata = runBlocking { cache.set(key, value, terms.timeToLive, terms.tags, terms.version, terms.format) }

    override fun setFlag(
        key: String,
        value: Boolean,
    ) = runBlocking { cache.set(key, value) }.let {}

    override fun setPerson(
        key: String,
        value: Person,
        terms: Terms,
    ): EntryMetadata = runBlocking { cache.set(key, value, terms.timeToLive, terms.tags, terms.version, terms.format) }

    override fun setOpaque(key: String): EntryMetadata = runBlocking { cache.set(key, Opaque(), format = "protobuf") }

    override fun cached(
        key: String,
        terms: Terms,
        load: () -> String,
    ): String =
        runBlocking {
            cache.cached<String>(key, terms.timeToLive, terms.tags, terms.version, terms.format) { load() }
        }

    override fun cachedOpaque(key: String): Any =
        runBlocking { cache.cached<Opaque>(key, format = "protobuf") { Opaque() } }

    override fun memoize(
        name: String,
        options: FunctionOptions,
        function: (Any?) -> String?,
    ): FunctionDoor = cache.memoizedDoor(name, options, function)

    override fun cachedMany(
        keys: Collection<String>,
        terms: Terms,
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String> =
        runBlocking {
            cache.cachedMany<String>(keys, terms.timeToLive, terms.tags, terms.version, terms.format) { load(it) }
        }

    override fun getMany(keys: Collection<String>): Map<String, String> = runBlocking { cache.getMany<String>(keys) }

    override fun setMany(
        values: Map<String, String>,
        terms: Terms,
    ) = runBlocking { cache.setMany(values, terms.timeToLive, terms.tags, terms.version, terms.format) }

    override fun transaction(writes: TransactionDoor.() -> Unit) =
        runBlocking { cache.transaction { SuspendTransactionDoor(this).writes() } }

    override fun setIfAbsent(
        key: String,
        value: String,
        terms: Terms,
    ): Boolean =
        runBlocking { cache.setIfAbsent(key, value, terms.timeToLive, terms.tags, terms.version, terms.format) }

    override fun replace(
        key: String,
        expected: String,
        value: String,
        terms: Terms,
    ): Boolean =
        runBlocking { cache.replace(key, expected, value, terms.timeToLive, terms.tags, terms.version, terms.format) }

    override fun update(
        key: String,
        terms: Terms,
        change: (String?) -> String,
    ): String =
        runBlocking {
            cache.update<String>(key, terms.timeToLive, terms.tags, terms.version, terms.format) { change(it) }
        }

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
        terms: Terms,
    ): Long = runBlocking { cache.increment(key, by, initial, terms.timeToLive, terms.tags) }

    override fun touch(
        key: String,
        timeToLive: Duration,
    ): Boolean = runBlocking { cache.touch(key, timeToLive) }

    override fun remove(key: String): String? = runBlocking { cache.remove<String>(key) }

    override fun contains(key: String): Boolean = runBlocking { cache.contains(key) }

    override fun delete(key: String): Boolean = runBlocking { cache.delete(key) }

    override fun deleteMany(keys: Collection<String>): Int = runBlocking { cache.deleteMany(keys) }

    override fun evict(key: String): Boolean = cache.evict(key)

    override fun evictAll() = cache.evictAll()

    override fun clear(): Long = runBlocking { cache.clear() }

    override fun clearExpired(): List<ExpiredEntry> = runBlocking { cache.clearExpired() }

    override fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Long = runBlocking { cache.clearByTags(tags, match) }

    override fun clearByPrefix(prefix: String): Long = runBlocking { cache.clearByPrefix(prefix) }

    override fun clearByProfile(name: String): Long = runBlocking { cache.clearByProfile(name) }

    override fun metadata(key: String): EntryMetadata? = runBlocking { cache.metadata(key) }

    override fun keys(): List<String> = runBlocking { cache.keys().toList() }

    override fun keys(
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): List<String> = runBlocking { cache.keys(tier, includeExpired, order, prefix).toList() }

    override fun keysByTags(vararg tags: String): List<String> = runBlocking { cache.keysByTags(tags.toSet()).toList() }

    override fun keysByTags(
        tags: Set<String>,
        match: TagMatch,
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): List<String> = runBlocking { cache.keysByTags(tags, match, tier, includeExpired, order, prefix).toList() }

    override fun entries(
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): List<CacheEntry<String?>> = runBlocking { cache.entries<String?>(includeExpired, order, prefix).toList() }

    override fun numberEntries(): List<CacheEntry<Int?>> = runBlocking { cache.entries<Int>().toList() }

    override fun hotKeys(limit: Int): List<HotKey> = cache.hotKeys(limit)

    override fun stats(): CacheStats = cache.stats()

    override fun groupStats(): GroupStats = runBlocking { cache.groupStats() }

    override fun namespace(
        name: String,
        timeToLive: Duration?,
        maxEntries: Int?,
    ): Door = SuspendDoor(cache.namespace(name, timeToLive, maxEntries))

    override fun health(): CacheHealth = cache.health()

    override fun listen(listener: (CacheEvent) -> Unit): AutoCloseable {
        // It collects, and so gets events, before this returns.
        val collecting =
            CoroutineScope(Dispatchers.IO).launch(start = CoroutineStart.UNDISPATCHED) {
                cache.events.collect { listener(it) }
            }
        return AutoCloseable { collecting.cancel() }
    }

    override fun accessLog(limit: Int): List<AccessRecord> = runBlocking { cache.accessLog.top(limit) }

    override fun accessRecord(key: String): AccessRecord? = runBlocking { cache.accessLog.find(key) }

    override fun evictionLog(limit: Int): List<EvictionRecord> = runBlocking { cache.evictionLog.recent(limit) }

    override val profiles: ProfileDoor = SuspendProfileDoor(cache)

    override val logs: LogDoor = SuspendLogDoor(cache)

    override val admin: AdminDoor = SuspendAdminDoor(cache)

    override fun flush() = runBlocking { cache.flush() }

    override fun close() = cache.close()
}
