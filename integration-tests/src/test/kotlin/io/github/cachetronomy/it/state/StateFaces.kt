package io.github.cachetronomy.it.state

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.state.SaveState
import io.github.cachetronomy.core.state.StateStatus
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.cachetronautOn
import io.github.cachetronomy.coroutines.state
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.KeyQuery
import io.github.cachetronomy.interop.StateOptions
import io.github.cachetronomy.interop.TypeRef
import io.github.cachetronomy.it.plentyOfMemory
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.Serializable
import kotlinx.serialization.Transient
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import io.github.cachetronomy.coroutines.CachedState as KotlinState
import io.github.cachetronomy.interop.CachedState as JavaState

/** An object that is replaced as a whole. */
@Serializable
internal data class Game(
    val score: Int = 0,
    val player: String = "Ada",
    val board: String = "",
    val log: String = "",
    @Transient val session: Int = 0,
)

/** An object that is changed in place. */
@Serializable
internal class Notebook {
    var text: String = ""
    var pages: Int = 0
}

/** How a state is wanted. */
internal class StateTerms(
    val save: SaveState = SaveState.EXPLICIT,
    val timeToLive: Duration? = null,
    val tags: Set<String>? = null,
    val version: Long? = null,
    val strict: Boolean = false,
)

/** A state, whichever face it came through. */
internal interface StateHandle<T> : AutoCloseable {
    val id: String
    var value: T
    val status: StateStatus

    fun update(change: (T) -> T): T

    fun save()

    fun reload(): Boolean

    fun delete(): Boolean
}

/** A cache as a face shows it, as far as states go. */
internal interface StateFace : AutoCloseable {
    fun game(
        id: String,
        terms: StateTerms = StateTerms(),
        create: () -> Game = { Game() },
    ): StateHandle<Game>

    fun notebook(
        id: String,
        terms: StateTerms = StateTerms(),
    ): StateHandle<Notebook>

    fun names(
        id: String,
        create: () -> List<String>,
    ): StateHandle<List<String>>

    fun scores(
        id: String,
        create: () -> Map<String, Int>,
    ): StateHandle<Map<String, Int>>

    fun delete(key: String): Boolean

    fun keys(): List<String>

    fun evictAll()

    fun clearExpired()

    fun clearByTags(tag: String)
}

private class KotlinHandle<T : Any>(
    private val state: KotlinState<T>,
) : StateHandle<T> {
    override val id: String by state::id
    override var value: T by state::value
    override val status: StateStatus get() = state.status

    override fun update(change: (T) -> T): T = runBlocking { state.update { change(it) } }

    override fun save() = runBlocking { state.save() }

    override fun reload(): Boolean = runBlocking { state.reload() }

    override fun delete(): Boolean = runBlocking { state.delete() }

    override fun close() = state.close()

    override fun toString() = state.toString()
}

internal class KotlinStateFace(
    val cache: Cachetronaut,
) : StateFace {
    private inline fun <reified T : Any> state(
        id: String,
        terms: StateTerms,
        crossinline create: () -> T,
    ): StateHandle<T> =
        KotlinHandle(
            runBlocking {
                with(terms) { cache.state<T>(id, timeToLive, tags, version, save, strict) { create() } }
            },
        )

    override fun game(
        id: String,
        terms: StateTerms,
        create: () -> Game,
    ) = state<Game>(id, terms, create)

    override fun notebook(
        id: String,
        terms: StateTerms,
    ) = state<Notebook>(id, terms) { Notebook() }

    override fun names(
        id: String,
        create: () -> List<String>,
    ) = state<List<String>>(id, StateTerms(), create)

    override fun scores(
        id: String,
        create: () -> Map<String, Int>,
    ) = state<Map<String, Int>>(id, StateTerms(), create)

    override fun delete(key: String): Boolean = runBlocking { cache.delete(key) }

    override fun keys(): List<String> =
        runBlocking { buildList { cache.keys(includeExpired = true).collect { add(it) } } }

    override fun evictAll() = cache.evictAll()

    override fun clearExpired() {
        runBlocking { cache.clearExpired() }
    }

    override fun clearByTags(tag: String) {
        runBlocking { cache.clearByTags(setOf(tag)) }
    }

    override fun close() = cache.close()
}

private class JavaHandle<T : Any>(
    private val state: JavaState<T>,
) : StateHandle<T> {
    override val id: String get() = state.id()
    override var value: T
        get() = state.value()
        set(value) = state.set(value)
    override val status: StateStatus get() = state.status()

    override fun update(change: (T) -> T): T = state.update { change(it) }

    override fun save() = state.save()

    override fun reload(): Boolean = state.reload()

    override fun delete(): Boolean = state.delete()

    override fun close() = state.close()

    override fun toString() = state.toString()
}

internal class JavaStateFace(
    val cache: BlockingCachetronaut,
) : StateFace {
    override fun game(
        id: String,
        terms: StateTerms,
        create: () -> Game,
    ): StateHandle<Game> = JavaHandle(cache.state(id, Game::class.java, options(terms), create))

    override fun notebook(
        id: String,
        terms: StateTerms,
    ): StateHandle<Notebook> = JavaHandle(cache.state(id, Notebook::class.java, options(terms), ::Notebook))

    override fun names(
        id: String,
        create: () -> List<String>,
    ): StateHandle<List<String>> = JavaHandle(cache.state(id, object : TypeRef<List<String>>() {}, create))

    override fun scores(
        id: String,
        create: () -> Map<String, Int>,
    ): StateHandle<Map<String, Int>> = JavaHandle(cache.state(id, object : TypeRef<Map<String, Int>>() {}, create))

    private fun options(terms: StateTerms): StateOptions {
        var options = StateOptions.defaults().withSave(terms.save).withStrict(terms.strict)
        if (terms.timeToLive == Duration.INFINITE) options = options.withoutExpiry()
        terms.timeToLive?.takeIf { it.isFinite() }?.let { options = options.withTimeToLive(it.toJavaDuration()) }
        terms.tags?.let { options = options.withTags(it) }
        terms.version?.let { options = options.withVersion(it) }
        return options
    }

    override fun delete(key: String): Boolean = cache.delete(key)

    override fun keys(): List<String> = cache.keys(KeyQuery.defaults().withIncludeExpired(true)).toList()

    override fun evictAll() = cache.evictAll()

    override fun clearExpired() {
        cache.clearExpired()
    }

    override fun clearByTags(tag: String) {
        cache.clearByTags(setOf(tag))
    }

    override fun close() = cache.close()
}

/** A store that outlives its caches, as a file does, and counts what is written to it. */
internal class CountingStore(
    private val heap: StoreBackend = InMemoryStore(),
) : StoreBackend by heap {
    /** The rows written so far. */
    val rows = AtomicInteger()

    /** Their bytes. */
    val bytes = AtomicLong()

    override val entries: EntryStore =
        object : EntryStore by heap.entries {
            override fun put(entry: StoredEntry) {
                rows.incrementAndGet()
                bytes.addAndGet(entry.data.size.toLong())
                heap.entries.put(entry)
            }
        }

    override fun close() {}
}

/** A cache behind a face, and what it stands on. */
internal class StateScene(
    private val open: (StoreBackend, FakeClock, (CacheEvent) -> Unit) -> StateFace,
) : AutoCloseable {
    val clock = FakeClock()
    val counted = CountingStore()
    val events = ConcurrentLinkedQueue<CacheEvent>()
    var store = FaultyStore(counted)
        private set
    var cache: StateFace = open(store, clock, events::add)
        private set

    fun reopen() {
        cache.close()
        store = FaultyStore(counted)
        cache = open(store, clock, events::add)
    }

    /** The bytes and rows that [work] writes. */
    fun written(work: () -> Unit): Pair<Int, Long> {
        val rows = counted.rows.get()
        val bytes = counted.bytes.get()
        work()
        return counted.rows.get() - rows to counted.bytes.get() - bytes
    }

    override fun close() {
        store.heal()
        cache.close()
    }
}

/** By name. */
internal val stateFaces: Map<String, (StoreBackend, FakeClock, (CacheEvent) -> Unit) -> StateFace> =
    mapOf(
        "Kotlin" to { store, clock, listener ->
            val config = EngineConfig()
            config.backend = store
            config.clock = clock
            config.memoryProbe = plentyOfMemory
            config.listeners += CacheEventListener { listener(it) }
            KotlinStateFace(cachetronautOn(Engines.open(config)))
        },
        "Java" to { store, clock, listener ->
            JavaStateFace(
                BlockingCachetronaut
                    .builder(store)
                    .clock(clock)
                    .memoryProbe(plentyOfMemory)
                    .listener { listener(it) }
                    .build(),
            )
        },
    )
