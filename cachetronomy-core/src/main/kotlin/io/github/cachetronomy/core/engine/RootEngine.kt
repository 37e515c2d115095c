package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.NamespaceOptions
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.access.ReadCounts
import io.github.cachetronomy.core.engine.admin.Administration
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.engine.events.Listeners
import io.github.cachetronomy.core.engine.groups.EntryGroup
import io.github.cachetronomy.core.engine.groups.EntryGroups
import io.github.cachetronomy.core.engine.groups.Members
import io.github.cachetronomy.core.engine.loads.Loads
import io.github.cachetronomy.core.engine.loads.ManyLoads
import io.github.cachetronomy.core.engine.logs.CacheLogs
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.namespaces.Namespace
import io.github.cachetronomy.core.engine.namespaces.NamespaceCap
import io.github.cachetronomy.core.engine.namespaces.Namespaces
import io.github.cachetronomy.core.engine.profiles.NamedProfiles
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.Selection
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.engine.reads.Listing
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Pages
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.reads.Reading
import io.github.cachetronomy.core.engine.reads.Wanted
import io.github.cachetronomy.core.engine.reads.metadataOf
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.upkeep.Jobs
import io.github.cachetronomy.core.engine.upkeep.StoreQuota
import io.github.cachetronomy.core.engine.writes.AtomicWrites
import io.github.cachetronomy.core.engine.writes.CompareAndSet
import io.github.cachetronomy.core.engine.writes.Drafts
import io.github.cachetronomy.core.engine.writes.GatheredWrites
import io.github.cachetronomy.core.engine.writes.Removals
import io.github.cachetronomy.core.engine.writes.Sets
import io.github.cachetronomy.core.engine.writes.Transactions
import io.github.cachetronomy.core.engine.writes.WriteBatch
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requireKey
import io.github.cachetronomy.core.text.requirePrefix
import io.github.cachetronomy.core.text.requireTag
import kotlinx.coroutines.flow.Flow
import java.time.Duration

/** The engine of a whole cache: hands every operation to the part that does it. Thread-safe. */
internal class RootEngine(
    private val memory: MemoryTier,
    private val reader: Reader,
    private val drafts: Drafts,
    private val sets: Sets,
    private val removals: Removals,
    private val atomicWrites: AtomicWrites,
    private val transactions: Transactions,
    private val loads: Loads,
    private val manyLoads: ManyLoads,
    private val compareAndSet: CompareAndSet,
    private val listing: Listing,
    private val flights: Flights,
    private val queue: WriteQueue,
    private val slot: StoreSlot,
    private val scope: EngineScope,
    private val jobs: Jobs,
    private val quota: StoreQuota,
    private val counters: Counters,
    private val reads: ReadCounts,
    private val health: HealthBoard,
    private val hub: EventHub,
    private val clock: CacheClock,
    private val policy: WritePolicy,
    private val closing: Closing,
    private val listeners: Listeners,
    override val profiles: NamedProfiles,
    private val book: LogBook,
    override val logs: CacheLogs,
    override val administration: Administration,
    override val stateTools: StateTools,
    private val groups: EntryGroups,
    private val namespaces: Namespaces,
) : CacheEngine {
    override val profile: Profile get() = profiles.active

    override val events: Flow<CacheEvent> = hub.events()

    /** What [seen] makes of the events; [lost] tells of one that came too fast. */
    internal fun events(
        seen: (CacheEvent) -> CacheEvent?,
        lost: () -> Unit,
    ): Flow<CacheEvent> = hub.events(seen, lost)

    override var patience: Duration
        get() = queue.patience
        set(patience) {
            queue.patience = patience
            slot.patience = patience
        }

    override val loadsUnderWay: Int get() = flights.count

    override fun now(): Long = clock.now()

    override fun namespace(
        name: String,
        options: NamespaceOptions,
    ): CacheEngine = namespace(null, name, options)

    /** The namespace called [name] inside of [around], or of the whole. */
    internal fun namespace(
        around: Namespace?,
        name: String,
        options: NamespaceOptions,
    ): CacheEngine {
        val namespace = namespaces.of(around, name)
        options.maxEntries?.let { namespace.maxEntries = it }
        return NamespaceEngine(this, namespace, NamespaceCap(namespace, scope), options.timeToLive)
    }

    override fun group(members: Members): EntryGroup = group(members, "")

    /** The [members] as those see them who leave out [prefix], with which all their keys begin. */
    internal fun group(
        members: Members,
        prefix: String,
    ): EntryGroup = EntryGroup(groups.of(members), prefix)

    override suspend fun <R> onStore(block: () -> R): R = scope.onStore(block)

    override fun check(
        key: String,
        options: EntryOptions,
    ): Unit = drafts.check(key, options)

    override fun requireFormat(format: String): Unit = drafts.requireFormat(format)

    override fun listen(listener: CacheEventListener): AutoCloseable = open { listeners.add(listener) }

    /** As the other, of what [seen] makes of the events; [lost] tells of one that came too fast. */
    internal fun listen(
        listener: CacheEventListener,
        seen: (CacheEvent) -> CacheEvent?,
        lost: () -> Unit,
    ): AutoCloseable = open { listeners.add(listener, seen, lost) }

    override fun peek(
        key: String,
        plainClass: Class<*>,
    ): Any? = reader.peek(key, plainClass)

    override fun getInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any? = getInMemory(key, Wanted(type, version, promote))

    internal fun getInMemory(
        key: String,
        wanted: Wanted,
    ): Any? {
        val reading = reader.inMemory(key, wanted)
        return if (reading is Reading.Found) reading.value else CacheEngine.NOTHING
    }

    override fun get(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any? = get(key, Wanted(type, version, promote))

    internal fun get(
        key: String,
        wanted: Wanted,
    ): Any? {
        refuseIfClosed()
        return when (val reading = reader.read(key, wanted)) {
            is Reading.Found -> reading.value
            is Reading.Missed -> CacheEngine.NOTHING
        }
    }

    override fun findInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Lookup<Any?>? = findInMemory(key, Wanted(type, version, promote))

    internal fun findInMemory(
        key: String,
        wanted: Wanted,
    ): Lookup<Any?>? {
        refuseIfClosed()
        val found = reader.inMemory(requireKey(key), wanted) ?: return null
        return Lookup.Hit(found.value, reader.metadata(found), found.source)
    }

    override fun find(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
        strict: Boolean,
    ): Lookup<Any?> = find(key, Wanted(type, version, promote), strict)

    internal fun find(
        key: String,
        wanted: Wanted,
        strict: Boolean,
    ): Lookup<Any?> {
        refuseIfClosed()
        return when (val reading = reader.read(key, wanted)) {
            is Reading.Found -> {
                Lookup.Hit(reading.value, reader.metadata(reading), reading.source)
            }

            is Reading.Missed -> {
                if (strict && reading.reason in UNDECODABLE) {
                    val detail = reading.detail ?: "it is not a ${wanted.type}"
                    throw DecodingFailedException(key, reading.reason, detail, reading.cause)
                }
                Lookup.Miss(reading.reason)
            }
        }
    }

    override fun getManyInMemory(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?>? = getManyInMemory(keys, Wanted(type))

    internal fun getManyInMemory(
        keys: Collection<String>,
        wanted: Wanted,
    ): Map<String, Any?>? {
        refuseIfClosed()
        if (!keys.all { reader.hasInMemory(requireKey(it), wanted.type) }) return null
        val values = LinkedHashMap<String, Any?>()
        // One that leaves just now is for the caller to look for elsewhere, with all others.
        for (key in keys) values[key] = (reader.inMemory(key, wanted) ?: return null).value
        return values
    }

    override fun getMany(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?> = getMany(keys, Wanted(type))

    internal fun getMany(
        keys: Collection<String>,
        wanted: Wanted,
    ): Map<String, Any?> {
        refuseIfClosed()
        val readings = reader.readAll(LinkedHashSet(keys), wanted)
        return keys.mapNotNull { key -> (readings[key] as? Reading.Found)?.let { key to it.value } }.toMap()
    }

    override fun getManyFromStore(
        keys: Collection<String>,
        type: ValueType,
        version: Long?,
    ): Map<String, Any?> {
        refuseIfClosed()
        val values = HashMap<String, Any?>()
        reader.readAll(LinkedHashSet(keys), Wanted(type, version), fromMemory = false).forEach { (key, reading) ->
            if (reading is Reading.Found) values[key] = reading.value
            if (reading is Reading.Missed && reading.reason == MissReason.UNAVAILABLE) {
                throw StoreUnavailableException("the store cannot be read: ${reading.detail}", reading.cause)
            }
        }
        return values
    }

    override fun contains(key: String): Boolean = metadata(key) != null

    override fun metadata(key: String): EntryMetadata? {
        refuseIfClosed()
        requireKey(key)
        val row = reader.rowOrNull(key)
        if (row != null) return if (reader.isLive(row)) metadataOf(row, stored = reader.isStored(key)) else null
        val entry = memory.peek(key) ?: return null
        val live = clock.now() < entry.expiresAt && entry.order >= reader.verifiedSince
        return if (live) metadataOf(key, entry, stored = false) else null
    }

    override suspend fun cached(
        key: String,
        request: LoadRequest,
        load: suspend () -> Any?,
    ): Any? {
        refuseIfClosed()
        return loads.cached(key, request, load)
    }

    override fun cachedBlocking(
        key: String,
        request: LoadRequest,
        load: () -> Any?,
    ): Any? {
        refuseIfClosed()
        return loads.cachedBlocking(key, request, load)
    }

    override suspend fun cachedMany(
        keys: Collection<String>,
        request: LoadRequest,
        load: suspend (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        refuseIfClosed()
        return manyLoads.cachedMany(keys, request, load)
    }

    override fun cachedManyBlocking(
        keys: Collection<String>,
        request: LoadRequest,
        load: (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        refuseIfClosed()
        return manyLoads.cachedManyBlocking(keys, request, load)
    }

    override fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<EntryMetadata> = writing { sets.set(key, value, type, options) }

    override fun setMany(
        values: Map<String, Any?>,
        typeOf: (Any?) -> ValueType,
        options: EntryOptions,
    ): Write<Unit> = writing { sets.setMany(values, typeOf, options) }

    override fun delete(key: String): Write<Boolean> = writing { removals.delete(listOf(key)).map { it.isNotEmpty() } }

    override fun deleteMany(keys: Collection<String>): Write<Int> = writing { removals.delete(keys).map { it.size } }

    override fun clear(): Write<Long> = writing { removals.clear() }

    override fun clearExpired(): Write<List<ExpiredEntry>> = clearExpired("")

    internal fun clearExpired(prefix: String): Write<List<ExpiredEntry>> =
        writing { removals.removeExpired(Int.MAX_VALUE, prefix) }

    override fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Write<Long> = clearByTags(tags, match, "")

    internal fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
        prefix: String,
    ): Write<Long> = writing { removals.clearByTags(tags, match, prefix) }

    override fun clearByPrefix(prefix: String): Write<Long> = writing { removals.clearByPrefix(prefix) }

    override fun clearByProfile(name: String): Write<Long> = clearByProfile(name, "")

    internal fun clearByProfile(
        name: String,
        prefix: String,
    ): Write<Long> = writing { removals.clearByProfile(name, prefix) }

    override fun touch(
        key: String,
        timeToLive: Duration?,
    ): Write<Boolean> = writing { atomicWrites.touch(key, timeToLive?.let(EntryOptions.Companion::requirePositive)) }

    override fun setIfAbsent(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> = writing { atomicWrites.setIfAbsent(key, value, type, options) }

    override suspend fun replace(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean {
        refuseIfReadOnly()
        return compareAndSet.replace(key, expected, value, type, options)
    }

    override fun replaceBlocking(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean = writing { compareAndSet.replaceBlocking(key, expected, value, type, options) }

    override suspend fun update(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: suspend (Any?) -> Any?,
    ): Any? {
        refuseIfReadOnly()
        return compareAndSet.update(key, type, options, change)
    }

    override fun updateBlocking(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: (Any?) -> Any?,
    ): Any? = writing { compareAndSet.updateBlocking(key, type, options, change) }

    override suspend fun remove(
        key: String,
        type: ValueType,
    ): Any? {
        refuseIfReadOnly()
        return compareAndSet.remove(key, type)
    }

    override fun removeBlocking(
        key: String,
        type: ValueType,
    ): Any? = writing { compareAndSet.removeBlocking(key, type) }

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
        options: EntryOptions,
    ): Write<Long> = writing { atomicWrites.increment(key, by, initial, options) }

    override fun newBatch(): GatheredWrites = writing { GatheredWrites(drafts) }

    override fun commit(batch: WriteBatch): Write<Boolean> {
        require(batch is GatheredWrites) { "the batch is of another cache" }
        return transactions.commit(batch.end())
    }

    override fun flush(): Write<Unit> =
        open {
            QueuedWrite(
                queue,
                false,
                { if (policy.isReadOnly) null else book.barrier() },
                { },
                { fault ->
                    throw StoreUnavailableException("not everything could be written: ${fault.message}", fault)
                },
            )
        }

    override fun evict(key: String): Boolean = open { removals.evict(key) }

    override fun evictAll(): Unit = evictAll("")

    internal fun evictAll(prefix: String): Unit = open { removals.evictAll(prefix) }

    override fun settle() {
        try {
            flush().await()
        } catch (_: StoreUnavailableException) {
            // Listed without what is still queued.
        }
    }

    override suspend fun settleSuspending() {
        try {
            flush().awaitSuspending()
        } catch (_: StoreUnavailableException) {
            // Listed without what is still queued.
        }
    }

    override fun keys(
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<String> = open { listing.keys(tier, includeExpired, order, requirePrefix(prefix)) }

    override fun keysByTags(
        tags: Set<String>,
        match: TagMatch,
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<String> =
        open {
            // A copy: the caller may change its set while the pages are read.
            val tagged = Selection.Tagged(tags.mapTo(LinkedHashSet(), ::requireTag), match)
            requirePrefix(prefix)
            if (tagged.tags.isEmpty() && match != TagMatch.EXACT) {
                Pages { null }
            } else {
                listing.keys(tier, includeExpired, order, prefix, tagged)
            }
        }

    override fun <T> entries(
        type: ValueType,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<CacheEntry<T>> = open { listing.entries(type, includeExpired, order, requirePrefix(prefix)) }

    override fun hotKeys(limit: Int): List<HotKey> = hotKeys(limit, "")

    internal fun hotKeys(
        limit: Int,
        prefix: String,
    ): List<HotKey> = open { reads.hottest(limit, prefix) }

    override fun stats(): CacheStats = open { counters.snapshot(memory.size, hub.droppedCount) }

    /** What was counted of [namespace]. Looks at every key in memory. */
    internal fun stats(namespace: Namespace): CacheStats =
        open {
            var inMemory = 0L
            memory.forEach { key, _ -> if (key.startsWith(namespace.keys.prefix)) inMemory++ }
            namespace.counters.snapshot(inMemory, namespace.lostEvents.sum())
        }

    override fun groupStats(): GroupStats {
        val stats = stats()
        return GroupStats(stats.hits, stats.misses, groups.count(Members.Prefixed("")), null)
    }

    override fun health(): CacheHealth = open { health.health }

    /** Begins the jobs. */
    internal fun start() = jobs.start()

    /**
     * Does what [owner], who is about to close the cache, has left to be done. Waits for it within a bound, and gives
     * the end of it for [close].
     */
    internal fun finish(owner: Any): Long = closing.deadline().also { closing.finish(owner, it) }

    /** Ends it all until [deadline]; does nothing the second time. */
    internal fun close(deadline: Long = closing.deadline()) = closing.close(deadline)

    /** Refuses to go on without the store, if it cannot be had. */
    internal fun requireStore() {
        if (slot.substituted) throw StoreUnavailableException("the cache is open already and works in memory only")
    }

    /** Takes over what can be changed while the engine runs. */
    internal fun adopt(config: EngineConfig) {
        config.durability?.let { policy.durability = it }
        config.requireStore?.let { policy.requireStore = it }
        config.pythonCompatible?.let { drafts.pythonReaders.required = it }
        config.patience?.let { patience = it }
        config.logRetention?.let { book.retention = it }
        config.maxBytesInStore?.let { quota.maxBytes = it }
    }

    private inline fun <R> open(block: () -> R): R {
        refuseIfClosed()
        return block()
    }

    private inline fun <R> writing(block: () -> R): R {
        refuseIfReadOnly()
        return block()
    }

    private fun refuseIfReadOnly() = policy.refuseIfReadOnly()

    private fun refuseIfClosed() = policy.refuseIfClosed()

    private companion object {
        private val UNDECODABLE = setOf(MissReason.SHAPE, MissReason.DECODING, MissReason.FORMAT)
    }
}
