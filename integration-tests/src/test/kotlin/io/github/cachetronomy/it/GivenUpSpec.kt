package io.github.cachetronomy.it

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.TagMatch
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

/** Who blocks gives a write or removal up when it has waited long enough: no older value comes up for that. */
@Tags("fast")
class GivenUpSpec :
    FunSpec({
        test("a write that was given up while older ones were being committed leaves none of them to be read") {
            onImpatientHarness {
                cache.set("k", 0)
                val held = holdUp()
                val deleting = begun { cache.delete("k") }
                val setting = begun { cache.set("k", 1) }
                val commit = holdTransaction()
                held.release()
                commit.awaitArrival()
                onThread { setBlocking("k", 2) }.soon().stored shouldBe false
                cache.get<Int>("k") shouldBe 2
                commit.release()
                deleting.await() shouldBe true
                setting.await()
                cache.flush()
                cache.evict("k")
                cache.get<Int>("k") shouldBe null
            }
        }

        test("a write that was given up behind an older one that waits leaves that not to be read") {
            onImpatientHarness {
                val held = holdUp()
                val older = begun { cache.set("k", 1) }
                onThread { setBlocking("k", 2) }.soon().stored shouldBe false
                cache.get<Int>("k") shouldBe 2
                held.release()
                older.await()
                cache.flush()
                cache.evict("k")
                cache.get<Int>("k") shouldBe null
            }
        }

        mapOf<String, Harness.() -> Unit>(
            "delete" to { engine.delete("k").await() },
            "removal by tag" to { engine.clearByTags(setOf("t"), TagMatch.ANY).await() },
            "removal by prefix" to { engine.clearByPrefix("k").await() },
            "clear" to { engine.clear().await() },
        ).forEach { (name, remove) ->
            test("a $name that was given up behind a write that waits is in force when that is done") {
                onImpatientHarness {
                    val held = holdUp()
                    val older = begun { cache.set("k", 1, tags = setOf("t")) }
                    onThread { remove() }.soon()
                    cache.get<Int>("k") shouldBe null
                    held.release()
                    older.await()
                    cache.flush()
                    cache.get<Int>("k") shouldBe null
                    stored("k") shouldBe null
                }
            }
        }

        test("a write that was asked for behind a removal that was given up stays") {
            onImpatientHarness {
                val held = holdUp()
                onThread { engine.clear().await() }.soon()
                val newer = begun { cache.set("k", 1) }
                held.release()
                newer.await().stored shouldBe true
                cache.flush()
                stored("k") shouldBe "1"
                cache.evict("k")
                cache.get<Int>("k") shouldBe 1
            }
        }

        test("an increment that was given up is not made") {
            onImpatientHarness {
                cache.increment("n", by = 5)
                val held = holdUp()
                onThread { runCatching { engine.increment("n", 1, 0, NEVER).await() } }.soon().isFailure shouldBe true
                held.release()
                cache.flush()
                cache.get<Long>("n") shouldBe 5
            }
        }
    })

private val NEVER = EntryOptions.neverExpires()

private suspend fun onImpatientHarness(test: suspend Harness.() -> Unit) =
    onHarness(configure = { patience = Duration.ofMillis(50) }, test = test)
