package io.github.cachetronomy.it

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.TypeRef
import io.github.cachetronomy.it.doors.Person
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.nio.file.Path
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** The same file through both faces at once: one engine, one memory, one load. */
@Tags("fast")
class CrossFaceSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        suspend fun withBoth(block: suspend (Cachetronaut, BlockingCachetronaut) -> Unit) {
            val file = folder.resolve("both-${files++}.db")
            Cachetronaut(file).use { kotlin -> BlockingCachetronaut.open(file).use { java -> block(kotlin, java) } }
        }

        test("a hundred coroutines, twenty threads and twenty futures on one cold key make one load") {
            withBoth { kotlin, java ->
                val loads = AtomicInteger()
                val gate = CountDownLatch(1)
                val threads = Executors.newFixedThreadPool(20)
                try {
                    coroutineScope {
                        val coroutines =
                            List(100) {
                                async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                                    kotlin.cached<String>("k") {
                                        loads.incrementAndGet()
                                        kotlinx.coroutines.runInterruptible(Dispatchers.IO) { gate.await() }
                                        "loaded"
                                    }
                                }
                            }
                        val started = CountDownLatch(20)
                        val blocking =
                            List(20) {
                                threads.submit<String> {
                                    started.countDown()
                                    java.cached("k", String::class.java) {
                                        loads.incrementAndGet()
                                        "loaded"
                                    }
                                }
                            }
                        val futures =
                            List(20) {
                                java.async().cached("k", String::class.java) {
                                    loads.incrementAndGet()
                                    CompletableFuture.completedFuture("loaded")
                                }
                            }
                        started.await(10, TimeUnit.SECONDS)
                        gate.countDown()
                        coroutines.awaitAll().toSet() shouldBe setOf("loaded")
                        blocking.map { it.get() }.toSet() shouldBe setOf("loaded")
                        futures.map { it.get() }.toSet() shouldBe setOf("loaded")
                    }
                } finally {
                    threads.shutdownNow()
                }
                loads.get() shouldBe 1
            }
        }

        test("what one face writes the other reads, the very object from memory and an equal one from the file") {
            withBoth { kotlin, java ->
                val ada = Person("Ada", 36)
                kotlin.set("p", ada)
                java.get("p", Person::class.java).get() shouldBeSameInstanceAs ada
                java.evictAll()
                val hit = java.find("p", Person::class.java).shouldBeInstanceOf<Lookup.Hit<Person?>>()
                hit.source shouldBe Tier.STORE
                hit.value shouldBe ada
                java.set("list", listOf(1, 2), object : TypeRef<List<Int>>() {})
                kotlin.get<List<Int>>("list") shouldBe listOf(1, 2)
            }
        }

        test("closing one face leaves the other open; the last one ends the engine") {
            val file = folder.resolve("counted.db")
            val kotlin = Cachetronaut(file)
            val java = BlockingCachetronaut.open(file)
            kotlin.close()
            java.set("k", "v")
            java.get("k", String::class.java).get() shouldBe "v"
            java.close()
            openHandles(file) shouldBe 0
        }

        test(
            "a value read as another type through the other face is decoded for that caller, and memory keeps its own",
        ) {
            withBoth { kotlin, java ->
                val ada = Person("Ada", 36)
                kotlin.set("p", ada)
                repeat(2) {
                    val other = java.find("p", object : TypeRef<Map<String, Any>>() {})
                    val hit = other.shouldBeInstanceOf<Lookup.Hit<Map<String, Any>?>>()
                    hit.source shouldBe Tier.STORE
                    hit.value shouldBe mapOf("name" to "Ada", "age" to 36)
                }
                val hit = kotlin.find<Person>("p").shouldBeInstanceOf<Lookup.Hit<Person>>()
                hit.source shouldBe Tier.MEMORY
                hit.value shouldBeSameInstanceAs ada
            }
        }

        test("the same file by another name is the same file") {
            val file = folder.resolve("named.db")
            Cachetronaut(file).use { one ->
                one.set("k", "v")
                Cachetronaut(folder.resolve("x/../named.db")).use { other -> other.get<String>("k") shouldBe "v" }
            }
        }

        test("an interrupted waiter is told by a CancellationException with its flag set, and the load goes on") {
            withBoth { kotlin, java ->
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                coroutineScope {
                    val leader =
                        async(Dispatchers.Default) {
                            kotlin.cached<String>("k") {
                                started.complete(Unit)
                                gate.await()
                                "loaded"
                            }
                        }
                    started.await()
                    val seen = CompletableFuture<Pair<Throwable, Boolean>>()
                    val waiter =
                        thread {
                            try {
                                java.cached("k", String::class.java) { "mine" }
                            } catch (thrown: Throwable) {
                                seen.complete(thrown to Thread.currentThread().isInterrupted)
                            }
                        }
                    waiter.interrupt()
                    val (thrown, flag) = seen.get(10, TimeUnit.SECONDS)
                    thrown.shouldBeInstanceOf<CancellationException>()
                    flag shouldBe true
                    gate.complete(Unit)
                    leader.await() shouldBe "loaded"
                }
            }
        }

        test("a blocking leader whose loader is interrupted gets it as thrown, and the next waiter loads for itself") {
            withBoth { kotlin, java ->
                val started = CountDownLatch(1)
                val thrown = CompletableFuture<Throwable>()
                val leader =
                    thread {
                        try {
                            java.cached("k", String::class.java) {
                                started.countDown()
                                CountDownLatch(1).await()
                                "never"
                            }
                        } catch (failure: Throwable) {
                            thrown.complete(failure)
                        }
                    }
                started.await()
                coroutineScope {
                    val follower =
                        async(
                            Dispatchers.Default,
                            CoroutineStart.UNDISPATCHED,
                        ) { kotlin.cached<String>("k") { "mine" } }
                    leader.interrupt()
                    thrown.get(10, TimeUnit.SECONDS).shouldBeInstanceOf<InterruptedException>()
                    follower.await() shouldBe "mine"
                }
            }
        }

        test("cancelling one future leaves the load to the others, cancelling all of them ends it") {
            withBoth { _, java ->
                val stage = CompletableFuture<String>()
                val first = java.async().cached("k", String::class.java) { stage }
                val second = java.async().cached("k", String::class.java) { CompletableFuture.completedFuture("mine") }
                first.cancel(true)
                stage.complete("loaded")
                second.get(10, TimeUnit.SECONDS) shouldBe "loaded"

                val abandoned = CompletableFuture<String>()
                val asked = CountDownLatch(1)
                val only =
                    java.async().cached("other", String::class.java) {
                        asked.countDown()
                        abandoned
                    }
                asked.await(10, TimeUnit.SECONDS)
                only.cancel(true)
                // Cancelling the last waiter cancels the loader's own stage.
                shouldThrow<CancellationException> { abandoned.get(10, TimeUnit.SECONDS) }
            }
        }

        test("counters from many threads of both faces lose nothing") {
            withBoth { kotlin, java ->
                val threads = List(4) { thread { repeat(100) { java.increment("n") } } }
                coroutineScope {
                    List(
                        4,
                    ) { async(Dispatchers.Default) { repeat(100) { kotlin.increment("n") } } }.awaitAll()
                }
                threads.forEach { it.join() }
                kotlin.get<Long>("n") shouldBe 800
                java.set("m", 1, EntryOptions.neverExpires())
                coroutineScope {
                    List(
                        8,
                    ) {
                        async(
                            Dispatchers.Default,
                        ) { repeat(25) { kotlin.update<Int>("m") { (it ?: 0) + 1 } } }
                    }.awaitAll()
                }
                kotlin.get<Int>("m") shouldBe 201
            }
        }
    })

/** How many of this process's file descriptors are on [file] or its companions; 0 where the system does not tell. */
internal fun openHandles(file: Path): Int {
    val descriptors = java.io.File("/proc/self/fd").listFiles() ?: return 0
    return descriptors.count { runCatching { it.canonicalPath.startsWith(file.toString()) }.getOrDefault(false) }
}
