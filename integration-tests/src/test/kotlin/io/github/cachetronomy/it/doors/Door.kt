package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.CacheEntry
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.GroupStats
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.core.spi.MemoryProbe
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.it.plentyOfMemory
import kotlinx.serialization.Serializable
import java.nio.file.Path
import java.time.InstantSource
import kotlin.time.Duration

/** A value of the tests, known to both faces. */
@Serializable
data class Person(
    val name: String,
    val age: Int,
)

/** A value that no format can hold. */
internal class Opaque

/** How an entry is to be written, as a caller says it: what is wrong with it, the door has to find out. */
data class Terms(
    val timeToLive: Duration? = null,
    val tags: Set<String>? = null,
    val version: Long? = null,
    val format: String? = null,
)

/** What a cache is opened with. Null = nothing is said. */
class Opening(
    val file: Path,
    val clock: InstantSource,
    /** Takes the place of the file. */
    val store: StoreBackend? = null,
    val profile: Profile? = null,
    val maxBytesInMemory: Long? = null,
    val durability: Durability? = null,
    val memoryProbe: MemoryProbe? = plentyOfMemory,
    val logRetention: LogRetention? = null,
    val maxBytesInStore: Long? = null,
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
        promote: Boolean = true,
        version: Long? = null,
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
        terms: Terms = Terms(),
    ): EntryMetadata

    fun setFlag(
        key: String,
        value: Boolean,
    )

    fun setPerson(
        key: String,
        value: Person,
        terms: Terms = Terms(),
    ): EntryMetadata

    /** Writes something that no format can hold. */
    fun setOpaque(key: String): EntryMetadata

    fun cached(
        key: String,
        terms: Terms = Terms(),
        load: () -> String,
    ): String

    /** Loads something that no format can hold. */
    fun cachedOpaque(key: String): Any

    fun memoize(
        name: String = "f",
        options: FunctionOptions = FunctionOptions.defaults(),
        function: (Any?) -> String?,
    ): FunctionDoor

    fun cachedMany(
        keys: Collection<String>,
        terms: Terms = Terms(),
        load: (Set<String>) -> Map<String, String>,
    ): Map<String, String>

    fun getMany(keys: Collection<String>): Map<String, String>

    fun setMany(
        values: Map<String, String>,
        terms: Terms = Terms(),
    )

    fun transaction(writes: TransactionDoor.() -> Unit)

    fun setIfAbsent(
        key: String,
        value: String,
        terms: Terms = Terms(),
    ): Boolean

    fun replace(
        key: String,
        expected: String,
        value: String,
        terms: Terms = Terms(),
    ): Boolean

    fun update(
        key: String,
        terms: Terms = Terms(),
        change: (String?) -> String,
    ): String

    /** Of [terms] the time to live and the tags count. */
    fun increment(
        key: String,
        by: Long = 1,
        initial: Long = 0,
        terms: Terms = Terms(),
    ): Long

    fun touch(
        key: String,
        timeToLive: Duration,
    ): Boolean

    fun remove(key: String): String?

    fun contains(key: String): Boolean

    fun delete(key: String): Boolean

    fun deleteMany(keys: Collection<String>): Int

    fun evict(key: String): Boolean

    fun evictAll()

    fun clear(): Long

    fun clearExpired(): List<ExpiredEntry>

    fun clearByTags(
        tags: Set<String>,
        match: TagMatch = TagMatch.ANY,
    ): Long

    fun clearByPrefix(prefix: String): Long

    fun clearByProfile(name: String): Long

    fun metadata(key: String): EntryMetadata?

    /** Every live key of both tiers, as the shortest call gives it. */
    fun keys(): List<String>

    fun keys(
        tier: Tier?,
        includeExpired: Boolean = false,
        order: KeyOrder = KeyOrder.SORTED,
        prefix: String = "",
    ): List<String>

    /** As the shortest call gives them. */
    fun keysByTags(vararg tags: String): List<String>

    fun keysByTags(
        tags: Set<String>,
        match: TagMatch,
        tier: Tier? = null,
        includeExpired: Boolean = false,
        order: KeyOrder = KeyOrder.SORTED,
        prefix: String = "",
    ): List<String>

    fun entries(
        includeExpired: Boolean = false,
        order: KeyOrder = KeyOrder.SORTED,
        prefix: String = "",
    ): List<CacheEntry<String?>>

    fun numberEntries(): List<CacheEntry<Int?>>

    fun hotKeys(limit: Int = 10): List<HotKey>

    fun stats(): CacheStats

    fun groupStats(): GroupStats

    /** The door of a namespace. */
    fun namespace(
        name: String,
        timeToLive: Duration? = null,
        maxEntries: Int? = null,
    ): Door

    fun health(): CacheHealth

    /** Tells [listener] of the events from now on, until the result is closed. */
    fun listen(listener: (CacheEvent) -> Unit): AutoCloseable

    fun accessLog(limit: Int = 10): List<AccessRecord>

    fun accessRecord(key: String): AccessRecord?

    fun evictionLog(limit: Int = 1_000): List<EvictionRecord>

    val profiles: ProfileDoor

    val logs: LogDoor

    val admin: AdminDoor

    fun flush()
}

/** The three doors by name. */
val doors: Map<String, (Opening) -> Door> =
    mapOf(
        "suspend" to { SuspendDoor(openForCoroutines(it)) },
        "blocking" to { BlockingDoor(openForJava(it)) },
        "future" to { FutureDoor(openForJava(it)) },
    )

/** A namespace is a cache: the three doors of one with an odd name. Closing them closes what it belongs to. */
val namespaceDoors: Map<String, (Opening) -> Door> =
    doors.entries.associate { (name, open) ->
        "namespace, $name" to
            { opening -> open(opening).let { InNamespace(it, it.namespace("a:b@3:%_*\uD83D\uDE00")) } }
    }

private class InNamespace(
    private val whole: Door,
    private val namespace: Door,
) : Door by namespace {
    override fun close() {
        namespace.close()
        whole.close()
    }
}
