package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.AsyncCachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.ReadOptions
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.Serializable
import java.nio.file.Path
import java.time.InstantSource
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** A value of the tests, known to both faces. */
@Serializable
data class Person(
    val name: String,
    val age: Int,
)

/** One way to call the cache. The suite says what every way must do. */
interface Door : AutoCloseable {
    fun get(
        key: String,
        promote: Boolean = true,
        version: Long? = null,
    ): String?

    fun find(
        key: String,
        strict: Boolean = false,
    ): Lookup<String?>

    fun findNumber(
        key: String,
        strict: Boolean = false,
    ): Lookup<Int?>

    fun findPerson(key: String): Lookup<Person?>

    fun set(
        key: String,
        value: String?,
        options: EntryOptions = EntryOptions.defaults(),
    ): EntryMetadata

    fun setPerson(
        key: String,
        value: Person,
        options: EntryOptions = EntryOptions.defaults(),
    ): EntryMetadata

    /** Writes something that no format can hold. */
    fun setOpaque(key: String): EntryMetadata

    fun cached(
        key: String,
        options: EntryOptions = EntryOptions.defaults(),
        load: () -> String,
    ): String

    fun cachedMany(
        keys: Collection<String>,
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String>

    fun getMany(keys: Collection<String>): Map<String, String>

    fun setMany(
        values: Map<String, String>,
        options: EntryOptions = EntryOptions.defaults(),
    )

    fun setIfAbsent(
        key: String,
        value: String,
    ): Boolean

    fun replace(
        key: String,
        expected: String,
        value: String,
    ): Boolean

    fun update(
        key: String,
        change: (String?) -> String,
    ): String

    fun increment(
        key: String,
        by: Long = 1,
        initial: Long = 0,
    ): Long

    fun touch(
        key: String,
        timeToLive: java.time.Duration,
    ): Boolean

    fun remove(key: String): String?

    fun contains(key: String): Boolean

    fun delete(key: String): Boolean

    fun deleteMany(keys: Collection<String>): Int

    fun clear(): Long

    fun clearExpired(): List<ExpiredEntry>

    fun clearByTags(
        tags: Set<String>,
        match: TagMatch = TagMatch.ANY,
    ): Long

    fun clearByPrefix(prefix: String): Long

    fun metadata(key: String): EntryMetadata?

    fun flush()

    fun evictAll()
}

/** The three doors by name, each of which opens a cache on a file and a clock. */
val doors: Map<String, (Path, InstantSource) -> Door> =
    mapOf(
        "suspend" to { file, clock -> SuspendDoor(Cachetronaut(file) { this.clock = clock }) },
        "blocking" to { file, clock -> BlockingDoor(BlockingCachetronaut.builder(file).clock(clock).build()) },
        "future" to { file, clock -> FutureDoor(BlockingCachetronaut.builder(file).clock(clock).build()) },
    )

private class Opaque

private class SuspendDoor(
    private val cache: Cachetronaut,
) : Door {
    override fun get(
        key: String,
        promote: Boolean,
        version: Long?,
    ): String? = runBlocking { cache.get<String>(key, version, promote) }

    override fun find(
        key: String,
        strict: Boolean,
    ): Lookup<String?> = runBlocking { cache.find<String?>(key, strict = strict) }

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = runBlocking { cache.find<Int?>(key, strict = strict) }

    override fun findPerson(key: String): Lookup<Person?> = runBlocking { cache.find<Person>(key) }

    override fun set(
        key: String,
        value: String?,
        options: EntryOptions,
    ): EntryMetadata = runBlocking { cache.set(key, value, options.ttl, options.tags, options.version, options.format) }

    override fun setPerson(
        key: String,
        value: Person,
        options: EntryOptions,
    ): EntryMetadata = runBlocking { cache.set(key, value, options.ttl, options.tags, options.version, options.format) }

    override fun setOpaque(key: String): EntryMetadata = runBlocking { cache.set(key, Opaque(), format = "protobuf") }

    override fun cached(
        key: String,
        options: EntryOptions,
        load: () -> String,
    ): String =
        runBlocking {
            cache.cached<String>(key, options.ttl, options.tags, options.version, options.format) { load() }
        }

    override fun cachedMany(
        keys: Collection<String>,
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String> = runBlocking { cache.cachedMany<String>(keys) { load(it) } }

    override fun getMany(keys: Collection<String>): Map<String, String> = runBlocking { cache.getMany<String>(keys) }

    override fun setMany(
        values: Map<String, String>,
        options: EntryOptions,
    ) = runBlocking { cache.setMany(values, options.ttl, options.tags, options.version, options.format) }

    override fun setIfAbsent(
        key: String,
        value: String,
    ): Boolean = runBlocking { cache.setIfAbsent(key, value) }

    override fun replace(
        key: String,
        expected: String,
        value: String,
    ): Boolean = runBlocking { cache.replace(key, expected, value) }

    override fun update(
        key: String,
        change: (String?) -> String,
    ): String = runBlocking { cache.update<String>(key) { change(it) } }

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
    ): Long = runBlocking { cache.increment(key, by, initial) }

    override fun touch(
        key: String,
        timeToLive: java.time.Duration,
    ): Boolean = runBlocking { cache.touch(key, timeToLive.toKotlinDuration()) }

    override fun remove(key: String): String? = runBlocking { cache.remove<String>(key) }

    override fun contains(key: String): Boolean = runBlocking { cache.contains(key) }

    override fun delete(key: String): Boolean = runBlocking { cache.delete(key) }

    override fun deleteMany(keys: Collection<String>): Int = runBlocking { cache.deleteMany(keys) }

    override fun clear(): Long = runBlocking { cache.clear() }

    override fun clearExpired(): List<ExpiredEntry> = runBlocking { cache.clearExpired() }

    override fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Long = runBlocking { cache.clearByTags(tags, match) }

    override fun clearByPrefix(prefix: String): Long = runBlocking { cache.clearByPrefix(prefix) }

    override fun metadata(key: String): EntryMetadata? = runBlocking { cache.metadata(key) }

    override fun flush() = runBlocking { cache.flush() }

    override fun evictAll() = cache.evictAll()

    override fun close() = cache.close()

    private val EntryOptions.ttl: Duration?
        get() = timeToLive?.let { if (it == EntryOptions.NEVER_EXPIRES) Duration.INFINITE else it.toKotlinDuration() }
}

private class BlockingDoor(
    private val cache: BlockingCachetronaut,
) : Door {
    override fun get(
        key: String,
        promote: Boolean,
        version: Long?,
    ): String? = cache.get(key, String::class.java, readOptions(promote, version, strict = false)).orElse(null)

    override fun find(
        key: String,
        strict: Boolean,
    ): Lookup<String?> = cache.find(key, String::class.java, ReadOptions.defaults().withStrict(strict))

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = cache.find(key, Int::class.javaObjectType, ReadOptions.defaults().withStrict(strict))

    override fun findPerson(key: String): Lookup<Person?> = cache.find(key, Person::class.java)

    override fun set(
        key: String,
        value: String?,
        options: EntryOptions,
    ): EntryMetadata = cache.set(key, value, STRING, options)

    override fun setPerson(
        key: String,
        value: Person,
        options: EntryOptions,
    ): EntryMetadata = cache.set(key, value, options)

    override fun setOpaque(key: String): EntryMetadata = cache.set(key, Opaque(), EntryOptions.format("protobuf"))

    override fun cached(
        key: String,
        options: EntryOptions,
        load: () -> String,
    ): String = cache.cached(key, String::class.java, options) { load() }

    override fun cachedMany(
        keys: Collection<String>,
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String> = cache.cachedMany(keys, String::class.java) { load(it) }

    override fun getMany(keys: Collection<String>): Map<String, String> = cache.getMany(keys, String::class.java)

    override fun setMany(
        values: Map<String, String>,
        options: EntryOptions,
    ) = cache.setMany(values, options)

    override fun setIfAbsent(
        key: String,
        value: String,
    ): Boolean = cache.setIfAbsent(key, value)

    override fun replace(
        key: String,
        expected: String,
        value: String,
    ): Boolean = cache.replace(key, expected, value)

    override fun update(
        key: String,
        change: (String?) -> String,
    ): String = cache.update(key, String::class.java) { change(it) }

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
    ): Long = cache.increment(key, by, initial, EntryOptions.defaults())

    override fun touch(
        key: String,
        timeToLive: java.time.Duration,
    ): Boolean = cache.touch(key, timeToLive)

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

    override fun metadata(key: String): EntryMetadata? = cache.metadata(key).orElse(null)

    override fun flush() = cache.flush()

    override fun evictAll() = cache.evictAll()

    override fun close() = cache.close()
}

private class FutureDoor(
    private val cache: BlockingCachetronaut,
) : Door {
    private val async: AsyncCachetronaut = cache.async()

    override fun get(
        key: String,
        promote: Boolean,
        version: Long?,
    ): String? = async.get(key, String::class.java, readOptions(promote, version, strict = false)).now().orElse(null)

    override fun find(
        key: String,
        strict: Boolean,
    ): Lookup<String?> = async.find(key, String::class.java, ReadOptions.defaults().withStrict(strict)).now()

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = async.find(key, Int::class.javaObjectType, ReadOptions.defaults().withStrict(strict)).now()

    override fun findPerson(key: String): Lookup<Person?> = async.find(key, Person::class.java).now()

    override fun set(
        key: String,
        value: String?,
        options: EntryOptions,
    ): EntryMetadata = async.set(key, value, STRING, options).now()

    override fun setPerson(
        key: String,
        value: Person,
        options: EntryOptions,
    ): EntryMetadata = async.set(key, value, options).now()

    override fun setOpaque(key: String): EntryMetadata = async.set(key, Opaque(), EntryOptions.format("protobuf")).now()

    override fun cached(
        key: String,
        options: EntryOptions,
        load: () -> String,
    ): String = async.cached(key, String::class.java, options) { CompletableFuture.supplyAsync(load) }.now()

    override fun cachedMany(
        keys: Collection<String>,
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String> =
        async
            .cachedMany(keys, String::class.java) {
                CompletableFuture.completedFuture(load(it))
            }.now()

    override fun getMany(keys: Collection<String>): Map<String, String> = async.getMany(keys, String::class.java).now()

    override fun setMany(
        values: Map<String, String>,
        options: EntryOptions,
    ) {
        async.setMany(values, options).now()
    }

    override fun setIfAbsent(
        key: String,
        value: String,
    ): Boolean = async.setIfAbsent(key, value).now()

    override fun replace(
        key: String,
        expected: String,
        value: String,
    ): Boolean = async.replace(key, expected, value).now()

    override fun update(
        key: String,
        change: (String?) -> String,
    ): String = async.update(key, String::class.java) { change(it) }.now()

    override fun increment(
        key: String,
        by: Long,
        initial: Long,
    ): Long = async.increment(key, by, initial, EntryOptions.defaults()).now()

    override fun touch(
        key: String,
        timeToLive: java.time.Duration,
    ): Boolean = async.touch(key, timeToLive).now()

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

    override fun metadata(key: String): EntryMetadata? = async.metadata(key).now().orElse(null)

    override fun flush() {
        async.flush().now()
    }

    override fun evictAll() = cache.evictAll()

    override fun close() = cache.close()

    /** The result, or the failure as the future holds it. */
    private fun <T> CompletableFuture<T>.now(): T =
        try {
            get()
        } catch (failed: ExecutionException) {
            throw failed.cause ?: failed
        }
}

private val STRING = object : io.github.cachetronomy.interop.TypeRef<String?>() {}

private fun readOptions(
    promote: Boolean,
    version: Long?,
    strict: Boolean,
): ReadOptions {
    val options = ReadOptions.defaults().withPromote(promote).withStrict(strict)
    return if (version == null) options else options.withVersion(version)
}
