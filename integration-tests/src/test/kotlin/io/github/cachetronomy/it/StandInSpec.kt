package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheHealth.Status
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.cachetronautOn
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import java.util.function.Supplier

/** The heap stands in for a store that cannot be had; what happens meanwhile is not lost when that is back. */
@OptIn(ExperimentalCoroutinesApi::class)
@Tags("fast")
class StandInSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var mounts = 0

        /** A cache that was opened while the folder of its file, which has values [before], was away. */
        suspend fun withoutFolder(
            before: suspend Cachetronaut.() -> Unit,
            test: suspend Mount.() -> Unit,
        ) {
            val mount = Mount(folder.resolve("mount-${mounts++}"))
            Cachetronaut(mount.file).use { it.before() }
            mount.takeAway()
            mount.use { it.test() }
        }

        test("what was deleted while the heap stood in does not come back with the file") {
            withoutFolder({ set("k", 1) }) {
                cache.health().status shouldBe Status.DEGRADED
                cache.set("k", 2)
                cache.delete("k")
                cache.get<Int>("k") shouldBe null
                bringBack()
                cache.health().status shouldBe Status.HEALTHY
                cache.get<Int>("k") shouldBe null
            }
        }

        test("what was deleted by name without ever having been seen does not come back with the file") {
            withoutFolder({ set("k", 1) }) {
                cache.delete("k") shouldBe false
                bringBack()
                cache.get<Int>("k") shouldBe null
            }
        }

        test("what was written while the heap stood in is in the file after it") {
            withoutFolder({ setMany(mapOf("changed" to 1, "kept" to 1)) }) {
                cache.set("changed", 2)
                cache.set("new", 3)
                bringBack()
                cache.evictAll()
                cache.getMany<Int>(listOf("changed", "kept", "new")) shouldBe
                    mapOf("changed" to 2, "kept" to 1, "new" to 3)
            }
        }

        test("removals of many while the heap stood in reach the file, in their order among the writes") {
            withoutFolder({
                set("tagged", 1, tags = setOf("t"))
                set("prefix:a", 1)
                set("kept", 1)
            }) {
                cache.clearByTags(setOf("t"))
                cache.clearByPrefix("prefix:")
                cache.set("prefix:b", 2)
                bringBack()
                cache.keys().toList() shouldBe listOf("kept", "prefix:b")
            }
        }

        test("removals in a namespace while the heap stood in reach its entries in the file, and no others") {
            withoutFolder({
                for (cache in listOf(this, namespace("n"))) {
                    cache.set("tagged", 1, tags = setOf("t"))
                    cache.set("kept", 1)
                }
            }) {
                cache.namespace("n").clearByTags(setOf("t"))
                bringBack()
                cache.namespace("n").keys().toList() shouldBe listOf("kept")
                cache.keys(prefix = "tagged").toList() shouldBe listOf("tagged")
            }
        }

        test("a clear while the heap stood in empties the file") {
            withoutFolder({ setMany(mapOf("a" to 1, "b" to 1)) }) {
                cache.clear()
                cache.set("b", 2)
                bringBack()
                cache.keys().toList() shouldBe listOf("b")
                cache.evictAll()
                cache.get<Int>("b") shouldBe 2
            }
        }

        test("a given store that was closed for its damage is not called again") {
            val given = ClosingStore()
            onHarness(given, { storeDispatcher = Dispatchers.Unconfined }) {
                store.failTransactions(Kind.DAMAGED, 1)
                cache.set("k", 1)
                cache.health().status shouldBe Status.DEGRADED
                pass(Duration.ofSeconds(6))
                cache.set("k", 2)
                cache.get<Int>("k") shouldBe 2
                cache.health().status shouldBe Status.DEGRADED
                given.callsWhenClosed.get() shouldBe 0
            }
        }
    })

/** A file in a folder that can be taken away, as when a disk is unmounted, and a cache on it. */
@OptIn(ExperimentalCoroutinesApi::class)
private class Mount(
    private val folder: Path,
) : AutoCloseable {
    val file: Path = folder.resolve("app.db")
    private val away = folder.resolveSibling("${folder.fileName}-away")
    private val scheduler = TestCoroutineScheduler()
    private val opened =
        lazy {
            cachetronautOn(
                Engines.open(
                    EngineConfig().apply {
                        file = this@Mount.file
                        memoryProbe = plentyOfMemory
                        jobDispatcher = UnconfinedTestDispatcher(scheduler)
                        storeDispatcher = Dispatchers.Unconfined
                    },
                ),
            )
        }
    val cache by opened

    fun takeAway() {
        Files.move(folder, away)
        // Something is in the way, or the folder would be made anew.
        Files.createFile(folder)
    }

    /** Comes back when the cache has had the time to notice. */
    fun bringBack() {
        Files.delete(folder)
        Files.move(away, folder)
        scheduler.advanceTimeBy(Duration.ofSeconds(6).toMillis())
        scheduler.runCurrent()
    }

    override fun close() {
        if (opened.isInitialized()) cache.close()
    }
}

/** Counts what is asked of it after it was closed. */
private class ClosingStore(
    private val heap: StoreBackend = InMemoryStore(),
) : StoreBackend by heap {
    val callsWhenClosed = AtomicInteger()

    @Volatile
    private var closed = false

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R {
        if (closed) callsWhenClosed.incrementAndGet()
        return heap.transaction(durability, work)
    }

    override fun close() {
        closed = true
        heap.close()
    }
}
