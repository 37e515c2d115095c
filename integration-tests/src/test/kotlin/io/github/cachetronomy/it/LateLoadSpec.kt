package io.github.cachetronomy.it

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import java.util.concurrent.atomic.AtomicInteger

/** What comes between the last look for a value and the call of its loader has not overtaken the load. */
@Tags("fast")
class LateLoadSpec :
    FunSpec({
        val request = LoadRequest(Harness.INT, EntryOptions.neverExpires().withTags("t"), nullable = false)
        val ways: Map<String, suspend Harness.(() -> Int) -> Int> =
            mapOf(
                "suspend" to { load -> cache.cached<Int>("k", tags = setOf("t")) { load() } },
                "blocking" to { load -> engine.cachedBlocking("k", request, load) as Int },
                "suspend, many" to
                    { load ->
                        cache
                            .cachedMany<Int>(listOf("k"), tags = setOf("t")) { keys -> keys.associateWith { load() } }
                            .getValue("k")
                    },
                "blocking, many" to
                    { load ->
                        val loader = { keys: Set<String> -> keys.associateWith { load() } }
                        engine.cachedManyBlocking(listOf("k"), request, loader).getValue("k") as Int
                    },
            )
        val removals: Map<String, suspend Harness.() -> Unit> =
            mapOf(
                "by key" to { cache.delete("k") },
                "by tag" to { cache.clearByTags(setOf("t")) },
                "by prefix" to { cache.clearByPrefix("k") },
                "of everything" to { cache.clear() },
            )
        for ((way, cached) in ways) {
            for ((which, remove) in removals) {
                test("$way: what is loaded after a removal $which is kept, though the caller came before it") {
                    onHarness {
                        val loads = AtomicInteger()
                        val look = holdRead()
                        val callers = List(2) { async(Dispatchers.IO) { cached { loads.incrementAndGet() } } }
                        look.awaitArrival()
                        remove()
                        look.release()
                        callers.forEach { it.await() shouldBe 1 }
                        cache.flush()
                        stored("k") shouldBe "1"
                        cache.stats().notKept shouldBe 0
                    }
                }
            }

            test("$way: what is written before the loader is called is the answer") {
                onHarness {
                    val loads = AtomicInteger()
                    val look = holdRead()
                    val caller = async(Dispatchers.IO) { cached { loads.incrementAndGet() } }
                    look.awaitArrival()
                    cache.set("k", 7)
                    look.release()
                    caller.await() shouldBe 7
                    loads.get() shouldBe 0
                    cache.get<Int>("k") shouldBe 7
                }
            }
        }
    })
