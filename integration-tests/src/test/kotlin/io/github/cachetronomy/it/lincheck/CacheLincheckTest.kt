package io.github.cachetronomy.it.lincheck

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.engine.LoadRequest
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.InMemoryStore
import kotlinx.coroutines.Dispatchers
import org.jetbrains.lincheck.datastructures.IntGen
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.jetbrains.lincheck.datastructures.StressOptions
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import java.time.Duration

private val NUMBER = ValueType.of(Int::class.javaObjectType)
private val TAGGED = EntryOptions.neverExpires().withTags("tag")
private val SHORT = EntryOptions.timeToLive(Duration.ofSeconds(10)).withTags("tag")

/**
 * Promotion, load, write, removal by key and by tag, expiry and memory eviction, all at once on one
 * key or two: every answer must be one that some order of the calls explains.
 */
@Param(name = "key", gen = IntGen::class, conf = "1:2")
@Param(name = "value", gen = IntGen::class, conf = "1:3")
class CacheLincheckTest {
    private val clock = FakeClock()
    private val engine: CacheEngine =
        Engines
            .open(
                EngineConfig().apply {
                    backend = HesitantStore(InMemoryStore())
                    clock = this@CacheLincheckTest.clock
                    withJobs = false
                    storeDispatcher = Dispatchers.Unconfined
                },
            ).engine

    @Operation
    fun get(
        @Param(name = "key") key: Int,
    ): Int? = engine.get("k$key", NUMBER, null, promote = true).takeIf { it !== CacheEngine.NOTHING } as Int?

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
        engine.cachedBlocking("k$key", LoadRequest(NUMBER, TAGGED, nullable = false)) {
            Thread.yield()
            value
        } as Int

    /** Whether there was an entry is not asked: a load that it overtakes counts as made before, and yet leaves nothing to delete. */
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

    @Test
    @Tag("deep")
    fun `holds under stress`() =
        StressOptions()
            .iterations(40)
            .invocationsPerIteration(500)
            .threads(3)
            .actorsPerThread(3)
            .actorsBefore(2)
            .actorsAfter(2)
            .sequentialSpecification(SequentialCache::class.java)
            .check(this::class)
}

/** What the cache is, one call after another. */
@Suppress("unused")
class SequentialCache {
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

/** Takes its time between having read a row and giving it, where a write or removal may come in between. */
private class HesitantStore(
    private val store: StoreBackend,
) : StoreBackend by store {
    override val entries: EntryStore =
        object : EntryStore by store.entries {
            override fun read(key: String): StoredEntry? = store.entries.read(key).also { Thread.yield() }
        }
}
