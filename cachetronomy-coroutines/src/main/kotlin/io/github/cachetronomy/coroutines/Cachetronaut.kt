package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.NamespaceOptions
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.EngineAccess
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Pages
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.core.spi.ValueType
import kotlinx.coroutines.flow.Flow
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration

/**
 * A cache whose answers survive a restart, for coroutines: decoded values in memory, in front of one
 * SQLite file.
 *
 * ```
 * val cache = Cachetronaut(Path("app.db"))
 * val user = cache.cached<User>("user:7", timeToLive = 5.minutes) { api.fetchUser(7) }
 * ```
 *
 * Thread-safe. A value that memory has is given back without suspending and without a dispatch; where
 * the file is needed the call moves to a thread for blocking work. Values in memory are the very
 * objects that were written or loaded: treat them as immutable.
 *
 * A time to live of null is the profile's, [Duration.INFINITE] is for ever, and anything not positive
 * is refused with an [IllegalArgumentException]. Tags of null are the profile's. So is a key that is
 * empty, longer than 65,536 chars, or holds a lone surrogate. Calls after [close] throw
 * [CacheClosedException].
 *
 * A fault of the file costs a miss or a dropped write, an event and a word in [health], and no caller
 * more than the bound set in the builder.
 *
 * A [namespace] is such a cache, too, of keys that are its own.
 */
public class Cachetronaut internal constructor(
    internal val access: EngineAccess,
) : AutoCloseable {
    private val types = ConcurrentHashMap<KType, ValueType>()

    /** The profiles of the file, and which of them is in force. */
    public val profiles: Profiles = Profiles { access.engine }

    /** How often keys were read, as the file counts it. */
    public val accessLog: AccessLog = AccessLog { access.engine }

    /** What left the cache and why, as the file records it. */
    public val evictionLog: EvictionLog = EvictionLog { access.engine }

    /** What is done with the file as a whole: check, vacuum, backup, SQL, export and import. */
    public val admin: Admin = Admin { access.engine }

    /**
     * What happens in the cache, from the moment of collecting until it is closed. A slow collector
     * loses the oldest waiting events; [stats] counts them.
     */
    public val events: Flow<CacheEvent> get() = access.engine.events

    /**
     * The part of this cache that is called [name], as a cache with keys of its own: no two namespaces ever meet, whatever
     * their names and keys are. It is there as soon as something is written to it, in the same file.
     *
     * ```
     * val orders = cache.namespace("orders", timeToLive = 5.minutes, maxEntries = 1_000)
     * orders.set("17", order)
     * ```
     *
     * All operations are about its own entries, and know keys by what they are called in it: listings, removals and
     * `clear…`, [evictAll], [hotKeys], [stats], [events]. Removals by tag leave the tag's other entries alone; [clear] is
     * logged as a removal by prefix. What is about the file as a whole is that of the whole cache: [profiles],
     * [accessLog], [evictionLog], [admin], [health], [flush]. Of [events], those that are about the whole come as they are.
     * A namespace has namespaces, too, whose entries are also its own.
     *
     * This cache has all entries of its namespaces, under keys that begin with `@`, the length of the name, `:`, the name
     * and `:`; its [clear] removes them, too. There the logs and [io.github.cachetronomy.core.RecursiveLoadException] name
     * them so, and the name counts for the length of a key.
     *
     * A namespace ends with this cache. [close] of it does nothing. Whoever asks for the same name, while anybody holds
     * on to it, shares its counts and its cap: better keep it than ask for it anew. Does not suspend, and reads no file.
     *
     * @param timeToLive of entries that do not say so themselves; null = as this cache has it
     * @param maxEntries the most entries there may be, in memory and file together, of which the one goes first that was
     * not used for longest, before the call returns that makes it too many; null = any number, or what was set before. A cap that is set takes effect with the next call
     * of the namespace. What others write past the namespace, in other processes or under whole keys, is counted then, and
     * not before
     * @throws IllegalArgumentException if the name is empty, longer than 255 chars, or holds a lone surrogate, the time to
     * live is not positive, or the cap negative
     */
    public fun namespace(
        name: String,
        timeToLive: Duration? = null,
        maxEntries: Int? = null,
    ): Cachetronaut {
        var options = NamespaceOptions.defaults()
        options(micros(timeToLive), null, null, null).timeToLive?.let { options = options.withTimeToLive(it) }
        if (maxEntries != null) options = options.withMaxEntries(maxEntries)
        return Cachetronaut(access.namespace(name, options))
    }

    /**
     * The value of [key], or null if there is none. A cached null is null too; [find] tells them apart.
     *
     * @param version the version that counts; an entry of another one is a miss. Null = any
     * @param promote false = the read is neither counted nor copied to memory
     */
    public suspend inline fun <reified T> get(
        key: String,
        version: Long? = null,
        promote: Boolean = true,
    ): T? {
        if (version == null && promote) {
            val value = peek(key, T::class.java)
            if (value !== NOTHING) return value as T?
        }
        return getElsewhere(key, typeOf<T>(), version, promote) as T?
    }

    /**
     * The value of [key] with its metadata and the tier that had it, or the reason why there is none.
     *
     * @param strict true = a value that is there and cannot be decoded as [T] throws
     * [io.github.cachetronomy.core.DecodingFailedException] instead of being a miss
     */
    public suspend inline fun <reified T> find(
        key: String,
        version: Long? = null,
        promote: Boolean = true,
        strict: Boolean = false,
    ): Lookup<T> {
        @Suppress("UNCHECKED_CAST")
        return findAnywhere(key, typeOf<T>(), version, promote, strict) as Lookup<T>
    }

    /**
     * The value of [key], from memory, from the file, or from [load], which runs at most once however
     * many callers wait for the key, whether they suspend, block or hold a future.
     *
     * [load] runs with the caller's context (dispatcher, MDC, names) but in the cache's scope: it goes
     * on when this caller is cancelled, as long as another one waits, and is cancelled when the last
     * one leaves. What it throws reaches every waiter as thrown and is not cached. The value is
     * returned as soon as memory has it; its row follows.
     *
     * @param version stamped on a loaded value; an entry of another version is loaded anew
     * @throws io.github.cachetronomy.core.RecursiveLoadException if [load] waits for its own result
     */
    public suspend inline fun <reified T> cached(
        key: String,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
        crossinline load: suspend () -> T,
    ): T {
        val lives = micros(timeToLive)
        if (format != null) requireFormat(format)
        if (version == null) {
            val value = peek(key, T::class.java)
            if (value !== NOTHING && value is T) return value
        }
        // The lambda and the type are made only now: a hit allocates neither.
        return cachedElsewhere(key, typeOf<T>(), lives, tags, version, format) { load() } as T
    }

    // Members, not extensions: a lambda without parameters would have two readings among those.

    /** As the extension [io.github.cachetronomy.coroutines.memoize] for one argument, for a function of no argument. */
    public inline fun <reified R> memoize(
        name: String,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        options: FunctionOptions = FunctionOptions.defaults(),
        noinline function: suspend () -> R,
    ): Memoized0<R> = Memoized0(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

    /** As the extension [io.github.cachetronomy.coroutines.memoizeBlocking] for one argument, for a function of no argument. */
    public inline fun <reified R> memoizeBlocking(
        name: String,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        options: FunctionOptions = FunctionOptions.defaults(),
        noinline function: () -> R,
    ): BlockingMemoized0<R> = BlockingMemoized0(cachedFunction(name, typeOf<R>(), timeToLive, tags, options), function)

    /**
     * The values of [keys]: what memory and the file have, and for all that is missing one call of
     * [load]. Keys that another caller is loading already are waited for, not loaded again. A key that
     * [load] leaves out is left out here.
     */
    public suspend inline fun <reified T> cachedMany(
        keys: Collection<String>,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
        noinline load: suspend (missing: Set<String>) -> Map<String, T>,
    ): Map<String, T> {
        @Suppress("UNCHECKED_CAST")
        return cachedManyElsewhere(keys, typeOf<T>(), micros(timeToLive), tags, version, format, load) as Map<String, T>
    }

    /** The values of those [keys] that have one, in the order of [keys]; cached nulls are in it. */
    public suspend inline fun <reified T> getMany(keys: Collection<String>): Map<String, T> {
        @Suppress("UNCHECKED_CAST")
        return getManyElsewhere(keys, typeOf<T>()) as Map<String, T>
    }

    /**
     * Writes [value] to memory and file. Returns when it is as safe as the cache's durability says.
     * Cancelling withdraws the write, unless its commit has begun.
     *
     * @throws io.github.cachetronomy.core.EncodingFailedException if the value cannot be encoded;
     * memory and file are then as before
     * @throws IllegalArgumentException if [format] is not registered
     */
    public suspend inline fun <reified T> set(
        key: String,
        value: T,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
    ): EntryMetadata = setTyped(key, value, typeOf<T>(), micros(timeToLive), tags, version, format)

    /** Writes all [values] in one transaction: after a crash either all are there or none. Otherwise as [set]. */
    public suspend inline fun <reified T> setMany(
        values: Map<String, T>,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
    ): Unit = setManyTyped(values, typeOf<T>(), micros(timeToLive), tags, version, format)

    /**
     * Makes all the writes and removals that [writes] asks for in one transaction: readers see all of them or
     * none, also after a crash. Returns when it is committed, whatever the cache's durability. What [writes]
     * throws is thrown on, and nothing is written then; the same goes for cancelling before the commit has begun.
     *
     * [writes] runs at once, in the caller's context and under no lock. It cannot suspend, and so load nothing.
     *
     * @throws io.github.cachetronomy.core.StoreUnavailableException if the store does not take it; memory and file
     * are then as before
     */
    public suspend fun transaction(writes: Transaction.() -> Unit) {
        val batch = engine.newBatch()
        Transaction(batch, ::valueType).writes()
        engine.commit(batch).awaitSuspending()
    }

    /** Writes [value] if there is no live entry, atomically and across processes. Returns whether it did. */
    public suspend inline fun <reified T> setIfAbsent(
        key: String,
        value: T,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
    ): Boolean = setIfAbsentTyped(key, value, typeOf<T>(), micros(timeToLive), tags, version, format)

    /** Writes [value] if the entry's value equals [expected], atomically and across processes. Returns whether it did. */
    public suspend inline fun <reified T> replace(
        key: String,
        expected: T,
        value: T,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
    ): Boolean = replaceTyped(key, expected, value, typeOf<T>(), micros(timeToLive), tags, version, format)

    /**
     * Writes what [change] makes of the present value, null where there is none, and returns it.
     * Atomic across processes: if the entry changed meanwhile, [change] is called again with the new
     * value, so it should have no effects of its own. It runs in the caller's context, under no lock.
     *
     * @throws io.github.cachetronomy.core.DecodingFailedException if there is a live value of another type
     */
    public suspend inline fun <reified T> update(
        key: String,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
        noinline change: suspend (T?) -> T,
    ): T {
        @Suppress("UNCHECKED_CAST")
        val untyped = change as suspend (Any?) -> Any?
        return updateTyped(key, typeOf<T>(), micros(timeToLive), tags, version, format, untyped) as T
    }

    /**
     * Adds [by] to the whole number under [key], atomically and across processes, and returns the sum.
     * Where there is none, counting begins at [initial] with the time to live and tags given; an
     * existing entry keeps its own.
     *
     * @throws io.github.cachetronomy.core.DecodingFailedException if the value is no whole number in JSON
     * @throws ArithmeticException if the sum does not fit a Long
     */
    public suspend fun increment(
        key: String,
        by: Long = 1,
        initial: Long = 0,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
    ): Long = engine.increment(key, by, initial, options(micros(timeToLive), tags, null, null)).awaitSuspending()

    /** Gives a live entry a new time to live. Returns whether there was one. */
    public suspend fun touch(
        key: String,
        timeToLive: Duration? = null,
    ): Boolean = engine.touch(key, options(micros(timeToLive), null, null, null).timeToLive).awaitSuspending()

    /** Removes the entry and returns its value, atomically: of many callers one gets it. Null if there is none of type [T]. */
    public suspend inline fun <reified T> remove(key: String): T? = removeTyped(key, typeOf<T>()) as T?

    /** Whether there is a live entry. */
    public suspend fun contains(key: String): Boolean = engine.onStore { engine.contains(key) }

    /** Removes the entry from memory and file. Returns whether there was a live one. */
    public suspend fun delete(key: String): Boolean = engine.delete(key).awaitSuspending()

    /** Removes the entries of [keys] in one transaction. Returns how many of them were live. */
    public suspend fun deleteMany(keys: Collection<String>): Int = engine.deleteMany(keys).awaitSuspending()

    /** Takes the entry out of memory and leaves the file. Returns whether memory had it. */
    public fun evict(key: String): Boolean = engine.evict(key)

    /** Empties memory and leaves the file. */
    public fun evictAll(): Unit = engine.evictAll()

    /** Removes every entry. Returns how many there were in the file. */
    public suspend fun clear(): Long = engine.clear().awaitSuspending()

    /** Removes the expired entries and returns them. They would not be served anyway; this gives back their space. */
    public suspend fun clearExpired(): List<ExpiredEntry> = engine.clearExpired().awaitSuspending()

    /**
     * Removes the entries that [tags] select. Returns how many there were. A load that began before is
     * not kept, and nobody who asks from now on waits for it.
     */
    public suspend fun clearByTags(
        tags: Set<String>,
        match: TagMatch = TagMatch.ANY,
    ): Long = engine.clearByTags(tags, match).awaitSuspending()

    /** Removes the entries whose key begins with [prefix], as [clearByTags] does. Returns how many there were. */
    public suspend fun clearByPrefix(prefix: String): Long = engine.clearByPrefix(prefix).awaitSuspending()

    /**
     * Removes the entries that were last written under the profile [name], as [clearByTags] does; they are
     * logged as removed by tag. Returns how many there were.
     */
    public suspend fun clearByProfile(name: String): Long = engine.clearByProfile(name).awaitSuspending()

    /** What is known of the live entry beside its value, or null if there is none. */
    public suspend fun metadata(key: String): EntryMetadata? = engine.onStore { engine.metadata(key) }

    /**
     * The keys of one tier, or of both without repeats where [tier] is null. Fetched page by page
     * while they are collected; entries that come or go meanwhile may or may not be among them.
     */
    public fun keys(
        tier: Tier? = null,
        includeExpired: Boolean = false,
        order: KeyOrder = KeyOrder.SORTED,
        prefix: String = "",
    ): Flow<String> = flowOf { engine.keys(tier, includeExpired, order, prefix) }

    /**
     * The keys of entries that [tags] select, otherwise as [keys] gives them. What may have one of the tags is read page
     * by page, and never all of it at once.
     */
    public fun keysByTags(
        tags: Set<String>,
        match: TagMatch = TagMatch.ANY,
        tier: Tier? = null,
        includeExpired: Boolean = false,
        order: KeyOrder = KeyOrder.SORTED,
        prefix: String = "",
    ): Flow<String> = flowOf { engine.keysByTags(tags, match, tier, includeExpired, order, prefix) }

    /** The entries of the file with their values, page by page. One that cannot be read is listed with its reason. */
    public inline fun <reified T> entries(
        includeExpired: Boolean = false,
        order: KeyOrder = KeyOrder.SORTED,
        prefix: String = "",
    ): Flow<CacheEntry<T>> = entriesTyped(typeOf<T>(), includeExpired, order, prefix)

    /** The most read of the keys that memory holds, most read first. */
    public fun hotKeys(limit: Int = 10): List<HotKey> = engine.hotKeys(limit)

    /**
     * What the cache did since it was opened. Of a [namespace]: what was asked through it and what became of its entries,
     * since the first of those who share it asked for it; looks at every key in memory.
     */
    public fun stats(): CacheStats = engine.stats()

    /** How often reads found a value and how often not, and how many live entries there are. Lists every key. */
    public suspend fun groupStats(): GroupStats = engine.onStore { engine.groupStats() }

    /** Whether the cache works as it was set up to, and why not. */
    public fun health(): CacheHealth = engine.health()

    /**
     * Waits until everything written before is committed.
     *
     * @throws io.github.cachetronomy.core.StoreUnavailableException if that cannot be done within the bound
     */
    public suspend fun flush(): Unit = engine.flush().awaitSuspending()

    /**
     * Ends this cache: saves the [states][state] that are to be saved on closing, cancels its loads, writes what is
     * queued and closes the file, unless somebody else has the file open in this JVM. Blocks for five seconds at the
     * most; closing twice is closing once. Callers who wait for a load get [CacheClosedException]. On a [namespace] it
     * does nothing.
     */
    override fun close(): Unit = access.close()

    internal val engine: CacheEngine get() = access.engine

    internal fun valueType(type: KType): ValueType = types.getOrPut(type) { ValueType.of(type) }

    @PublishedApi
    internal fun peek(
        key: String,
        plainClass: Class<*>,
    ): Any? = access.engine.peek(key, plainClass)

    @PublishedApi
    internal suspend fun getElsewhere(
        key: String,
        type: KType,
        version: Long?,
        promote: Boolean,
    ): Any? {
        val engine = engine
        val valueType = valueType(type)
        var value = engine.getInMemory(key, valueType, version, promote)
        if (value === NOTHING) value = engine.onStore { engine.get(key, valueType, version, promote) }
        return if (value === NOTHING) null else value
    }

    @PublishedApi
    internal fun requireFormat(format: String): Unit = engine.requireFormat(format)

    @PublishedApi
    internal suspend fun findAnywhere(
        key: String,
        type: KType,
        version: Long?,
        promote: Boolean,
        strict: Boolean,
    ): Lookup<Any?> {
        val engine = engine
        val valueType = valueType(type)
        return engine.findInMemory(key, valueType, version, promote)
            ?: engine.onStore { engine.find(key, valueType, version, promote, strict) }
    }

    @PublishedApi
    internal suspend fun cachedElsewhere(
        key: String,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
        load: suspend () -> Any?,
    ): Any? = engine.cached(key, request(type, timeToLive, tags, version, format), load)

    @PublishedApi
    internal suspend fun cachedManyElsewhere(
        keys: Collection<String>,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
        load: suspend (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> = engine.cachedMany(keys, request(type, timeToLive, tags, version, format), load)

    @PublishedApi
    internal suspend fun getManyElsewhere(
        keys: Collection<String>,
        type: KType,
    ): Map<String, Any?> {
        val engine = engine
        val valueType = valueType(type)
        return engine.getManyInMemory(keys, valueType) ?: engine.onStore { engine.getMany(keys, valueType) }
    }

    @PublishedApi
    internal suspend fun setTyped(
        key: String,
        value: Any?,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
    ): EntryMetadata =
        engine.set(key, value, valueType(type), options(timeToLive, tags, version, format)).awaitSuspending()

    @PublishedApi
    internal suspend fun setManyTyped(
        values: Map<String, Any?>,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
    ) {
        val valueType = valueType(type)
        engine.setMany(values, { valueType }, options(timeToLive, tags, version, format)).awaitSuspending()
    }

    @PublishedApi
    internal suspend fun setIfAbsentTyped(
        key: String,
        value: Any?,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
    ): Boolean =
        engine.setIfAbsent(key, value, valueType(type), options(timeToLive, tags, version, format)).awaitSuspending()

    @PublishedApi
    internal suspend fun replaceTyped(
        key: String,
        expected: Any?,
        value: Any?,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
    ): Boolean = engine.replace(key, expected, value, valueType(type), options(timeToLive, tags, version, format))

    @PublishedApi
    internal suspend fun updateTyped(
        key: String,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
        change: suspend (Any?) -> Any?,
    ): Any? = engine.update(key, valueType(type), options(timeToLive, tags, version, format), change)

    @PublishedApi
    internal suspend fun removeTyped(
        key: String,
        type: KType,
    ): Any? = engine.remove(key, valueType(type)).takeUnless { it === NOTHING }

    @PublishedApi
    internal fun <T> entriesTyped(
        type: KType,
        includeExpired: Boolean,
        order: KeyOrder,
        prefix: String,
    ): Flow<CacheEntry<T>> = flowOf { engine.entries(valueType(type), includeExpired, order, prefix) }

    internal fun request(
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
    ) = LoadRequest(valueType(type), options(timeToLive, tags, version, format), type.isMarkedNullable)

    private fun <T> flowOf(open: () -> Pages<T>): Flow<T> = pagedFlow({ engine }) { open() }

    public companion object {
        /**
         * Opens the cache in [file] to be looked at, whoever else has it open: reads see what is committed, and
         * nothing in the file is changed. `cached` gives what the file has or loads, and keeps nothing; nothing
         * is kept in memory either. What would write throws an [IllegalStateException].
         *
         * It joins no cache that is open on the file in this JVM, and of the settings only `serializers`, `clock`,
         * `storePatience` and `loaderDispatcher` matter. A file that the Python package made is read as it is.
         * SQLite may leave its own `-wal` and `-shm` beside the file.
         *
         * Blocks while it opens the file.
         *
         * @throws io.github.cachetronomy.core.ForeignFileException if the file is another application's database
         * @throws io.github.cachetronomy.core.StoreUnavailableException if there is no file, or no cache in it, or
         * it cannot be read
         */
        public fun openReadOnly(
            file: Path,
            configure: CachetronautBuilder.() -> Unit = {},
        ): Cachetronaut {
            val config = CachetronautBuilder().apply(configure).config().apply { this.file = file }
            return Cachetronaut(Engines.openReadOnly(config))
        }
    }
}
