package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.RecursiveLoadException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

@Tags("fast")
class LoadSpec :
    FunSpec({
        test("a value is loaded once and then comes from memory") {
            withCache { cache ->
                val loads = AtomicInteger()
                repeat(3) { cache.cached<String>("k") { "v${loads.incrementAndGet()}" } shouldBe "v1" }
                cache.stats().loads shouldBe 1
            }
        }

        test("a hundred callers of a cold key run one loader") {
            withCache { cache ->
                val loads = AtomicInteger()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val callers =
                        List(100) {
                            async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                                cache.cached<Int>("k") {
                                    loads.incrementAndGet()
                                    gate.await()
                                    7
                                }
                            }
                        }
                    gate.complete(Unit)
                    callers.awaitAll().toSet() shouldBe setOf(7)
                }
                loads.get() shouldBe 1
            }
        }

        test("what a loader throws reaches every waiter as thrown, once, and is not cached") {
            withCache { cache ->
                val gate = CompletableDeferred<Unit>()
                val failure = IOException("no luck")
                val loads = AtomicInteger()
                supervisorScope {
                    val callers =
                        List(20) {
                            async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                                cache.cached<Int>("k") {
                                    loads.incrementAndGet()
                                    gate.await()
                                    throw failure
                                }
                            }
                        }
                    gate.complete(Unit)
                    callers.forEach { shouldThrow<IOException> { it.await() }.message shouldBe "no luck" }
                }
                loads.get() shouldBe 1
                cache.cached<Int>("k") { 1 } shouldBe 1
                cache.stats().loadFailures shouldBe 1
            }
        }

        test("the load goes on when its leader leaves and another waits") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val leader =
                        launch(Dispatchers.Default) {
                            cache.cached<String>("k") {
                                started.complete(Unit)
                                gate.await()
                                "from the leader"
                            }
                        }
                    started.await()
                    val follower =
                        async(
                            Dispatchers.Default,
                            CoroutineStart.UNDISPATCHED,
                        ) { cache.cached<String>("k") { "from the follower" } }
                    leader.cancelAndJoin()
                    gate.complete(Unit)
                    follower.await() shouldBe "from the leader"
                }
            }
        }

        test("the last one to leave cancels the load") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val cancelled = CompletableDeferred<Unit>()
                coroutineScope {
                    val callers =
                        List(3) {
                            launch(Dispatchers.Default) {
                                cache.cached<String>("k") {
                                    started.complete(Unit)
                                    try {
                                        awaitCancellation()
                                    } finally {
                                        cancelled.complete(Unit)
                                    }
                                }
                            }
                        }
                    started.await()
                    callers.forEach { it.cancel() }
                    cancelled.await()
                    callers.joinAll()
                }
                cache.cached<String>("k") { "fresh" } shouldBe "fresh"
            }
        }

        test("a load that times out inside is its leader's timeout; the next waiter loads for itself") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                supervisorScope {
                    val leader =
                        async(Dispatchers.Default) {
                            cache.cached<String>("k") {
                                withTimeout(20.milliseconds) {
                                    started.complete(Unit)
                                    awaitCancellation()
                                }
                            }
                        }
                    started.await()
                    val follower =
                        async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { cache.cached<String>("k") { "mine" } }
                    shouldThrow<TimeoutCancellationException> { leader.await() }
                    follower.await() shouldBe "mine"
                }
            }
        }

        test("a CancellationException out of the loader is no result: leader as thrown, waiter tries itself") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                supervisorScope {
                    val leader =
                        async(Dispatchers.Default) {
                            cache.cached<String>("k") {
                                started.complete(Unit)
                                gate.await()
                                throw CancellationException("changed my mind")
                            }
                        }
                    started.await()
                    val follower =
                        async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { cache.cached<String>("k") { "mine" } }
                    gate.complete(Unit)
                    shouldThrow<CancellationException> { leader.await() }.message shouldBe "changed my mind"
                    follower.await() shouldBe "mine"
                }
            }
        }

        test("a loader runs with its leader's context, without its job") {
            withCache { cache ->
                withContext(CoroutineName("leader")) {
                    cache.cached<String>("k") { currentCoroutineContext()[CoroutineName]!!.name } shouldBe "leader"
                }
            }
        }

        test("a loader that asks for its own key is told so") {
            withCache { cache ->
                val failure =
                    shouldThrow<RecursiveLoadException> {
                        cache.cached<Int>("k") { cache.cached<Int>("k") { 1 } }
                    }
                failure.chain shouldContainExactly listOf("k", "k")
            }
        }

        test("a circle through other keys is named") {
            withCache { cache ->
                val failure =
                    shouldThrow<RecursiveLoadException> {
                        cache.cached<Int>(
                            "a",
                        ) { cache.cached<Int>("b") { cache.cached<Int>("c") { cache.cached<Int>("a") { 1 } } } }
                    }
                failure.chain shouldContainExactly listOf("c", "a", "b", "c")
            }
        }

        test("two loads that cross are told so instead of waiting for ever") {
            withCache { cache ->
                val inA = CompletableDeferred<Unit>()
                val inB = CompletableDeferred<Unit>()
                supervisorScope {
                    val a =
                        async(Dispatchers.Default) {
                            cache.cached<Int>("a") {
                                inA.complete(Unit)
                                inB.await()
                                cache.cached<Int>("b") { 2 }
                            }
                        }
                    val b =
                        async(Dispatchers.Default) {
                            cache.cached<Int>("b") {
                                inB.complete(Unit)
                                inA.await()
                                cache.cached<Int>("a") { 1 }
                            }
                        }
                    // Whoever came second was refused, and the other's load failed with it.
                    for (caller in listOf(a, b)) {
                        val chain = shouldThrow<RecursiveLoadException> { caller.await() }.chain
                        chain.toSet() shouldBe setOf("a", "b")
                        chain shouldHaveSize 3
                        chain.first() shouldBe chain.last()
                    }
                }
            }
        }

        test("nested loads of different keys work") {
            withCache { cache ->
                cache.cached<Int>("outer") { cache.cached<Int>("inner") { 20 } + 1 } shouldBe 21
            }
        }

        test("a loader under virtual time takes no real time") {
            withCache { cache ->
                runTest {
                    cache.cached<String>("k") {
                        delay(1.hours)
                        "later"
                    } shouldBe "later"
                }
            }
        }

        test("a cached null is a hit where the type has null, and loaded anew where it has not") {
            withCache { cache ->
                val loads = AtomicInteger()
                repeat(2) {
                    cache.cached<String?>("k") {
                        loads.incrementAndGet()
                        null
                    } shouldBe null
                }
                loads.get() shouldBe 1
                cache.cached<String>("k") { "some" } shouldBe "some"
            }
        }

        test("a value that cannot be encoded is returned, not kept, counted and told") {
            class Opaque
            withCache { cache ->
                val told = CompletableDeferred<CacheEvent>()
                coroutineScope {
                    val listening =
                        launch(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                            told.complete(cache.events.first { it is CacheEvent.NotKept })
                        }
                    val value = Opaque()
                    cache.cached<Opaque>("k") { value } shouldBeSameInstanceAs value
                    (told.await() as CacheEvent.NotKept).reason shouldContain "Serializable"
                    listening.join()
                }
                cache.contains("k") shouldBe false
                cache.stats().notKept shouldBe 1
            }
        }

        test("closing lets waiters go and does not wait for the loader") {
            val file = tempFile()
            val cache = Cachetronaut(file)
            val started = CompletableDeferred<Unit>()
            supervisorScope {
                val caller =
                    async(Dispatchers.Default) {
                        cache.cached<String>("k") {
                            started.complete(Unit)
                            awaitCancellation()
                        }
                    }
                started.await()
                cache.close()
                shouldThrow<CacheClosedException> { caller.await() }
            }
        }

        test("cachedMany loads only what is missing, in one call, and keeps the order of the keys") {
            withCache { cache ->
                cache.set("b", 2)
                val asked = ArrayList<Set<String>>()
                cache.cachedMany<Int>(listOf("c", "b", "a")) { missing ->
                    asked += missing
                    missing.associateWith { it[0] - 'a' }
                } shouldContainExactly linkedMapOf("c" to 2, "b" to 2, "a" to 0)
                asked shouldHaveSize 1
                asked.single() shouldBe setOf("c", "a")
                cache.evictAll()
                cache
                    .cachedMany<Int>(
                        listOf("a", "b", "c"),
                    ) { error("everything is in the file") }
                    .keys
                    .toList() shouldContainExactly
                    listOf("a", "b", "c")
            }
        }

        test("cachedMany waits for a key that somebody loads already") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val single =
                        async(Dispatchers.Default) {
                            cache.cached<Int>("a") {
                                started.complete(Unit)
                                gate.await()
                                1
                            }
                        }
                    started.await()
                    val many =
                        async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                            cache.cachedMany<Int>(listOf("a", "b")) { missing ->
                                missing shouldBe setOf("b")
                                gate.complete(Unit)
                                mapOf("b" to 2)
                            }
                        }
                    many.await() shouldContainExactly mapOf("a" to 1, "b" to 2)
                    single.await() shouldBe 1
                }
            }
        }

        test("a key that cachedMany's loader leaves out is left out") {
            withCache { cache ->
                cache.cachedMany<Int>(listOf("a", "b")) { mapOf("a" to 1) } shouldContainExactly mapOf("a" to 1)
            }
        }

        test("a bulk loader that asks for one of its own keys is told so") {
            withCache { cache ->
                shouldThrow<RecursiveLoadException> {
                    cache.cachedMany<Int>(listOf("a", "b")) { mapOf("a" to 1, "b" to cache.cached<Int>("b") { 2 }) }
                }
            }
        }

        test("a cancelled cachedMany leaves a key to the one who waits for it") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val many =
                        launch(Dispatchers.Default) {
                            cache.cachedMany<Int>(listOf("a", "b")) {
                                started.complete(Unit)
                                gate.await()
                                mapOf("a" to 1, "b" to 2)
                            }
                        }
                    started.await()
                    val single =
                        async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { cache.cached<Int>("b") { 99 } }
                    many.cancelAndJoin()
                    gate.complete(Unit)
                    single.await() shouldBe 2
                }
            }
        }
    })
