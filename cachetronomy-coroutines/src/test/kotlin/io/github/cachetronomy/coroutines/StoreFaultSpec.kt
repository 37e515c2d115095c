package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlin.io.path.createDirectory
import kotlin.io.path.listDirectoryEntries

/** The cache is never in the way: what its store cannot do costs a miss or a write, and is told. */
@Tags("fast")
class StoreFaultSpec :
    FunSpec({
        test(
            "while another process holds the store reads go on, cached gives its value and set returns within its bound",
        ) {
            withFaults { cache, store ->
                cache.set("before", "there")
                cache.evictAll()
                store.failTransactions(Kind.BUSY)
                cache.get<String>("before") shouldBe "there"
                cache.cached<Int>("loaded") { 1 } shouldBe 1
                val told = CompletableDeferred<CacheEvent>()
                coroutineScope {
                    launch(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                        told.complete(cache.events.first { it is CacheEvent.WriteDropped && it.key == "written" })
                    }
                    cache.set("written", "value").stored shouldBe false
                    told.await()
                }
                cache.get<String>("written") shouldBe "value"
                cache.health().status shouldBe CacheHealth.Status.DEGRADED
                cache.stats().droppedWrites shouldBe 2
                store.heal()
                cache.set("after", "value").stored shouldBe true
                cache.health().status shouldBe CacheHealth.Status.HEALTHY
            }
        }

        test("with requireStore a write that the store does not take is an exception") {
            withFaults({ requireStore = true }) { cache, store ->
                store.failTransactions(Kind.UNAVAILABLE)
                shouldThrow<StoreUnavailableException> { cache.set("k", "v") }
            }
        }

        test("a store that cannot be read is a miss with its reason, and cached loads") {
            withFaults { cache, store ->
                cache.set("k", "stored")
                cache.evictAll()
                store.failReads(Kind.UNAVAILABLE)
                cache.get<String>("k") shouldBe null
                (cache.find<String>("k") as Lookup.Miss).reason shouldBe MissReason.UNAVAILABLE
                cache.health().causes.single() shouldContain "cannot be read"
                cache.cached<String>("k") { "loaded" } shouldBe "loaded"
            }
        }

        test("the row under a write that was dropped is not served any more, now or when the store is back") {
            withFaults { cache, store ->
                cache.set("k", "old")
                store.failTransactions(Kind.UNAVAILABLE)
                cache.set("k", "new")
                cache.get<String>("k") shouldBe "new"
                cache.evictAll()
                cache.get<String>("k") shouldBe null
                store.heal()
                cache.set("other", 1)
                cache.get<String>("k") shouldBe null
                store.entries.read("k") shouldBe null
            }
        }

        test("what was deleted while the store was stuck stays deleted, and is removed when the store is back") {
            withFaults { cache, store ->
                cache.set("a", 1)
                cache.set("b", 2, tags = setOf("tag"))
                store.failTransactions(Kind.BUSY)
                cache.delete("a") shouldBe true
                cache.clearByTags(setOf("tag")) shouldBe 1
                cache.get<Int>("a") shouldBe null
                cache.get<Int>("b") shouldBe null
                store.heal()
                cache.set("c", 3)
                cache.keys().toList() shouldBe listOf("c")
            }
        }

        test("an atomic operation has no true answer while the store is stuck and says so") {
            withFaults { cache, store ->
                store.failTransactions(Kind.BUSY)
                shouldThrow<StoreUnavailableException> { cache.increment("n") }
                shouldThrow<StoreUnavailableException> { cache.setIfAbsent("k", 1) }
                store.heal()
                cache.increment("n") shouldBe 1
            }
        }

        test("a row read before a delete is not taken to memory after it") {
            withFaults { cache, store ->
                cache.set("k", "old")
                cache.evictAll()
                val pause = store.pauseReads()
                coroutineScope {
                    val reader = async(Dispatchers.Default) { cache.get<String>("k") }
                    pause.awaitArrival()
                    cache.delete("k")
                    pause.release()
                    reader.await() shouldBe "old"
                }
                cache.get<String>("k") shouldBe null
            }
        }

        test("a row read before a write is not taken to memory over it") {
            withFaults { cache, store ->
                cache.set("k", "old")
                cache.evictAll()
                val pause = store.pauseReads()
                coroutineScope {
                    val reader = async(Dispatchers.Default) { cache.get<String>("k") }
                    pause.awaitArrival()
                    cache.set("k", "new")
                    pause.release()
                    reader.await()
                }
                cache.get<String>("k") shouldBe "new"
            }
        }

        test("a row read before an invalidation of its tag, its prefix or everything is not taken to memory after it") {
            val removals =
                listOf<
                    suspend (
                        Cachetronaut,
                    ) -> Unit,
                >({ it.clearByTags(setOf("t")) }, { it.clearByPrefix("k") }, { it.clear() })
            for (remove in removals) {
                withFaults { cache, store ->
                    cache.set("key", "old", tags = setOf("t"))
                    cache.evictAll()
                    val pause = store.pauseReads()
                    coroutineScope {
                        val reader = async(Dispatchers.Default) { cache.get<String>("key") }
                        pause.awaitArrival()
                        remove(cache)
                        pause.release()
                        reader.await()
                    }
                    cache.get<String>("key") shouldBe null
                }
            }
        }

        test("what a store that cannot be read would list is refused, not left out") {
            withFaults { cache, store ->
                cache.set("k", "v")
                store.failReads(Kind.UNAVAILABLE)
                shouldThrow<StoreUnavailableException> { cache.keys().toList() }
                shouldThrow<StoreUnavailableException> { cache.keys(Tier.STORE, order = KeyOrder.INSERTION).toList() }
                shouldThrow<StoreUnavailableException> { cache.entries<String>().toList() }
                shouldThrow<StoreUnavailableException> { cache.accessLog.top() }
                shouldThrow<StoreUnavailableException> { cache.accessLog.find("k") }
                shouldThrow<StoreUnavailableException> { cache.evictionLog.recent() }
                cache.keys(Tier.MEMORY).toList() shouldBe listOf("k")
                store.heal()
                cache.keys().toList() shouldBe listOf("k")
            }
        }

        test("a listing that fails at a later page is refused there") {
            withFaults { cache, store ->
                cache.setMany((0 until 1_000).associate { "k$it" to it })
                val seen = ArrayList<String>()
                shouldThrow<StoreUnavailableException> {
                    cache.keys(Tier.STORE).collect {
                        seen += it
                        if (seen.size == 1) store.failReads(Kind.UNAVAILABLE)
                    }
                }
                seen shouldHaveSize 500
            }
        }

        test("a folder in place of the file leaves the cache in memory, degraded; with requireStore it is refused") {
            val folder = tempdir().toPath().resolve("cache.db").createDirectory()
            Cachetronaut(folder).use { cache ->
                cache.set("k", "v").stored shouldBe false
                cache.get<String>("k") shouldBe "v"
                cache.increment("n") shouldBe 1
                cache.health().causes.single() shouldContain "is a directory"
            }
            shouldThrow<StoreUnavailableException> { Cachetronaut(folder) { requireStore = true } }
            folder.listDirectoryEntries().shouldBeEmpty()
        }
    })
