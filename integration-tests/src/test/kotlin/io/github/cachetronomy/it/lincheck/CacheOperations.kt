package io.github.cachetronomy.it.lincheck

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.InMemoryStore
import kotlinx.coroutines.Dispatchers
import org.jetbrains.lincheck.datastructures.IntGen
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.jetbrains.lincheck.datastructures.StressOptions
import java.time.Duration
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.locks.LockSupport
import java.util.function.Supplier
import kotlin.reflect.KClass

/**
 * Promotion, load, write, removal by key and by tag, expiry and memory eviction, all at once on two
 * keys of which memory holds one: every answer must be one that some order of the calls explains.
 */
@Param(name = "key", gen = IntGen::class, conf = "1:2")
@Param(name = "value", gen = IntGen::class, conf = "1:9")
abstract class CacheOperations {
    private val clock = FakeClock()
    protected val engine: CacheEngine =
        Engines
            .open(
                EngineConfig().apply {
                    backend = HesitantStore(InMemoryStore())
                    clock = this@CacheOperations.clock
                    profile =
                        Profile
                            .named(Profile.DEFAULT)
                            .toBuilder()
                            .maxItemsInMemory(1)
                            .build()
                    withJobs = false
                    storeDispatcher = Dispatchers.Unconfined
                },
            ).engine

    /** `cached`, with a loader that takes a while. */
    protected abstract fun cached(
        key: String,
        request: LoadRequest,
        load: () -> Int,
    ): Int

    @Operation
    fun get(
        @Param(name = "key") key: Int,
    ): Int? = valueOf(engine.get("k$key", NUMBER, null, promote = true))

    @Operation
    fun set(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ) {
        engine.set("k$key", value, NUMBER, TAGGED).await()
    }

    @Operation
    fun load(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ): Int =
        cached("k$key", REQUEST) {
            hesitate()
            value
        }

    /**
     * Whether there was an entry is not asked: a load that it overtakes counts as made before, and yet
     * leaves nothing to delete.
     */
    @Operation
    fun delete(
        @Param(name = "key") key: Int,
    ) {
        engine.delete("k$key").await()
    }

    @Operation
    fun clearByTags(): Unit = engine.clearByTags(setOf("tag"), TagMatch.ANY).await().let { }

    @Operation
    fun evictFromMemory(
        @Param(name = "key") key: Int,
    ) {
        engine.evict("k$key")
    }

    /** Not beside [tick]: a time to live counts from the beginning of the call, so the two have no order. */
    @Operation(nonParallelGroup = "time")
    fun setForAWhile(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ) {
        engine.set("k$key", value, NUMBER, SHORT).await()
    }

    @Operation(nonParallelGroup = "time")
    fun tick() = clock.advance(Duration.ofSeconds(6))

    protected companion object {
        val NUMBER: ValueType = ValueType.of(Int::class.javaObjectType)
        val TAGGED: EntryOptions = EntryOptions.neverExpires().withTags("tag")
        val REQUEST: LoadRequest = LoadRequest(NUMBER, TAGGED, nullable = false)
        private val SHORT = EntryOptions.timeToLive(Duration.ofSeconds(10)).withTags("tag")

        fun valueOf(answer: Any?): Int? = answer.takeIf { it !== CacheEngine.NOTHING } as Int?
    }
}

/** Runs the operations of [test] in threads of their own, and looks for an order that explains what came of it. */
internal fun stress(
    test: KClass<*>,
    specification: KClass<*> = SequentialCache::class,
    minimize: Boolean = true,
) = StressOptions()
    .iterations(20)
    .invocationsPerIteration(200)
    .threads(3)
    .actorsPerThread(3)
    .actorsBefore(2)
    .actorsAfter(2)
    .sequentialSpecification(specification.java)
    .minimizeFailedScenario(minimize)
    .check(test)

/** What the cache is, one call after another. */
@Suppress("unused")
open class SequentialCache {
    private class Row(
        val value: Int,
        val expiresAt: Int,
    )

    private val rows = HashMap<Int, Row>()
    private var now = 0

    fun get(key: Int): Int? = live(key)?.value

    fun set(
        key: Int,
        value: Int,
    ) {
        rows[key] = Row(value, Int.MAX_VALUE)
    }

    fun load(
        key: Int,
        value: Int,
    ): Int = live(key)?.value ?: value.also { set(key, it) }

    fun delete(key: Int) {
        rows.remove(key)
    }

    fun clearByTags() = rows.clear()

    fun evictFromMemory(
        @Suppress("UNUSED_PARAMETER") key: Int,
    ) = Unit

    fun setForAWhile(
        key: Int,
        value: Int,
    ) {
        rows[key] = Row(value, now + 10)
    }

    fun tick() {
        now += 6
    }

    private fun live(key: Int): Row? = rows[key]?.takeIf { now < it.expiresAt }
}

/** Stops for a moment or not at all, so that threads meet where they rarely would. */
internal fun hesitate() {
    val random = ThreadLocalRandom.current()
    when (random.nextInt(4)) {
        0 -> {}

        1 -> {
            Thread.yield()
        }

        else -> {
            LockSupport.parkNanos(random.nextLong(MOST_NANOS))
        }
    }
}

private const val MOST_NANOS = 60_000L

/** Takes its time between having read a row and giving it, and before it commits: where others may come in between. */
private class HesitantStore(
    private val store: StoreBackend,
) : StoreBackend by store {
    override val entries: EntryStore =
        object : EntryStore by store.entries {
            override fun read(key: String): StoredEntry? = store.entries.read(key).also { hesitate() }
        }

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R {
        hesitate()
        return store.transaction(durability, work)
    }
}
