package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.NamespaceOptions
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.interop.AsyncCachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.KeyQuery
import io.github.cachetronomy.interop.ReadOptions
import io.github.cachetronomy.interop.TypeRef
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import kotlin.time.Duration
import kotlin.time.toJavaDuration

private val STRING = object : TypeRef<String?>() {}

internal fun openForJava(opening: Opening): BlockingCachetronaut {
    val store = opening.store
    val builder =
        if (store == null) BlockingCachetronaut.builder(opening.file) else BlockingCachetronaut.builder(store)
    builder.clock(opening.clock)
    opening.memoryProbe?.let(builder::memoryProbe)
    opening.profile?.let { builder.profile(it) }
    opening.maxBytesInMemory?.let { builder.maxBytesInMemory(it) }
    opening.maxBytesInStore?.let { builder.maxBytesInStore(it) }
    opening.durability?.let { builder.durability(it) }
    opening.logRetention?.let { builder.logRetention(it) }
    return builder.build()
}

/** What never waits, and what is read piece by piece, is the same call for those who block and those who hold futures. */
internal abstract class JavaDoor(
    protected val cache: BlockingCachetronaut,
) : Door {
    override val profiles: ProfileDoor = JavaProfileDoor(cache)

    override val logs: LogDoor = JavaLogDoor(cache)

    override fun evict(key: String): Boolean = cache.evict(key)

    override fun evictAll() = cache.evictAll()

    override fun keys(
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): List<String> {
        val query = query(includeExpired, order, prefix)
        return cache.keys(if (tier == null) query else query.withTier(tier)).toList()
    }

    override fun keysByTags(
        tags: Set<String>,
        match: TagMatch,
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): List<String> {
        val query = query(includeExpired, order, prefix)
        return cache.keysByTags(tags, match, if (tier == null) query else query.withTier(tier)).toList()
    }

    override fun entries(
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): List<CacheEntry<String?>> = cache.entries(String::class.java, query(includeExpired, order, prefix)).toList()

    override fun numberEntries(): List<CacheEntry<Int?>> =
        cache.entries(Int::class.javaObjectType, KeyQuery.defaults()).toList()

    override fun hotKeys(limit: Int): List<HotKey> = cache.hotKeys(limit)

    override fun stats(): CacheStats = cache.stats()

    override fun health(): CacheHealth = cache.health()

    override fun listen(listener: (CacheEvent) -> Unit): AutoCloseable = cache.listen { listener(it) }

    override fun accessLog(limit: Int): List<AccessRecord> = cache.accessLog().top(limit)

    override fun accessRecord(key: String): AccessRecord? = cache.accessLog().find(key).orElse(null)

    override fun evictionLog(limit: Int): List<EvictionRecord> = cache.evictionLog().recent(limit)

    override fun close() = cache.close()

    private fun query(
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): KeyQuery = KeyQuery.prefix(prefix).withIncludeExpired(includeExpired).withOrder(order)
}

internal class BlockingDoor(
    cache: BlockingCachetronaut,
) : JavaDoor(cache) {
    override val admin: AdminDoor = BlockingAdminDoor(cache)

    override fun get(
        key: String,
        promote: Boolean,
        version: Long?,
    ): String? = cache.get(key, String::class.java, readOptions(promote, version, strict = false)).orElse(null)

    override fun find(
        key: String,
        promote: Boolean,
        version: Long?,
        strict: Boolean,
    ): Lookup<String?> = cache.find(key, String::class.java, readOptions(promote, version, strict))

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = cache.find(key, Int::class.javaObjectType, ReadOptions.defaults().withStrict(strict))

    override fun findPerson(key: String): Lookup<Person?> = cache.find(key, Person::class.java)

    override fun set(
        key: String,
        value: String?,
        terms: Terms,
    ): EntryMetadata = cache.set(key, value, STRING, terms.options())

    override fun setFlag(
        key: String,
        value: Boolean,
    ) {
        cache.set(key, value)
    }

    override fun setPerson(
        key: String,
        value: Person,
        terms: Terms,
    ): EntryMetadata = cache.set(key, value, terms.options())

    override fun setOpaque(key: String): EntryMetadata = cache.set(key, Opaque(), EntryOptions.format("protobuf"))

    override fun cached(
        key: String,
        terms: Terms,
        load: () -> String,
    ): String = cache.cached(key, String::class.java, terms.options()) { load() }

    override fun cachedOpaque(key: String): Any =
        cache.cached(key, Opaque::class.java, EntryOptions.format("protobuf")) { Opaque() }

    override fun memoize(
        name: String,
        options: FunctionOptions,
        function: (Any?) -> String?,
    ): FunctionDoor = cache.memoizedDoor(name, options, function)

    override fun cachedMany(
        keys: Collection<String>,
        terms: Terms,
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String> = cache.cachedMany(keys, String::class.java, terms.options()) { load(it) }

    override fun getMany(keys: Collection<String>): Map<String, String> = cache.getMany(keys, String::class.java)

    override fun setMany(
        values: Map<String, String>,
        terms: Terms,
    ) = cache.setMany(values, terms.options())

    override fun transaction(writes: TransactionDoor.() -> Unit) =
        cache.transaction { JavaTransactionDoor(it).writes() }

    override fun setIfAbsent(
        key: String,
        value: String,
        terms: Terms,
    ): Boolean = cache.setIfAbsent(key, value, terms.options())

    override fun replace(
        key: String,
        expected: String,
        value: String,
        terms: Terms,
    ): Boolean = cache.replace(key, expected, value, terms.options())

    override fun update(
        key: String,
        terms: Terms,
        change: (String?) -> String,
    ): String = cache.update(key, String::class.java, terms.options()) { change(it) }

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
        terms: Terms,
    ): Long = cache.increment(key, by, initial, terms.options())

    override fun touch(
        key: String,
        timeToLive: Duration,
    ): Boolean = cache.touch(key, timeToLive.toJavaDuration())

    override fun remove(key: String): String? = cache.remove(key, String::class.java).orElse(null)

    override fun contains(key: String): Boolean = cache.contains(key)

    override fun delete(key: String): Boolean = cache.delete(key)

    override fun deleteMany(keys: Collection<String>): Int = cache.deleteMany(keys)

    override fun clear(): Long = cache.clear()

    override fun clearExpired(): List<ExpiredEntry> = cache.clearExpired()

    override fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Long = cache.clearByTags(tags, match)

    override fun clearByPrefix(prefix: String): Long = cache.clearByPrefix(prefix)

    override fun clearByProfile(name: String): Long = cache.clearByProfile(name)

    override fun metadata(key: String): EntryMetadata? = cache.metadata(key).orElse(null)

    override fun keysByTags(vararg tags: String): List<String> = cache.keysByTags(tags.toSet()).toList()

    override fun keys(): List<String> = cache.keys().toList()

    override fun groupStats(): GroupStats = cache.groupStats()

    override fun namespace(
        name: String,
        timeToLive: Duration?,
        maxEntries: Int?,
    ): Door =
        BlockingDoor(
            if (timeToLive == null && maxEntries == null) {
                cache.namespace(name)
            } else {
                cache.namespace(name, namespaceOptions(timeToLive, maxEntries))
            },
        )

    override fun flush() = cache.flush()
}

internal class FutureDoor(
    cache: BlockingCachetronaut,
) : JavaDoor(cache) {
    private val async: AsyncCachetronaut = cache.async()

    override val logs: LogDoor = FutureLogDoor(async)

    override val admin: AdminDoor = FutureAdminDoor(cache)

    override fun get(
        key: String,
        promote: Boolean,
        version: Long?,
    ): String? = async.get(key, String::class.java, readOptions(promote, version, strict = false)).now().orElse(null)

    override fun find(
        key: String,
        promote: Boolean,
        version: Long?,
        strict: Boolean,
    ): Lookup<String?> = async.find(key, String::class.java, readOptions(promote, version, strict)).now()

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = async.find(key, Int::class.javaObjectType, ReadOptions.defaults().withStrict(strict)).now()

    override fun findPerson(key: String): Lookup<Person?> = async.find(key, Person::class.java).now()

    override fun set(
        key: String,
        value: String?,
        terms: Terms,
    ): EntryMetadata = async.set(key, value, STRING, terms.options()).now()

    override fun setFlag(
        key: String,
        value: Boolean,
    ) {
        async.set(key, value).now()
    }

    override fun setPerson(
        key: String,
        value: Person,
        terms: Terms,
    ): EntryMetadata = async.set(key, value, terms.options()).now()

    override fun setOpaque(key: String): EntryMetadata = async.set(key, Opaque(), EntryOptions.format("protobuf")).now()

    override fun cached(
        key: String,
        terms: Terms,
        load: () -> String,
    ): String = async.cached(key, String::class.java, terms.options()) { CompletableFuture.supplyAsync(load) }.now()

    override fun cachedOpaque(key: String): Any =
        async
            .cached(key, Opaque::class.java, EntryOptions.format("protobuf")) {
                CompletableFuture.completedFuture(Opaque())
            }.now()

    override fun memoize(
        name: String,
        options: FunctionOptions,
        function: (Any?) -> String?,
    ): FunctionDoor = cache.memoizedFutureDoor(name, options, function)

    override fun cachedMany(
        keys: Collection<String>,
        terms: Terms,
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String> =
        async
            .cachedMany(keys, String::class.java, terms.options()) {
                CompletableFuture.completedFuture(load(it))
            }.now()

    override fun getMany(keys: Collection<String>): Map<String, String> = async.getMany(keys, String::class.java).now()

    override fun setMany(
        values: Map<String, String>,
        terms: Terms,
    ) {
        async.setMany(values, terms.options()).now()
    }

    override fun transaction(writes: TransactionDoor.() -> Unit) {
        async.transaction { JavaTransactionDoor(it).writes() }.now()
    }

    override fun setIfAbsent(
        key: String,
        value: String,
        terms: Terms,
    ): Boolean = async.setIfAbsent(key, value, terms.options()).now()

    override fun replace(
        key: String,
        expected: String,
        value: String,
        terms: Terms,
    ): Boolean = async.replace(key, expected, value, terms.options()).now()

    override fun update(
        key: String,
        terms: Terms,
        change: (String?) -> String,
    ): String = async.update(key, String::class.java, terms.options()) { change(it) }.now()

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
        terms: Terms,
    ): Long = async.increment(key, by, initial, terms.options()).now()

    override fun touch(
        key: String,
        timeToLive: Duration,
    ): Boolean = async.touch(key, timeToLive.toJavaDuration()).now()

    override fun remove(key: String): String? = async.remove(key, String::class.java).now().orElse(null)

    override fun contains(key: String): Boolean = async.contains(key).now()

    override fun delete(key: String): Boolean = async.delete(key).now()

    override fun deleteMany(keys: Collection<String>): Int = async.deleteMany(keys).now()

    override fun clear(): Long = async.clear().now()

    override fun clearExpired(): List<ExpiredEntry> = async.clearExpired().now()

    override fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Long = async.clearByTags(tags, match).now()

    override fun clearByPrefix(prefix: String): Long = async.clearByPrefix(prefix).now()

    override fun clearByProfile(name: String): Long = async.clearByProfile(name).now()

    override fun metadata(key: String): EntryMetadata? = async.metadata(key).now().orElse(null)

    override fun keys(): List<String> = async.keys().now()

    override fun groupStats(): GroupStats = async.groupStats().now()

    override fun namespace(
        name: String,
        timeToLive: Duration?,
        maxEntries: Int?,
    ): Door =
        FutureDoor(
            if (timeToLive == null && maxEntries == null) {
                async.namespace(name).blocking()
            } else {
                async.namespace(name, namespaceOptions(timeToLive, maxEntries)).blocking()
            },
        )

    override fun keysByTags(vararg tags: String): List<String> = async.keysByTags(tags.toSet()).now()

    /** Futures have one form, without a query. */
    override fun keysByTags(
        tags: Set<String>,
        match: TagMatch,
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): List<String> =
        if (tier == null && !includeExpired && order == KeyOrder.SORTED && prefix.isEmpty()) {
            async.keysByTags(tags, match).now()
        } else {
            super.keysByTags(tags, match, tier, includeExpired, order, prefix)
        }

    override fun flush() {
        async.flush().now()
    }
}

/** The result, or the failure as the future holds it. */
internal fun <T> CompletableFuture<T>.now(): T =
    try {
        get()
    } catch (failed: ExecutionException) {
        throw failed.cause ?: failed
    }

internal fun Terms.options(): EntryOptions {
    var options = EntryOptions.defaults()
    if (timeToLive == Duration.INFINITE) options = options.withoutExpiry()
    if (timeToLive != null && timeToLive.isFinite()) options = options.withTimeToLive(timeToLive.toJavaDuration())
    if (tags != null) options = options.withTags(tags)
    if (version != null) options = options.withVersion(version)
    if (format != null) options = options.withFormat(format)
    return options
}

private fun namespaceOptions(
    timeToLive: Duration?,
    maxEntries: Int?,
): NamespaceOptions {
    var options = NamespaceOptions.defaults()
    if (timeToLive == Duration.INFINITE) options = options.withoutExpiry()
    if (timeToLive != null && timeToLive.isFinite()) options = options.withTimeToLive(timeToLive.toJavaDuration())
    return if (maxEntries == null) options else options.withMaxEntries(maxEntries)
}

private fun readOptions(
    promote: Boolean,
    version: Long?,
    strict: Boolean,
): ReadOptions {
    val options = ReadOptions.defaults().withPromote(promote).withStrict(strict)
    return if (version == null) options else options.withVersion(version)
}
