package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.NamespaceOptions
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.engine.CacheEngine.Companion.NOTHING
import io.github.cachetronomy.core.engine.admin.Administration
import io.github.cachetronomy.core.engine.groups.EntryGroup
import io.github.cachetronomy.core.engine.groups.Members
import io.github.cachetronomy.core.engine.groups.behind
import io.github.cachetronomy.core.engine.logs.CacheLogs
import io.github.cachetronomy.core.engine.namespaces.Namespace
import io.github.cachetronomy.core.engine.namespaces.NamespaceCap
import io.github.cachetronomy.core.engine.namespaces.NamespaceLoads
import io.github.cachetronomy.core.engine.namespaces.NamespaceWrite
import io.github.cachetronomy.core.engine.namespaces.inner
import io.github.cachetronomy.core.engine.profiles.NamedProfiles
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Pages
import io.github.cachetronomy.core.engine.reads.Wanted
import io.github.cachetronomy.core.engine.writes.GatheredWrites
import io.github.cachetronomy.core.engine.writes.WriteBatch
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requirePrefix
import kotlinx.coroutines.flow.Flow
import java.time.Duration

/**
 * The engine of one namespace: the whole cache's, asked for keys with the namespace in front, which no answer shows.
 * What is not about entries is the whole cache's. Thread-safe.
 *
 * Before anything is read or written the cap is known; what an explicit write makes too many is gone when it returns.
 */
internal class NamespaceEngine(
    private val root: RootEngine,
    private val namespace: Namespace,
    private val cap: NamespaceCap,
    /** How long entries live that do not say so; null = as long as the profile says. */
    private val timeToLive: Duration?,
) : CacheEngine {
    private val keys = namespace.keys
    private val counters = namespace.counters
    private val loads = NamespaceLoads(namespace)

    override val profiles: NamedProfiles get() = root.profiles

    override val profile: Profile get() = root.profile

    override val logs: CacheLogs get() = root.logs

    override val administration: Administration get() = root.administration

    override val stateTools: StateTools get() = root.stateTools

    override val events: Flow<CacheEvent> = root.events(keys::inner, namespace.lostEvents::increment)

    override var patience: Duration by root::patience

    override val loadsUnderWay: Int get() = root.loadsUnderWay

    override fun now(): Long = root.now()

    override fun namespace(
        name: String,
        options: NamespaceOptions,
    ): CacheEngine {
        val inherited = timeToLive?.takeIf { options.timeToLive == null }
        return root.namespace(namespace, name, inherited?.let(options::withTimeToLive) ?: options)
    }

    override fun group(members: Members): EntryGroup = root.group(members.behind(keys.prefix), keys.prefix)

    override suspend fun <R> onStore(block: () -> R): R = root.onStore(block)

    override fun check(
        key: String,
        options: EntryOptions,
    ): Unit = root.check(keys.outer(key), options)

    override fun requireFormat(format: String): Unit = root.requireFormat(format)

    override fun listen(listener: CacheEventListener): AutoCloseable =
        root.listen(listener, keys::inner, namespace.lostEvents::increment)

    override fun peek(
        key: String,
        plainClass: Class<*>,
    ): Any? {
        if (key.isEmpty() || namespace.isUnknown) return NOTHING
        val outer = keys.prefix + key
        val value = root.peek(outer, plainClass)
        if (value !== NOTHING) {
            counters.memoryHit()
            namespace.used(outer)
        }
        return value
    }

    override fun getInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any? {
        if (key.isEmpty() || namespace.isUnknown) return NOTHING
        val outer = keys.prefix + key
        return root.getInMemory(outer, wanted(type, version, promote)).also { use(outer, it !== NOTHING && promote) }
    }

    override fun get(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any? {
        val outer = keys.outer(key)
        cap.learn()
        return root.get(outer, wanted(type, version, promote)).also { use(outer, it !== NOTHING && promote) }
    }

    override fun findInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Lookup<Any?>? {
        val outer = keys.outer(key)
        if (namespace.isUnknown) return null
        val found = root.findInMemory(outer, wanted(type, version, promote)) ?: return null
        use(outer, promote)
        return keys.inner(found)
    }

    override fun find(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
        strict: Boolean,
    ): Lookup<Any?> {
        val outer = keys.outer(key)
        cap.learn()
        val found = keys.reporting { root.find(outer, wanted(type, version, promote), strict) }
        use(outer, found.isHit && promote)
        return keys.inner(found)
    }

    override fun getManyInMemory(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?>? {
        val outer = this.keys.outer(keys)
        if (namespace.isUnknown) return null
        return root.getManyInMemory(outer, wanted(type))?.let(::used)
    }

    override fun getMany(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?> {
        val outer = this.keys.outer(keys)
        cap.learn()
        return used(root.getMany(outer, wanted(type)))
    }

    override fun getManyFromStore(
        keys: Collection<String>,
        type: ValueType,
        version: Long?,
    ): Map<String, Any?> {
        val outer = this.keys.outer(keys)
        cap.learn()
        return used(root.getManyFromStore(outer, type, version))
    }

    override fun contains(key: String): Boolean {
        val outer = keys.outer(key)
        cap.learn()
        return root.contains(outer)
    }

    override fun metadata(key: String): EntryMetadata? {
        val outer = keys.outer(key)
        cap.learn()
        return root.metadata(outer)?.of(key)
    }

    override suspend fun cached(
        key: String,
        request: LoadRequest,
        load: suspend () -> Any?,
    ): Any? {
        val outer = keys.outer(key)
        cap.learnSuspending()
        val value = root.cached(outer, within(request)) { loads.loaded(outer, load(), request) }
        namespace.used(outer)
        cap.trimSuspending()
        return value
    }

    override fun cachedBlocking(
        key: String,
        request: LoadRequest,
        load: () -> Any?,
    ): Any? {
        val outer = keys.outer(key)
        cap.learn()
        val value = root.cachedBlocking(outer, within(request)) { loads.loaded(outer, load(), request) }
        namespace.used(outer)
        cap.trim()
        return value
    }

    override suspend fun cachedMany(
        keys: Collection<String>,
        request: LoadRequest,
        load: suspend (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        val outer = this.keys.outer(keys)
        cap.learnSuspending()
        val values =
            root.cachedMany(outer, within(request)) { missing ->
                loads.loadedMany(load(loads.inner(missing)), missing, request)
            }
        return used(values).also { cap.trimSuspending() }
    }

    override fun cachedManyBlocking(
        keys: Collection<String>,
        request: LoadRequest,
        load: (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        val outer = this.keys.outer(keys)
        cap.learn()
        val values =
            root.cachedManyBlocking(outer, within(request)) { missing ->
                loads.loadedMany(load(loads.inner(missing)), missing, request)
            }
        return used(values).also { cap.trim() }
    }

    override fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<EntryMetadata> {
        val outer = keys.outer(key)
        val write = keys.reporting { root.set(outer, value, type, withTimeToLive(options)) }
        return write.told { listOf(outer) }.map { it.of(key) }
    }

    override fun setMany(
        values: Map<String, Any?>,
        typeOf: (Any?) -> ValueType,
        options: EntryOptions,
    ): Write<Unit> {
        val outer = values.mapKeysTo(LinkedHashMap()) { (key, _) -> keys.outer(key) }
        return keys.reporting { root.setMany(outer, typeOf, withTimeToLive(options)) }.told { outer.keys }
    }

    override fun delete(key: String): Write<Boolean> = root.delete(keys.outer(key))

    override fun deleteMany(keys: Collection<String>): Write<Int> = root.deleteMany(this.keys.outer(keys))

    override fun clear(): Write<Long> = root.clearByPrefix(keys.prefix)

    override fun clearExpired(): Write<List<ExpiredEntry>> =
        root.clearExpired(keys.prefix).map { expired -> expired.map { it.copy(key = keys.inner(it.key)) } }

    override fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Write<Long> = root.clearByTags(tags, match, keys.prefix)

    override fun clearByPrefix(prefix: String): Write<Long> = root.clearByPrefix(keys.prefix + requirePrefix(prefix))

    override fun clearByProfile(name: String): Write<Long> = root.clearByProfile(name, keys.prefix)

    override fun touch(
        key: String,
        timeToLive: Duration?,
    ): Write<Boolean> = root.touch(keys.outer(key), timeToLive ?: this.timeToLive)

    override fun setIfAbsent(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> {
        val outer = keys.outer(key)
        val write = keys.reporting { root.setIfAbsent(outer, value, type, withTimeToLive(options)) }
        return write.told { done -> listOf(outer).filter { done } }
    }

    override suspend fun replace(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean {
        val outer = keys.outer(key)
        cap.learnSuspending()
        val done = keys.reporting { root.replace(outer, expected, value, type, withTimeToLive(options)) }
        if (done) namespace.written(outer)
        cap.trimSuspending()
        return done
    }

    override fun replaceBlocking(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean {
        val outer = keys.outer(key)
        cap.learn()
        val done = keys.reporting { root.replaceBlocking(outer, expected, value, type, withTimeToLive(options)) }
        if (done) namespace.written(outer)
        cap.trim()
        return done
    }

    override suspend fun update(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: suspend (Any?) -> Any?,
    ): Any? {
        val outer = keys.outer(key)
        cap.learnSuspending()
        val value = keys.reporting { root.update(outer, type, withTimeToLive(options), change) }
        namespace.written(outer)
        cap.trimSuspending()
        return value
    }

    override fun updateBlocking(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: (Any?) -> Any?,
    ): Any? {
        val outer = keys.outer(key)
        cap.learn()
        val value = keys.reporting { root.updateBlocking(outer, type, withTimeToLive(options), change) }
        namespace.written(outer)
        cap.trim()
        return value
    }

    override suspend fun remove(
        key: String,
        type: ValueType,
    ): Any? {
        val outer = keys.outer(key)
        cap.learnSuspending()
        return root.remove(outer, type)
    }

    override fun removeBlocking(
        key: String,
        type: ValueType,
    ): Any? {
        val outer = keys.outer(key)
        cap.learn()
        return root.removeBlocking(outer, type)
    }

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
        options: EntryOptions,
    ): Write<Long> {
        val outer = keys.outer(key)
        return root.increment(outer, by, initial, withTimeToLive(options)).told { listOf(outer) }
    }

    /** Puts what is gathered under the keys of the whole cache. */
    private inner class Batch(
        val gathered: GatheredWrites,
    ) : WriteBatch {
        override fun set(
            key: String,
            value: Any?,
            type: ValueType,
            options: EntryOptions,
        ): Unit = keys.reporting { gathered.set(keys.outer(key), value, type, withTimeToLive(options)) }

        override fun delete(key: String): Unit = gathered.delete(keys.outer(key))

        override fun expect(
            key: String,
            holds: (StoredEntry?) -> Boolean,
        ): Unit = gathered.expect(keys.outer(key), holds)

        override fun expectPresent(key: String): Unit = gathered.expectPresent(keys.outer(key))
    }

    override fun newBatch(): WriteBatch = Batch(root.newBatch())

    override fun commit(batch: WriteBatch): Write<Boolean> {
        require(batch is Batch) { "the batch is of another cache" }
        return root.commit(batch.gathered).told { isDone -> if (isDone) batch.gathered.written else emptyList() }
    }

    override fun flush(): Write<Unit> = root.flush()

    override fun evict(key: String): Boolean = root.evict(keys.outer(key))

    override fun evictAll(): Unit = root.evictAll(keys.prefix)

    override fun settle() {
        cap.learn()
        root.settle()
    }

    override suspend fun settleSuspending() {
        cap.learnSuspending()
        root.settleSuspending()
    }

    override fun keys(
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<String> = keys.inner(root.keys(tier, includeExpired, order, keys.prefix + requirePrefix(prefix)))

    override fun keysByTags(
        tags: Set<String>,
        match: TagMatch,
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<String> {
        val outer = keys.prefix + requirePrefix(prefix)
        return keys.inner(root.keysByTags(tags, match, tier, includeExpired, order, outer))
    }

    override fun <T> entries(
        type: ValueType,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<CacheEntry<T>> {
        val outer = keys.prefix + requirePrefix(prefix)
        return keys.innerEntries(root.entries(type, includeExpired, order, outer))
    }

    override fun hotKeys(limit: Int): List<HotKey> =
        root.hotKeys(limit, keys.prefix).map { it.copy(key = keys.inner(it.key)) }

    override fun stats(): CacheStats = root.stats(namespace)

    override fun groupStats(): GroupStats {
        cap.learn()
        val stats = stats()
        return GroupStats(stats.hits, stats.misses, namespace.count(), namespace.maxEntries)
    }

    override fun health(): CacheHealth = root.health()

    private fun wanted(
        type: ValueType,
        version: Long? = null,
        promote: Boolean = true,
    ) = Wanted(type, version, promote, counters)

    private fun within(request: LoadRequest) = request.within(withTimeToLive(request.options), counters)

    private fun withTimeToLive(options: EntryOptions): EntryOptions =
        if (timeToLive == null || options.timeToLive != null) options else options.withTimeToLive(timeToLive)

    /** A read found [outer], perhaps. */
    private fun use(
        outer: String,
        found: Boolean,
    ) {
        if (found) namespace.used(outer)
    }

    /** The values that were found, under the keys that the caller knows. */
    private fun used(values: Map<String, Any?>): Map<String, Any?> {
        values.keys.forEach(namespace::used)
        return keys.inner(values)
    }

    private fun <R> Write<R>.told(written: (R) -> Collection<String>): Write<R> =
        NamespaceWrite(namespace, cap, this, written)
}
