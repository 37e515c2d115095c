package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn

/** What memory can answer is answered in place: the caller neither suspends nor changes its thread. */
@Tags("fast")
class MemoryHitSpec :
    FunSpec({
        val calls: Map<String, suspend (Cachetronaut) -> Any?> =
            mapOf(
                "get" to { it.get<Int>("a") },
                "get of a version" to { it.get<Int>("a", version = 1) },
                "get that leaves memory alone" to { it.get<Int>("a", promote = false) },
                "get of a generic type" to { it.get<List<Int>>("list")?.single() },
                "get of a nullable type" to { it.get<Int?>("a") },
                "cached" to { cache -> cache.cached<Int>("a") { 2 } },
                "cached with everything given" to { cache ->
                    cache.cached<Int>("a", tags = setOf("t"), version = 1, format = "json") { 2 }
                },
                "cached of a generic type" to { cache -> cache.cached<List<Int>>("list") { listOf(2) }.single() },
                "find" to { (it.find<Int>("a") as Lookup.Hit).value },
                "find of a version" to { (it.find<Int>("a", version = 1) as Lookup.Hit).value },
                "getMany" to { it.getMany<Int>(listOf("a", "b")).values.min() },
                "cachedMany" to { cache ->
                    cache.cachedMany<Int>(listOf("a", "b")) { error("all there") }.values.min()
                },
            )

        withData(nameFn = { "a hit in memory of ${it.key} does not suspend" }, calls.entries) { (_, call) ->
            val dispatches = AtomicInteger()
            val store = counting(Dispatchers.IO, dispatches)
            val config =
                EngineConfig().apply {
                    backend = InMemoryStore()
                    storeDispatcher = store
                    withJobs = false
                }
            cachetronautOn(Engines.open(config)).use { cache ->
                cache.setMany(mapOf("a" to 1, "b" to 2))
                cache.set("list", listOf(1))
                dispatches.set(0)
                unsuspended { call(cache) } shouldBe 1
                dispatches.get() shouldBe 0
            }
        }

        test("what is found in memory is found there by find, with its metadata") {
            withCache { cache ->
                cache.set("a", 1, tags = setOf("t"), version = 3)
                val hit = unsuspended { cache.find<Int>("a") }.shouldBeInstanceOf<Lookup.Hit<Int>>()
                hit.source shouldBe Tier.MEMORY
                hit.metadata.tags shouldBe listOf("t")
                hit.metadata.version shouldBe 3
            }
        }

        test("a cached null is a hit in memory too") {
            withCache { cache ->
                cache.set<Int?>("none", null)
                unsuspended { cache.get<Int?>("none") } shouldBe null
                unsuspended { cache.cached<Int?>("none") { 1 } } shouldBe null
                cache.stats().memoryHits shouldBe 2
            }
        }
    })

/** Counts how often somebody leaves their thread for [dispatcher]: an answer may be there before they would wait for it. */
private fun counting(
    dispatcher: CoroutineDispatcher,
    dispatches: AtomicInteger,
) = object : CoroutineDispatcher() {
    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        dispatches.incrementAndGet()
        dispatcher.dispatch(context, block)
    }
}

private fun <R> unsuspended(call: suspend () -> R): R {
    val result = call.startCoroutineUninterceptedOrReturn(Continuation(EmptyCoroutineContext) { })
    check(result !== COROUTINE_SUSPENDED) { "it suspended" }
    @Suppress("UNCHECKED_CAST")
    return result as R
}
