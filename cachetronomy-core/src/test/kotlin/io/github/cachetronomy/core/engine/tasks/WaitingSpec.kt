package io.github.cachetronomy.core.engine.tasks

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture

/** Who goes on where. */
@Tags("fast")
class WaitingSpec :
    FunSpec({
        val patience = Duration.ofDays(1)

        val outcomes =
            mapOf(
                "is there" to CompletableFuture.completedFuture("there"),
                "has failed" to CompletableFuture.failedFuture(IOException("failed")),
                "failed before it was there" to
                    CompletableFuture.failedFuture<Int>(IOException("failed")).thenApply { "$it" },
            )
        for ((title, future) in outcomes) {
            test("what $title is known at once, on the thread that asks") {
                coroutineScope {
                    val answer =
                        async(Dispatchers.Unconfined, CoroutineStart.UNDISPATCHED) {
                            val asked = Thread.currentThread()
                            val known = runCatching { future.awaitShared(patience) }
                            known.getOrElse { "${it::class.simpleName} ${it.message}" } to
                                (Thread.currentThread() === asked)
                        }
                    answer.isCompleted shouldBe true
                    answer.await() shouldBe
                        ((if (future.isCompletedExceptionally) "IOException failed" else "there") to true)
                }
            }
        }

        test("a waiter without a thread of its own goes on elsewhere than on the one that completes") {
            val future = CompletableFuture<String>()
            coroutineScope {
                val wentOn =
                    async(Dispatchers.Unconfined, CoroutineStart.UNDISPATCHED) {
                        future.awaitShared(patience)
                        Thread.currentThread()
                    }
                val completing = Thread { future.complete("there") }.apply { start() }
                (wentOn.await() === completing) shouldBe false
            }
        }
    })
