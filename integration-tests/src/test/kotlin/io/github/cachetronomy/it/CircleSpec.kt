package io.github.cachetronomy.it

import io.github.cachetronomy.core.RecursiveLoadException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.Future
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

/** Loads that would wait for each other for ever are told so, whichever faces they go through. */
@Tags("fast")
class CircleSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        suspend fun withBoth(block: suspend (Cachetronaut, BlockingCachetronaut) -> Unit) {
            val file = folder.resolve("circle-${files++}.db")
            Cachetronaut(file).use { kotlin -> BlockingCachetronaut.open(file).use { java -> block(kotlin, java) } }
        }

        test("a suspending loader that goes through the Java face and back to its own key") {
            withBoth { kotlin, java ->
                val failure =
                    shouldThrow<RecursiveLoadException> {
                        kotlin.cached<String>("a") {
                            java.cached("b", String::class.java) {
                                runBlocking { kotlin.cached<String>("a") { "never" } }
                            }
                        }
                    }
                failure.chain shouldContainExactly listOf("b", "a", "b")
            }
        }

        test("a blocking loader that asks for its own key, through the future door too") {
            withBoth { _, java ->
                shouldThrow<RecursiveLoadException> {
                    java.cached("k", String::class.java) { java.cached("k", String::class.java) { "x" } }
                }
                val future =
                    java.async().cached("f", String::class.java) {
                        java.async().cached("f", String::class.java) { CompletableFuture.completedFuture("x") }
                    }
                shouldThrow<RecursiveLoadException> {
                    try {
                        future.get(10, TimeUnit.SECONDS)
                    } catch (failed: java.util.concurrent.ExecutionException) {
                        throw failed.cause!!
                    }
                }
            }
        }

        test("two threads whose loaders cross") {
            withBoth { _, java ->
                val both = CyclicBarrier(2)
                val threads = Executors.newFixedThreadPool(2)
                try {
                    fun crossing(
                        own: String,
                        other: String,
                    ) = threads.submit(
                        Callable {
                            java.cached(own, String::class.java) {
                                both.await(10, TimeUnit.SECONDS)
                                java.cached(other, String::class.java) { "never" }
                            }
                        },
                    )
                    val callers = listOf(crossing("a", "b"), crossing("b", "a"))
                    callers.forEach { namesBoth(shouldThrow { resultOf(it) }) }
                } finally {
                    threads.shutdownNow()
                }
            }
        }

        test("two futures whose loaders cross") {
            withBoth { _, java ->
                val both = CyclicBarrier(2)

                fun crossing(
                    own: String,
                    other: String,
                ) = java.async().cached(own, String::class.java) {
                    both.await(10, TimeUnit.SECONDS)
                    java.async().cached(other, String::class.java) { CompletableFuture.completedFuture("never") }
                }
                // Each may begin on the thread that asks, and waits for the other there.
                val threads = Executors.newFixedThreadPool(2)
                try {
                    val callers =
                        listOf("a" to "b", "b" to "a").map { (own, other) ->
                            threads.submit(Callable { resultOf(crossing(own, other)) })
                        }
                    callers.forEach { namesBoth(shouldThrow { resultOf(it) }) }
                } finally {
                    threads.shutdownNow()
                }
            }
        }

        test("a suspending loader that goes through the Java face, and another one, that cross") {
            withBoth { kotlin, java ->
                val inA = CompletableDeferred<Unit>()
                val inB = CompletableDeferred<Unit>()
                supervisorScope {
                    val a =
                        async(Dispatchers.IO) {
                            kotlin.cached<String>("a") {
                                inA.complete(Unit)
                                inB.await()
                                java.cached("b", String::class.java) { "never" }
                            }
                        }
                    val b =
                        async(Dispatchers.IO) {
                            kotlin.cached<String>("b") {
                                inB.complete(Unit)
                                inA.await()
                                kotlin.cached<String>("a") { "never" }
                            }
                        }
                    withTimeout(10.seconds) {
                        namesBoth(shouldThrow { a.await() })
                        namesBoth(shouldThrow { b.await() })
                    }
                }
            }
        }

        test("after a circle the keys can be loaded as if nothing had been") {
            withBoth { kotlin, java ->
                shouldThrow<RecursiveLoadException> {
                    kotlin.cached<String>("a") {
                        kotlin.cached<String>("b") { kotlin.cached<String>("a") { "never" } }
                    }
                }
                java.cached("a", String::class.java) { "one" } shouldBe "one"
                kotlin.cached<String>("b") { "two" } shouldBe "two"
            }
        }
    })

private fun namesBoth(refused: RecursiveLoadException) {
    refused.chain.toSet() shouldBe setOf("a", "b")
    refused.chain shouldHaveSize 3
    refused.chain.first() shouldBe refused.chain.last()
}

private fun resultOf(future: Future<String>): String =
    try {
        future.get(10, TimeUnit.SECONDS)
    } catch (failed: ExecutionException) {
        throw failed.cause!!
    }
