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
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.NamespaceOptions
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.engine.admin.Administration
import io.github.cachetronomy.core.engine.groups.EntryGroup
import io.github.cachetronomy.core.engine.groups.Members
import io.github.cachetronomy.core.engine.logs.CacheLogs
import io.github.cachetronomy.core.engine.profiles.NamedProfiles
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Pages
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.writes.WriteBatch
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.ValueType
import kotlinx.coroutines.flow.Flow
import java.time.Duration

/**
 * The cache behind both faces: every operation once, in a form that either face can offer.
 *
 * Reads block when they have to ask the store; a suspending face wraps them in [onStore]. Writes are
 * given as a [Write], which each face awaits in its own way. Thread-safe.
 */
@InternalCachetronomyApi
public interface CacheEngine {
    /** The profiles of the file. */
    public val profiles: NamedProfiles

    /** The profile in force. */
    public val profile: Profile

    /** The logs of the file. */
    public val logs: CacheLogs

    /** What is done with the file as a whole. */
    public val administration: Administration

    /** What the state of an object is made with. */
    public val stateTools: StateTools

    /** The events from the moment of collecting on. */
    public val events: Flow<CacheEvent>

    /** How long a call waits for the store at the most. */
    public var patience: Duration

    /** How many loads are under way. */
    public val loadsUnderWay: Int

    /** The time in microseconds since the epoch, as the cache has it. */
    public fun now(): Long

    /** The part of this cache that is called [name], as a cache of its own. It ends with this one. */
    public fun namespace(
        name: String,
        options: NamespaceOptions,
    ): CacheEngine

    /** The entries that have this in common, the same object for whoever asks while anybody holds it. */
    public fun group(members: Members): EntryGroup

    /** Runs [block], which may block on the store, where blocking is allowed. */
    public suspend fun <R> onStore(block: () -> R): R

    /** Refuses a key or a format that no operation takes, with an [IllegalArgumentException]. */
    public fun check(
        key: String,
        options: EntryOptions,
    )

    /** Refuses a format that nothing can be written in, with an [IllegalArgumentException]. */
    public fun requireFormat(format: String)

    /** Tells [listener] of the events from now on, until the result or the cache is closed. */
    public fun listen(listener: CacheEventListener): AutoCloseable

    /** The value of a plain class, if memory has it; [NOTHING] otherwise. Never blocks, and allocates nothing. */
    public fun peek(
        key: String,
        plainClass: Class<*>,
    ): Any?

    /** The value, if memory can answer; [NOTHING] otherwise. Never blocks. */
    public fun getInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any?

    /** The value or [NOTHING]. */
    public fun get(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Any?

    /** What [find] would give, if memory can answer; null otherwise. Never blocks. */
    public fun findInMemory(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
    ): Lookup<Any?>?

    /** The value with its metadata, or why there is none. [strict] turns a value that cannot be decoded into an exception. */
    public fun find(
        key: String,
        type: ValueType,
        version: Long?,
        promote: Boolean,
        strict: Boolean,
    ): Lookup<Any?>

    /** What [getMany] would give, if memory has all [keys]; null otherwise. Never blocks. */
    public fun getManyInMemory(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?>?

    /** The values of those [keys] that have one. */
    public fun getMany(
        keys: Collection<String>,
        type: ValueType,
    ): Map<String, Any?>

    /**
     * The values of those [keys] that have one in the store, whatever memory says.
     *
     * @throws io.github.cachetronomy.core.StoreUnavailableException if the store cannot be read
     */
    public fun getManyFromStore(
        keys: Collection<String>,
        type: ValueType,
        version: Long?,
    ): Map<String, Any?>

    /** Whether there is a live entry that can be served to somebody. */
    public fun contains(key: String): Boolean

    /** The metadata of the live entry, or null. */
    public fun metadata(key: String): EntryMetadata?

    public suspend fun cached(
        key: String,
        request: LoadRequest,
        load: suspend () -> Any?,
    ): Any?

    public fun cachedBlocking(
        key: String,
        request: LoadRequest,
        load: () -> Any?,
    ): Any?

    public suspend fun cachedMany(
        keys: Collection<String>,
        request: LoadRequest,
        load: suspend (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?>

    public fun cachedManyBlocking(
        keys: Collection<String>,
        request: LoadRequest,
        load: (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?>

    public fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<EntryMetadata>

    public fun setMany(
        values: Map<String, Any?>,
        typeOf: (Any?) -> ValueType,
        options: EntryOptions,
    ): Write<Unit>

    public fun delete(key: String): Write<Boolean>

    public fun deleteMany(keys: Collection<String>): Write<Int>

    public fun clear(): Write<Long>

    public fun clearExpired(): Write<List<ExpiredEntry>>

    public fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Write<Long>

    public fun clearByPrefix(prefix: String): Write<Long>

    public fun clearByProfile(name: String): Write<Long>

    public fun touch(
        key: String,
        timeToLive: Duration?,
    ): Write<Boolean>

    public fun setIfAbsent(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean>

    public suspend fun replace(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean

    public fun replaceBlocking(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean

    public suspend fun update(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: suspend (Any?) -> Any?,
    ): Any?

    public fun updateBlocking(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: (Any?) -> Any?,
    ): Any?

    /** The removed value or [NOTHING]. */
    public suspend fun remove(
        key: String,
        type: ValueType,
    ): Any?

    /** The removed value or [NOTHING]. */
    public fun removeBlocking(
        key: String,
        type: ValueType,
    ): Any?

    public fun increment(
        key: String,
        by: Long,
        initial: Long,
        options: EntryOptions,
    ): Write<Long>

    /** Gathers what [commit] then writes at once. */
    public fun newBatch(): WriteBatch

    /** Writes all of [batch] in one transaction, or nothing. Gives whether what it expects of the store was so. */
    public fun commit(batch: WriteBatch): Write<Boolean>

    /** Done when everything before it is in the store, logs included. Where nothing is written that is at once. */
    public fun flush(): Write<Unit>

    public fun evict(key: String): Boolean

    public fun evictAll()

    /**
     * Waits until what was written before is in the store, logs included, for listings to show it; a
     * store that is stuck is listed as it is. Within the bound.
     */
    public fun settle()

    /** As [settle], without holding a thread. */
    public suspend fun settleSuspending()

    /** The keys, without waiting for what is queued; see [settle]. */
    public fun keys(
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<String>

    /** As [keys], only those of entries that [tags] select. */
    public fun keysByTags(
        tags: Set<String>,
        match: TagMatch,
        tier: Tier?,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<String>

    public fun <T> entries(
        type: ValueType,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Pages<CacheEntry<T>>

    public fun hotKeys(limit: Int): List<HotKey>

    public fun stats(): CacheStats

    /** What was asked of the entries, and how many live ones there are. Looks at every key; blocks. */
    public fun groupStats(): GroupStats

    public fun health(): CacheHealth

    @InternalCachetronomyApi
    public companion object {
        /** Stands for «no answer» where null is one. */
        @JvmField
        public val NOTHING: Any = Reader.NOTHING
    }
}
