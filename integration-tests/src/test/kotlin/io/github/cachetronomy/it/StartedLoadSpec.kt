package io.github.cachetronomy.it

import io.github.cachetronomy.core.RecursiveLoadException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.future.asCompletableFuture
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit

/**
 * The loader of «a» starts a load of «b», whose loader asks for «a». Whether the first will ever wait for
 * what it started cannot be known, so it counts as waiting, unless the load is started as if by somebody else.
 */
@Tags("fast")
class StartedLoadSpec :
    FunSpec({
        val folder = tempdir().toPath()
        // What fails in one test leaves the next alone.
        val elsewhere = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        var files = 0
        afterSpec { elsewhere.cancel() }

        suspend fun withBoth(block: suspend (Both) -> Unit) {
            val file = folder.resolve("started-${files++}.db")
            Cachetronaut(file).use { kotlin ->
                BlockingCachetronaut.open(file).use { java -> block(Both(kotlin, java)) }
            }
        }

        val asSomebodyElse: Map<String, suspend Both.() -> CompletableFuture<String>> =
            mapOf(
                "a coroutine of another scope" to { elsewhere.async { loadB() }.asCompletableFuture() },
                "a task on an executor" to { CompletableFuture.supplyAsync { loadBBlocking() } },
                "a task that holds a future" to { CompletableFuture.supplyAsync { loadBLater() }.thenCompose { it } },
            )
        for ((name, start) in asSomebodyElse) {
            test("started by $name it waits for the first load and gets its value") {
                withBoth { both ->
                    val started = startedWhileLoading(both, start)
                    started.get(10, TimeUnit.SECONDS) shouldBe "a, b"
                    both.kotlin.get<String>("b") shouldBe "a, b"
                }
            }
        }

        val asItself: Map<String, suspend Both.() -> CompletableFuture<String>> =
            mapOf(
                "a coroutine that inherits its context" to {
                    val inherited = currentCoroutineContext().minusKey(Job) + Dispatchers.Default
                    elsewhere.async(inherited) { loadB() }.asCompletableFuture()
                },
                "a coroutine that begins on its thread" to {
                    elsewhere.async(start = CoroutineStart.UNDISPATCHED) { loadB() }.asCompletableFuture()
                },
                "a future" to { loadBLater() },
            )
        for ((name, start) in asItself) {
            test("started by the loader itself, in $name, it is refused, and nobody else is hurt") {
                withBoth { both ->
                    val started = startedWhileLoading(both, start)
                    val refused =
                        shouldThrow<ExecutionException> { started.get(10, TimeUnit.SECONDS) }
                            .cause as RecursiveLoadException
                    refused.chain shouldContainExactly listOf("b", "a", "b")
                    // The first load is over, so that nobody waits in a circle any more.
                    both.loadBLater().get(10, TimeUnit.SECONDS) shouldBe "a, b"
                }
            }
        }

        test("a blocking loader that starts a future is refused likewise") {
            withBoth { both ->
                val started = CompletableFuture<CompletableFuture<String>>()
                val first =
                    both.java.cached("a", String::class.java) {
                        started.complete(both.loadBLater())
                        both.awaitAsked()
                        "a"
                    }
                first shouldBe "a"
                shouldThrow<ExecutionException> { started.get().get(10, TimeUnit.SECONDS) }
                    .cause as RecursiveLoadException
            }
        }

        test("a loader that waits for what it started only after that has asked ends, instead of waiting for ever") {
            withBoth { both ->
                val refused =
                    shouldThrow<CompletionException> {
                        both.java.cached("a", String::class.java) {
                            val started = both.loadBLater()
                            both.awaitAsked()
                            CompletableFuture.allOf(started).orTimeout(10, TimeUnit.SECONDS).join()
                            "never"
                        }
                    }
                (refused.cause as RecursiveLoadException).chain shouldContainExactly listOf("b", "a", "b")
            }
        }
    }) {
    private companion object {
        /** What [start] gave while «a» was being loaded; by now it has been. */
        suspend fun startedWhileLoading(
            both: Both,
            start: suspend Both.() -> CompletableFuture<String>,
        ): CompletableFuture<String> {
            lateinit var started: CompletableFuture<String>
            both.kotlin.cached<String>("a") {
                started = both.start()
                both.awaitAsked()
                "a"
            } shouldBe "a"
            return started
        }
    }

    /** Both faces of one cache, and three ways to load «b» out of «a». */
    private class Both(
        val kotlin: Cachetronaut,
        val java: BlockingCachetronaut,
    ) {
        private val asked = CountDownLatch(1)

        /** Until the loader of «b» has asked for «a», and waits for it or was refused. */
        fun awaitAsked() = check(asked.await(10, TimeUnit.SECONDS)) { "it was never asked for" }

        suspend fun loadB(): String =
            kotlin.cached<String>("b") {
                coroutineScope {
                    val a = async(start = CoroutineStart.UNDISPATCHED) { kotlin.cached<String>("a") { "anew" } }
                    asked.countDown()
                    "${a.await()}, b"
                }
            }

        fun loadBBlocking(): String =
            java.cached("b", String::class.java) {
                val a = java.async().cached("a", String::class.java) { CompletableFuture.completedFuture("anew") }
                asked.countDown()
                "${a.join()}, b"
            }

        fun loadBLater(): CompletableFuture<String> =
            java.async().cached("b", String::class.java) {
                val a = java.async().cached("a", String::class.java) { CompletableFuture.completedFuture("anew") }
                asked.countDown()
                a.thenApply { "$it, b" }
            }
    }
}
