package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.KeyQuery
import io.github.cachetronomy.interop.ReadOptions
import io.github.cachetronomy.interop.TypeRef
import io.github.cachetronomy.it.plentyOfMemory
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import java.nio.file.Path
import java.time.InstantSource
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** What the tests of faults ask of a cache, the same through both faces. */
interface Face : AutoCloseable {
    fun get(key: String): String?

    fun find(
        key: String,
        version: Long? = null,
        strict: Boolean = false,
    ): Lookup<String?>

    fun findNumber(
        key: String,
        strict: Boolean = false,
    ): Lookup<Int?>

    fun findNumbers(
        key: String,
        strict: Boolean = false,
    ): Lookup<List<Int>?>

    fun findPlace(
        key: String,
        strict: Boolean = false,
    ): Lookup<Place?>

    fun set(
        key: String,
        value: String,
        tags: Set<String>? = null,
    ): EntryMetadata

    fun setSpot(
        key: String,
        value: Spot,
    )

    fun cached(
        key: String,
        load: () -> String,
    ): String

    fun getMany(keys: Collection<String>): Map<String, String>

    fun keys(): List<String>

    fun entries(): Map<String, Lookup<String?>>

    fun increment(key: String): Long

    fun setIfAbsent(
        key: String,
        value: String,
    ): Boolean

    fun update(
        key: String,
        change: (String?) -> String,
    ): String

    fun touch(key: String): Boolean

    fun remove(key: String): String?

    fun delete(key: String): Boolean

    fun clear(): Long

    fun metadata(key: String): EntryMetadata?

    fun evictAll()

    fun flush()

    fun stats(): CacheStats

    fun health(): CacheHealth

    /** Tells [listener] of all events from now on. */
    fun listen(listener: CacheEventListener)
}

/** How a cache is opened; null = not said. */
class Wishes(
    val clock: InstantSource? = null,
    val requireStore: Boolean? = null,
    val patience: Duration? = null,
    val setAsideDamaged: Boolean? = null,
)

/** Both faces by name, each of which opens a cache on a file. */
val faces: Map<String, (Path, Wishes) -> Face> = mapOf("Kotlin" to ::kotlinFace, "Java" to ::javaFace)

/** Both faces by name, each of which opens a file to be looked at. */
val readers: Map<String, (Path) -> Face> =
    mapOf(
        "Kotlin" to { file -> KotlinFace(Cachetronaut.openReadOnly(file)) },
        "Java" to { file -> JavaFace(BlockingCachetronaut.openReadOnly(file)) },
    )

fun kotlinFace(
    file: Path,
    wishes: Wishes,
): Face =
    KotlinFace(
        Cachetronaut(file) {
            clock = wishes.clock
            memoryProbe = plentyOfMemory
            requireStore = wishes.requireStore
            storePatience = wishes.patience
            setAsideDamaged = wishes.setAsideDamaged
        },
    )

/** [listener] is there from the beginning. */
fun javaFace(
    file: Path,
    wishes: Wishes,
    listener: CacheEventListener?,
): Face {
    val builder = BlockingCachetronaut.builder(file).memoryProbe(plentyOfMemory)
    wishes.clock?.let(builder::clock)
    wishes.requireStore?.let(builder::requireStore)
    wishes.patience?.let { builder.storePatience(it.toJavaDuration()) }
    wishes.setAsideDamaged?.let(builder::setAsideDamaged)
    listener?.let(builder::listener)
    return JavaFace(builder.build())
}

fun javaFace(
    file: Path,
    wishes: Wishes,
): Face = javaFace(file, wishes, listener = null)

class KotlinFace(
    private val cache: Cachetronaut,
) : Face {
    override fun get(key: String): String? = runBlocking { cache.get<String>(key) }

    override fun find(
        key: String,
        version: Long?,
        strict: Boolean,
    ): Lookup<String?> = runBlocking { cache.find<String?>(key, version, strict = strict) }

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = runBlocking { cache.find<Int?>(key, strict = strict) }

    override fun findNumbers(
        key: String,
        strict: Boolean,
    ): Lookup<List<Int>?> = runBlocking { cache.find<List<Int>?>(key, strict = strict) }

    override fun findPlace(
        key: String,
        strict: Boolean,
    ): Lookup<Place?> = runBlocking { cache.find<Place?>(key, strict = strict) }

    override fun set(
        key: String,
        value: String,
        tags: Set<String>?,
    ): EntryMetadata = runBlocking { cache.set(key, value, tags = tags) }

    override fun setSpot(
        key: String,
        value: Spot,
    ) {
        runBlocking { cache.set(key, value) }
    }

    override fun cached(
        key: String,
        load: () -> String,
    ): String = runBlocking { cache.cached<String>(key) { load() } }

    override fun getMany(keys: Collection<String>): Map<String, String> = runBlocking { cache.getMany<String>(keys) }

    override fun keys(): List<String> = runBlocking { cache.keys().toList() }

    override fun entries(): Map<String, Lookup<String?>> =
        runBlocking { cache.entries<String>().toList().associate { it.key to it.lookup } }

    override fun increment(key: String): Long = runBlocking { cache.increment(key) }

    override fun setIfAbsent(
        key: String,
        value: String,
    ): Boolean = runBlocking { cache.setIfAbsent(key, value) }

    override fun update(
        key: String,
        change: (String?) -> String,
    ): String = runBlocking { cache.update<String>(key) { change(it) } }

    override fun touch(key: String): Boolean = runBlocking { cache.touch(key) }

    override fun remove(key: String): String? = runBlocking { cache.remove<String>(key) }

    override fun delete(key: String): Boolean = runBlocking { cache.delete(key) }

    override fun clear(): Long = runBlocking { cache.clear() }

    override fun metadata(key: String): EntryMetadata? = runBlocking { cache.metadata(key) }

    override fun evictAll() = cache.evictAll()

    override fun flush() = runBlocking { cache.flush() }

    override fun stats(): CacheStats = cache.stats()

    override fun health(): CacheHealth = cache.health()

    override fun listen(listener: CacheEventListener) {
        // Ends when the cache is closed.
        CoroutineScope(Dispatchers.IO).launch(start = CoroutineStart.UNDISPATCHED) {
            cache.events.collect(listener::onEvent)
        }
    }

    override fun close() = cache.close()
}

class JavaFace(
    private val cache: BlockingCachetronaut,
) : Face {
    override fun get(key: String): String? = cache.get(key, String::class.java).orElse(null)

    override fun find(
        key: String,
        version: Long?,
        strict: Boolean,
    ): Lookup<String?> {
        val options = ReadOptions.defaults().withStrict(strict)
        return cache.find(key, String::class.java, if (version == null) options else options.withVersion(version))
    }

    override fun findNumber(
        key: String,
        strict: Boolean,
    ): Lookup<Int?> = cache.find(key, Int::class.javaObjectType, ReadOptions.defaults().withStrict(strict))

    override fun findNumbers(
        key: String,
        strict: Boolean,
    ): Lookup<List<Int>?> = cache.find(key, object : TypeRef<List<Int>>() {}, ReadOptions.defaults().withStrict(strict))

    override fun findPlace(
        key: String,
        strict: Boolean,
    ): Lookup<Place?> = cache.find(key, Place::class.java, ReadOptions.defaults().withStrict(strict))

    override fun set(
        key: String,
        value: String,
        tags: Set<String>?,
    ): EntryMetadata =
        cache.set(key, value, if (tags == null) EntryOptions.defaults() else EntryOptions.defaults().withTags(tags))

    override fun setSpot(
        key: String,
        value: Spot,
    ) {
        cache.set(key, value)
    }

    override fun cached(
        key: String,
        load: () -> String,
    ): String = cache.cached(key, String::class.java) { load() }

    override fun getMany(keys: Collection<String>): Map<String, String> = cache.getMany(keys, String::class.java)

    override fun keys(): List<String> = cache.keys().use { it.toList() }

    override fun entries(): Map<String, Lookup<String?>> =
        cache.entries(String::class.java, KeyQuery.defaults()).use { entries ->
            entries.toList().associate { it.key to it.lookup }
        }

    override fun increment(key: String): Long = cache.increment(key)

    override fun setIfAbsent(
        key: String,
        value: String,
    ): Boolean = cache.setIfAbsent(key, value)

    override fun update(
        key: String,
        change: (String?) -> String,
    ): String = cache.update(key, String::class.java) { change(it) }

    override fun touch(key: String): Boolean = cache.touch(key)

    override fun remove(key: String): String? = cache.remove(key, String::class.java).orElse(null)

    override fun delete(key: String): Boolean = cache.delete(key)

    override fun clear(): Long = cache.clear()

    override fun metadata(key: String): EntryMetadata? = cache.metadata(key).orElse(null)

    override fun evictAll() = cache.evictAll()

    override fun flush() = cache.flush()

    override fun stats(): CacheStats = cache.stats()

    override fun health(): CacheHealth = cache.health()

    override fun listen(listener: CacheEventListener) {
        cache.listen(listener)
    }

    override fun close() = cache.close()
}
