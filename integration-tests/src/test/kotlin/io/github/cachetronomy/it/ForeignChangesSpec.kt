package io.github.cachetronomy.it

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import java.time.Duration
import kotlin.time.Duration.Companion.hours

/** What another process wrote to the same store is served once it can be known of. */
@Tags("fast")
class ForeignChangesSpec :
    FunSpec({
        test("a row that was read before another process wrote does not speak for the value in memory") {
            onWatchingHarness {
                cache.set("k", 1)
                store.foreignCommit()
                pass(NEXT_LOOK)
                // The value in memory may be out of date now: the store is asked, and is slow to answer.
                val read = holdRead()
                val reading = onThread { engine.get("k", Harness.INT, null, true) }
                read.awaitArrival()
                elsewhere("k", "2")
                pass(NEXT_LOOK)
                read.release()
                reading.soon()
                cache.get<Int>("k") shouldBe 2
            }
        }

        test("touch does not bring back the value that another process has replaced") {
            onWatchingHarness {
                cache.set("k", 1)
                elsewhere("k", "2")
                pass(NEXT_LOOK)
                cache.touch("k", timeToLive = 2.hours) shouldBe true
                cache.get<Int>("k") shouldBe 2
            }
        }

        test("touch keeps the value in memory where nobody else has changed it") {
            onWatchingHarness {
                cache.set("k", 1)
                cache.touch("k", timeToLive = 2.hours) shouldBe true
                val reads = store.reads
                cache.get<Int>("k") shouldBe 1
                store.reads shouldBe reads
            }
        }
    })

/** When the cache has looked again for what other processes did. */
private val NEXT_LOOK = Duration.ofSeconds(1)

private suspend fun onWatchingHarness(test: suspend Harness.() -> Unit) =
    onHarness(configure = { storeDispatcher = Dispatchers.Unconfined }, test = test)
