package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import java.util.concurrent.Executor

/** An invalidation during a load always wins: its callers may get the old value, the cache never does. */
@Tags("fast")
class InvalidationSpec :
    FunSpec({
        val invalidations: Map<String, suspend (Cachetronaut) -> Unit> =
            mapOf(
                "by key" to { it.delete("user:1") },
                "by keys" to { it.deleteMany(listOf("other", "user:1")) },
                "by tag" to { it.clearByTags(setOf("users")) },
                "by prefix" to { it.clearByPrefix("user:") },
                "of everything" to { it.clear() },
                "by a write" to { it.set("user:1", "written", tags = setOf("users")) },
            )

        withData(nameFn = { "an invalidation ${it.key} during a load" }, invalidations.entries) { (_, invalidate) ->
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val early =
                        async(Dispatchers.Default) {
                            cache.cached<String>("user:1", tags = setOf("users")) {
                                started.complete(Unit)
                                gate.await()
                                "old"
                            }
                        }
                    started.await()
                    invalidate(cache)
                    val expected = cache.get<String>("user:1") ?: "new"
                    // Does not join the flight that is out of date, and so does not wait for it.
                    cache.cached<String>("user:1", tags = setOf("users")) { "new" } shouldBe expected
                    gate.complete(Unit)
                    early.await() shouldBe "old"
                    cache.get<String>("user:1") shouldBe expected
                    cache.flush()
                    cache.evictAll()
                    cache.get<String>("user:1") shouldBe expected
                }
            }
        }

        test("an invalidation of other tags leaves a load alone") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val early =
                        async(Dispatchers.Default) {
                            cache.cached<String>("k", tags = setOf("mine")) {
                                started.complete(Unit)
                                gate.await()
                                "kept"
                            }
                        }
                    started.await()
                    cache.clearByTags(setOf("theirs"))
                    gate.complete(Unit)
                    early.await()
                    cache.get<String>("k") shouldBe "kept"
                }
            }
        }

        withData(
            nameFn = {
                "a load that outlasts $it removals of many is ${if (it > 256) "returned, not kept" else "kept"}"
            },
            256,
            257,
        ) { removals ->
            Cachetronaut(InMemoryStore()).use { cache ->
                val loaded =
                    cache.cached<String>("k", tags = setOf("mine")) {
                        repeat(removals) { cache.clearByTags(setOf("theirs $it")) }
                        "loaded"
                    }
                loaded shouldBe "loaded"
                val kept = removals <= 256
                cache.get<String>("k") shouldBe if (kept) "loaded" else null
                cache.flush()
                cache.evictAll()
                cache.get<String>("k") shouldBe if (kept) "loaded" else null
                cache.stats().notKept shouldBe if (kept) 0 else 1
            }
        }

        test("a row that is read while more removals pass than are remembered is given, not taken to memory") {
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store).use { cache ->
                cache.set("k", "stored", tags = setOf("mine"))
                cache.evictAll()
                val pause = store.pauseReads()
                coroutineScope {
                    val reader = async(Dispatchers.Default) { cache.get<String>("k") }
                    pause.awaitArrival()
                    repeat(257) { cache.clearByTags(setOf("theirs $it")) }
                    pause.release()
                    reader.await() shouldBe "stored"
                }
                cache.keys(Tier.MEMORY).toList().shouldBeEmpty()
                cache.get<String>("k") shouldBe "stored"
            }
        }

        test("a load that a removal overtook before it had looked at the store gets what a later one brings") {
            val held = CompletableDeferred<Runnable>()
            val holding =
                Executor { task -> if (!held.complete(task)) Dispatchers.Default.asExecutor().execute(task) }
            Cachetronaut(InMemoryStore()) { loaderDispatcher = holding.asCoroutineDispatcher() }.use { cache ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val early = async(Dispatchers.Default) { cache.cached<String>("k") { error("it is late") } }
                    val begin = held.await()
                    cache.delete("k")
                    val late =
                        async(Dispatchers.Default) {
                            cache.cached<String>("k") {
                                started.complete(Unit)
                                gate.await()
                                "late"
                            }
                        }
                    started.await()
                    begin.run()
                    gate.complete(Unit)
                    early.await() shouldBe "late"
                    late.await() shouldBe "late"
                }
                cache.get<String>("k") shouldBe "late"
                cache.flush()
                cache.evictAll()
                cache.get<String>("k") shouldBe "late"
            }
        }
    })
