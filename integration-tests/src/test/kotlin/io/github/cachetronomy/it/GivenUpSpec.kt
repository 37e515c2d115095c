package io.github.cachetronomy.it

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.engine.queue.Write
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

/** Who has waited long enough gives a write or removal up: no older value comes up for that. */
@Tags("fast")
class GivenUpSpec :
    FunSpec({
        for (waiter in Waiter.entries) {
            test("$waiter: a write given up while older ones were being committed leaves none of them to be read") {
                onPatientHarness {
                    cache.set("k", 0)
                    val held = holdUp()
                    val deleting = begun { cache.delete("k") }
                    val setting = begun { cache.set("k", 1) }
                    val commit = holdTransaction()
                    held.release()
                    commit.awaitArrival()
                    impatiently(waiter) { engine.set("k", 2, Harness.INT, NEVER) }.getOrThrow().stored shouldBe false
                    cache.get<Int>("k") shouldBe 2
                    commit.release()
                    deleting.await() shouldBe true
                    setting.await()
                    cache.flush()
                    cache.evict("k")
                    cache.get<Int>("k") shouldBe null
                }
            }

            test("$waiter: a write given up behind an older one that waits leaves that not to be read") {
                onPatientHarness {
                    val held = holdUp()
                    val older = begun { cache.set("k", 1) }
                    impatiently(waiter) { engine.set("k", 2, Harness.INT, NEVER) }.getOrThrow().stored shouldBe false
                    cache.get<Int>("k") shouldBe 2
                    held.release()
                    older.await()
                    cache.flush()
                    cache.evict("k")
                    cache.get<Int>("k") shouldBe null
                }
            }

            mapOf<String, Harness.() -> Write<*>>(
                "delete" to { engine.delete("k") },
                "removal by tag" to { engine.clearByTags(setOf("t"), TagMatch.ANY) },
                "removal by prefix" to { engine.clearByPrefix("k") },
                "clear" to { engine.clear() },
            ).forEach { (name, removal) ->
                test("$waiter: a $name given up behind a write that waits is in force when that is done") {
                    onPatientHarness {
                        val held = holdUp()
                        val older = begun { cache.set("k", 1, tags = setOf("t")) }
                        impatiently(waiter) { removal() }.getOrThrow()
                        cache.get<Int>("k") shouldBe null
                        held.release()
                        older.await()
                        cache.flush()
                        cache.get<Int>("k") shouldBe null
                        stored("k") shouldBe null
                    }
                }
            }

            test("$waiter: a write that was asked for behind a removal that was given up stays") {
                onPatientHarness {
                    val held = holdUp()
                    impatiently(waiter) { engine.clear() }.getOrThrow()
                    val newer = begun { cache.set("k", 1) }
                    held.release()
                    newer.await().stored shouldBe true
                    cache.flush()
                    stored("k") shouldBe "1"
                    cache.evict("k")
                    cache.get<Int>("k") shouldBe 1
                }
            }

            test("$waiter: an increment that was given up is not made") {
                onPatientHarness {
                    cache.increment("n", by = 5)
                    val held = holdUp()
                    impatiently(waiter) { engine.increment("n", 1, 0, NEVER) }.isFailure shouldBe true
                    held.release()
                    cache.flush()
                    cache.get<Long>("n") shouldBe 5
                }
            }
        }

        test("a suspending caller whose own commit does not come back from the store is answered all the same") {
            onPatientHarness {
                val commit = holdTransaction()
                impatiently(Waiter.SUSPENDING) { engine.increment("n", 1, 0, NEVER) }.isFailure shouldBe true
                commit.release()
                cache.flush()
                cache.get<Long>("n") shouldBe 1
            }
        }
    })

private enum class Waiter { BLOCKING, SUSPENDING }

/** Makes a write whose caller does not want to wait for long. */
private suspend fun <R> Harness.impatiently(
    waiter: Waiter,
    write: () -> Write<R>,
): Result<R> {
    val patience = engine.patience
    engine.patience = Duration.ofMillis(50)
    try {
        return when (waiter) {
            Waiter.BLOCKING -> onThread { runCatching { write().await() } }.soon()
            Waiter.SUSPENDING -> runCatching { write().awaitSuspending() }
        }
    } finally {
        engine.patience = patience
    }
}

private val NEVER = EntryOptions.neverExpires()

private suspend fun onPatientHarness(test: suspend Harness.() -> Unit) =
    onHarness(configure = { patience = Duration.ofMinutes(1) }, test = test)
