package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.KeyQuery
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.withTimeout
import java.nio.file.Path
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.seconds

/** Callers in any number, on whatever threads, do not keep each other from getting on. */
@Tags("deep")
class CrowdSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("blocking writers on every thread of Dispatchers.IO get their writes committed") {
            onFaces(folder.resolve("writers.db")) { _, blocking ->
                crowd(3_000, Dispatchers.IO) { blocking.set("k$it", it) }.awaitAll()
                blocking.keys(KeyQuery.defaults()).use { it.count() } shouldBe 3_000
            }
        }

        test("blocking callers on every thread of Dispatchers.IO wait for a loader that has to read the store itself") {
            onFaces(folder.resolve("waiters.db")) { suspending, blocking ->
                suspending.set("other", 5)
                suspending.evictAll()
                val leading = CompletableDeferred<Unit>()
                val go = CompletableDeferred<Unit>()
                val leader =
                    begun {
                        suspending.cached<Int>("k") {
                            leading.complete(Unit)
                            go.await()
                            checkNotNull(suspending.get<Int>("other"))
                        }
                    }
                leading.await()
                val threads = ConcurrentLinkedQueue<Thread>()
                val waiters =
                    crowd(IO_THREADS, Dispatchers.IO) {
                        threads += Thread.currentThread()
                        blocking.cached("k", Int::class.javaObjectType) { error("somebody loads it already") }
                    }
                eventually(5.seconds) {
                    threads.size shouldBe IO_THREADS
                    threads.all { it.state == Thread.State.WAITING } shouldBe true
                }
                go.complete(Unit)
                leader.await() shouldBe 5
                waiters.awaitAll().toSet() shouldBe setOf(5)
            }
        }

        test("hundreds of listings at once") {
            onFaces(folder.resolve("listings.db")) { suspending, _ ->
                suspending.set("k", 1)
                crowd(400, Dispatchers.Default) { suspending.keys().toList() }.awaitAll().toSet() shouldBe
                    setOf(listOf("k"))
            }
        }

        test("hundreds of listings that began while another process held the file for a moment") {
            onHarness {
                cache.set("k", 1)
                store.failTransactions(Kind.BUSY)
                val setting = begun { cache.set("k", 2) }
                val begun = CountDownLatch(300)
                val listings =
                    crowd(300, Dispatchers.Default) {
                        begun.countDown()
                        cache.keys().toList()
                    }
                begun.awaitSoon()
                store.heal()
                setting.await().stored shouldBe true
                listings.awaitAll().toSet() shouldBe setOf(listOf("k"))
            }
        }

        test("who goes on wherever it is resumed may block on the cache after a write") {
            onFaces(folder.resolve("unconfined-writes.db")) { suspending, blocking ->
                crowd(20, Dispatchers.Unconfined) {
                    suspending.set("a$it", 1)
                    blocking.set("b$it", 2)
                    suspending.delete("a$it")
                    blocking.clearByTags(setOf("none"))
                }.awaitAll()
                suspending.keys(prefix = "b").toList().size shouldBe 20
            }
        }

        test("who goes on wherever it is resumed may block on the cache after another caller's load") {
            onFaces(folder.resolve("unconfined-loads.db")) { suspending, blocking ->
                val go = CompletableDeferred<Unit>()
                val leader =
                    begun {
                        suspending.cached<Int>("k") {
                            go.await()
                            1
                        }
                    }
                val waiters =
                    crowd(20, Dispatchers.Unconfined) {
                        suspending.cached<Int>("k") { error("somebody loads it already") }
                        blocking.set("b$it", 2)
                        blocking.cached("k", Int::class.javaObjectType) { error("it is loaded") }
                    }
                go.complete(Unit)
                leader.await() shouldBe 1
                waiters.awaitAll().toSet() shouldBe setOf(1)
            }
        }

        test("who collects events wherever it is resumed may block on the cache at each of them") {
            onFaces(folder.resolve("unconfined-events.db")) { suspending, blocking ->
                val told =
                    crowd(1, Dispatchers.Unconfined) {
                        val removed = suspending.events.filterIsInstance<CacheEvent.Removed>().first()
                        blocking.set("seen", removed.key)
                    }
                suspending.set("k", 1)
                suspending.delete("k")
                told.awaitAll()
                suspending.get<String>("seen") shouldBe "k"
            }
        }
    })

/** As many threads as Dispatchers.IO has unless told otherwise. */
private const val IO_THREADS = 64

/** Runs [test] on both faces of one file. A crowd that never gets on fails it. */
private suspend fun onFaces(
    file: Path,
    test: suspend CoroutineScope.(Cachetronaut, BlockingCachetronaut) -> Unit,
) = Cachetronaut(file).use { suspending ->
    BlockingCachetronaut.open(file).use { blocking ->
        withTimeout(15.seconds) { test(suspending, blocking) }
    }
}

/** Begins [work] [count] times at once. Whoever waits for it can give up, although its callers may not. */
private fun <R> crowd(
    count: Int,
    dispatcher: CoroutineDispatcher,
    work: suspend (Int) -> R,
): List<Deferred<R>> {
    val scope = CoroutineScope(SupervisorJob() + dispatcher)
    return List(count) { scope.async { work(it) } }
}
