package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
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
import io.github.cachetronomy.core.engine.loads.Loads
import io.github.cachetronomy.core.engine.loads.ManyLoads
import io.github.cachetronomy.core.engine.logs.CacheLogs
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.profiles.NamedProfiles
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
import io.github.cachetronomy.core.engine.writes.Removals
import io.github.cachetronomy.core.engine.writes.Sets
import io.github.cachetronomy.core.engine.writes.Transactions
import io.github.cachetronomy.core.engine.writes.WriteBatch
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requireKey
import io.github.cachetronomy.core.text.requirePrefix
import io.github.cachetronomy.core.text.requireTag
import kotlinx.coroutines.flow.Flow
import java.time.Duration

/**
 * The cache behind both faces: every operation once, in a form that either face can offer.
 *
 * Reads block when they have to ask the store; a suspending face wraps them in [onStore]. Writes are
 * given as a [Write], which each face awaits in its own way. Thread-safe.
 */
@InternalCachetronomyApi
public class CacheEngine internal constructor(
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
    /** The profiles of the file. */
    public val profiles: NamedProfiles,
    private val book: LogBook,
    /** The logs of the file. */
    public val logs: CacheLogs,
    /** What is done with the file as a whole. */
    public val administration: Administration,
) {
    /** The profile in force. */
    public val profile: Profile get() = profiles.active

    /** The events from the moment of collecting on. */
    public val events: Flow<CacheEvent> get() = hub.flow

    /** How long a call waits for the store at the most. */
    public var patience: Duration
        get() = queue.patience
        set(patience) {
            queue.patience = patience
            slot.patience = patience
        }

    /** How many loads are under way. */
    public val loadsUnderWay: Int get() = flights.count

    /** Runs [block], which may block on the store, where blocking is allowed. */
    public suspend fun <R> onStore(block: () -> R): R = scope.onStore(block)

    /** Refuses a key or a format that no operation takes, with an [IllegalArgumentException]. */
    public fun check(
        key: String,
        options: EntryOptions,
    ): Unit = drafts.check(key, options)

    /** Refuses a format that nothing can be written in, with an [IllegalArgumentException]. */
    public fun requireFormat(format: String): Unit = drafts.requireFormat(format)

    /** Tells [listener] of the events from now on, until the result or the cache is closed. */
    public fun listen(listener: CacheEventListener): AutoCloseable = open { listeners.add(listener) }

    /** The value of a plain class, if memory has it; [NOTHING] otherwise. Never blocks, and allocates nothing. */
    public fun peek(
        key: String,
        plainClass: Class<*>,
    ): Any? = reader.peek(key, plainClass)

    /** The value, if memory can answer; [NOTHING] otherwise. Never blocks. */
    public fun getInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any? {
        val reading = reader.inMemory(key, Wanted(type, version, promote))
        return if (reading is Reading.Found) reading.value else NOTHING
    }

    /** The value or [NOTHING]. */
    public fun get(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any? {
        refuseIfClosed()
        return when (val reading = reader.read(key, Wanted(type, version, promote))) {
            is Reading.Found -> reading.value
            is Reading.Missed -> NOTHING
        }
    }

    /** What [find] would give, if memory can answer; null otherwise. Never blocks. */
    public fun findInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Lookup<Any?>? {
        refuseIfClosed()
        val found = reader.inMemory(requireKey(key), Wanted(type, version, promote)) ?: return null
        return Lookup.Hit(found.value, reader.metadata(found), found.source)
    }

    /** The value with its metadata, or why there is none. [strict] turns a value that cannot be decoded into an exception. */
    public fun find(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
        strict: Boolean,
    ): Lookup<Any?> {
        refuseIfClosed()
        return when (val reading = reader.read(key, Wanted(type, version, promote))) {
            is Reading.Found -> {
                Lookup.Hit(reading.value, reader.metadata(reading), reading.source)
            }

            is Reading.Missed -> {
                if (strict && reading.reason in UNDECODABLE) {
                    val detail = reading.detail ?: "it is not a $type"
                    throw DecodingFailedException(key, reading.reason, detail, reading.cause)
                }
                Lookup.Miss(reading.reason)
            }
        }
    }

    /** What [getMany] would give, if memory has all [keys]; null otherwise. Never blocks. */
    public fun getManyInMemory(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?>? {
        refuseIfClosed()
        if (!keys.all { reader.hasInMemory(requireKey(it), type) }) return null
        val wanted = Wanted(type)
        val values = LinkedHashMap<String, Any?>()
        // One that leaves just now is for the caller to look for elsewhere, with all others.
        for (key in keys) values[key] = (reader.inMemory(key, wanted) ?: return null).value
        return values
    }

    /** The values of those [keys] that have one. */
    public fun getMany(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?> {
        refuseIfClosed()
        val readings = reader.readAll(LinkedHashSet(keys), Wanted(type))
        return keys.mapNotNull { key -> (readings[key] as? Reading.Found)?.let { key to it.value } }.toMap()
    }

    /** Whether there is a live entry that can be served to somebody. */
    public fun contains(key: String): Boolean = metadata(key) != null

    /** The metadata of the live entry, or null. */
    public fun metadata(key: String): EntryMetadata? {
        refuseIfClosed()
        requireKey(key)
        val row = reader.rowOrNull(key)
        if (row != null) return if (reader.isLive(row)) metadataOf(row, stored = reader.isStored(key)) else null
        val entry = memory.peek(key) ?: return null
        val live = clock.now() < entry.expiresAt && entry.order >= reader.verifiedSince
        return if (live) metadataOf(key, entry, stored = false) else null
    }

    public suspend fun cached(
        key: String,
        request: LoadRequest,
        load: suspend () -> Any?,
    ): Any? {
        refuseIfClosed()
        return loads.cached(key, request, load)
    }

    public fun cachedBlocking(
        key: String,
        request: LoadRequest,
        load: () -> Any?,
    ): Any? {
        refuseIfClosed()
        return loads.cachedBlocking(key, request, load)
    }

    public suspend fun cachedMany(
        keys: Collection<String>,
        request: LoadRequest,
        load: suspend (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        refuseIfClosed()
        return manyLoads.cachedMany(keys, request, load)
    }

    public fun cachedManyBlocking(
        keys: Collection<String>,
        request: LoadRequest,
        load: (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        refuseIfClosed()
        return manyLoads.cachedManyBlocking(keys, request, load)
    }

    public fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<EntryMetadata> = writing { sets.set(key, value, type, options) }

    public fun setMany(
        values: Map<String, Any?>,
        typeOf: (Any?) -> ValueType,
        options: EntryOptions,
    ): Write<Unit> = writing { sets.setMany(values, typeOf, options) }

    public fun delete(key: String): Write<Boolean> = writing { removals.delete(listOf(key)).map { it.isNotEmpty() } }

    public fun deleteMany(keys: Collection<String>): Write<Int> = writing { removals.delete(keys).map { it.size } }

    public fun clear(): Write<Long> = writing { removals.clear() }

    public fun clearExpired(): Write<List<ExpiredEntry>> = writing { removals.removeExpired(Int.MAX_VALUE) }

    public fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Write<Long> = writing { removals.clearByTags(tags, match) }

    public fun clearByPrefix(prefix: String): Write<Long> = writing { removals.clearByPrefix(prefix) }

    public fun clearByProfile(name: String): Write<Long> = writing { removals.clearByProfile(name) }

    public fun touch(
        key: String,
        timeToLive: Duration?,
    ): Write<Boolean> = writing { atomicWrites.touch(key, timeToLive?.let(EntryOptions.Companion::requirePositive)) }

    public fun setIfAbsent(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> = writing { atomicWrites.setIfAbsent(key, value, type, options) }

    public suspend fun replace(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean {
        refuseIfReadOnly()
        return compareAndSet.replace(key, expected, value, type, options)
    }

    public fun replaceBlocking(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean = writing { compareAndSet.replaceBlocking(key, expected, value, type, options) }

    public suspend fun update(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: suspend (Any?) -> Any?,
    ): Any? {
        refuseIfReadOnly()
        return compareAndSet.update(key, type, options, change)
    }

    public fun updateBlocking(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: (Any?) -> Any?,
    ): Any? = writing { compareAndSet.updateBlocking(key, type, options, change) }

    /** The removed value or [NOTHING]. */
    public suspend fun remove(
        key: String,
        type: ValueType,
    ): Any? {
        refuseIfReadOnly()
        return compareAndSet.remove(key, type)
    }

    /** The removed value or [NOTHING]. */
    public fun removeBlocking(
        key: String,
        type: ValueType,
    ): Any? = writing { compareAndSet.removeBlocking(key, type) }

    public fun increment(
        key: String,
        by: Long,
        initial: Long,
        options: EntryOptions,
    ): Write<Long> = writing { atomicWrites.increment(key, by, initial, options) }

    /** Gathers what [commit] then writes at once. */
    public fun newBatch(): WriteBatch = writing { WriteBatch(drafts) }

    /** Writes all of [batch] in one transaction, or nothing. */
    public fun commit(batch: WriteBatch): Write<Unit> = transactions.commit(batch.end())

    /** Done when everything before it is in the store, logs included. Where nothing is written that is at once. */
    public fun flush(): Write<Unit> =
        open {
            Write(
                queue,
                false,
                { if (policy.isReadOnly) null else book.barrier() },
                { },
                { fault ->
                    throw StoreUnavailableException("not everything could be written: ${fault.message}", fault)
                },
            )
        }

    public fun evict(key: String): Boolean = open { removals.evict(key) }

    public fun evictAll(): Unit = open { removals.evictAll() }

    /**
     * Waits until what was written before is in the store, logs included, for listings to show it; a
     * store that is stuck is listed as it is. Within the bound.
     */
    public fun settle() {
        try {
            flush().await()
        } catch (_: StoreUnavailableException) {
            // Listed without what is still queued.
        }
    }

    /** As [settle], without holding a thread. */
    public suspend fun settleSuspending() {
        try {
            flush().awaitSuspending()
        } catch (_: StoreUnavailableException) {
            // Listed without what is still queued.
        }
    }

    /** The keys, without waiting for what is queued; see [settle]. */
    public fun keys(
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<String> = open { listing.keys(tier, includeExpired, order, requirePrefix(prefix)) }

    /** As [keys], only those of entries that [tags] select. */
    public fun keysByTags(
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

    public fun <T> entries(
        type: ValueType,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<CacheEntry<T>> = open { listing.entries(type, includeExpired, order, requirePrefix(prefix)) }

    public fun hotKeys(limit: Int): List<HotKey> = open { reads.hottest(limit) }

    public fun stats(): CacheStats = open { counters.snapshot(memory.size, hub.droppedCount) }

    public fun health(): CacheHealth = open { health.health }

    /** Begins the jobs. */
    internal fun start() = jobs.start()

    /** Ends it all; does nothing the second time. */
    internal fun close() = closing.close()

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

    @InternalCachetronomyApi
    public companion object {
        /** Stands for «no answer» where null is one. */
        @JvmField
        public val NOTHING: Any = Reader.NOTHING
        private val UNDECODABLE = setOf(MissReason.SHAPE, MissReason.DECODING, MissReason.FORMAT)
    }
}
