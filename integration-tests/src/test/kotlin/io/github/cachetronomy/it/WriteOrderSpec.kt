package io.github.cachetronomy.it

import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.cancelAndJoin
import java.time.Duration

private val writingBehind: EngineConfig.() -> Unit = {
    durability = Durability.WRITE_BEHIND
    patience = Duration.ofMillis(50)
}

/** Leaves no room in the queue, while the store is held up: 64 MiB are waiting in it then. */
private suspend fun Harness.fillQueue() {
    val mebibyte = ByteArray(1 shl 20)
    repeat(64) { cache.set("filler $it", mebibyte) }
}

/** Memory and store agree on which of several writes and removals was the last. */
@Tags("fast")
class WriteOrderSpec :
    FunSpec({
        test("an acknowledged write stays, although an older one of its key failed beside it") {
            val store = RefusingStore()
            onHarness(store) {
                cache.set("text", "no number")
                val held = holdUp()
                // What they are committed with fails as a whole, so that each is tried alone.
                val failing = begun { runCatching { cache.increment("text") } }
                val older = begun { cache.set("k", 1) }
                val newer = begun { cache.set("k", 2) }
                store.refused = setOf("1")
                held.release()
                failing.await().exceptionOrNull().shouldBeInstanceOf<DecodingFailedException>()
                older.await().stored shouldBe false
                newer.await().stored shouldBe true
                stored("k") shouldBe "2"
                cache.set("another", 3).stored shouldBe true
                stored("k") shouldBe "2"
            }
        }

        test("an acknowledged write stays, although an older one of its key waited too long for a busy store") {
            onHarness(configure = { patience = Duration.ofMillis(50) }) {
                store.failTransactions(Kind.BUSY)
                cache.set("k", 1).stored shouldBe false
                store.failTransactions(Kind.BUSY, 1)
                cache.set("k", 2).stored shouldBe true
                stored("k") shouldBe "2"
                cache.set("another", 3).stored shouldBe true
                stored("k") shouldBe "2"
            }
        }

        test("what was written after a clear that the store refused is not wiped when the clear is made up for") {
            val store = RefusingStore()
            onHarness(store) {
                val held = holdUp()
                store.clearsToRefuse.set(2)
                val clearing = begun { cache.clear() }
                val setting = begun { cache.set("k", 2) }
                held.release()
                clearing.await()
                setting.await().stored shouldBe true
                cache.set("another", 3).stored shouldBe true
                stored("k") shouldBe "2"
            }
        }

        test("a write behind that found no room leaves no older one to be read after it") {
            onHarness(configure = writingBehind) {
                val held = holdUp()
                cache.set("k", 1)
                fillQueue()
                cache.set("k", 2)
                cache.get<Int>("k") shouldBe 2
                cache.stats().droppedWrites shouldBe 1
                held.release()
                cache.flush()
                cache.evict("k")
                cache.get<Int>("k") shouldBe null
            }
        }

        test("a load's value that found no room in the queue leaves no older one to be read after it") {
            onHarness(configure = writingBehind) {
                cache.set("k", 1, version = 1)
                cache.flush()
                val held = holdUp()
                fillQueue()
                cache.cached<Int>("k", version = 2) { 2 } shouldBe 2
                cache.get<Int>("k") shouldBe 2
                held.release()
                cache.flush()
                cache.evict("k")
                cache.get<Int>("k") shouldBe null
            }
        }

        test("a set that is cancelled before it is written is gone from memory, too") {
            onHarness {
                cache.set("k", 1)
                val held = holdUp()
                val setting = begun { cache.set("k", 2) }
                setting.cancelAndJoin()
                held.release()
                cache.flush()
                val answer = cache.get<Int>("k")
                cache.evict("k")
                cache.get<Int>("k") shouldBe answer
            }
        }

        test("a cancelled delete does not hide the write that is queued before it") {
            onHarness {
                cache.set("k", 1)
                val held = holdUp()
                val setting = begun { cache.set("k", 2) }
                val deleting = begun { cache.delete("k") }
                deleting.cancelAndJoin()
                cache.get<Int>("k") shouldBe 2
                held.release()
                setting.await().stored shouldBe true
                cache.get<Int>("k") shouldBe 2
            }
        }

        test("a removal by tag behind a queued setIfAbsent takes the value from memory and store") {
            onHarness {
                val held = holdUp()
                val setting = begun { cache.setIfAbsent("k", 1, tags = setOf("t")) }
                val clearing = begun { cache.clearByTags(setOf("t")) }
                held.release()
                setting.await() shouldBe true
                clearing.await() shouldBe 1
                stored("k") shouldBe null
                cache.get<Int>("k") shouldBe null
            }
        }

        test("a caller may change its set of tags as soon as the removal by them returns") {
            onHarness {
                val began = CompletableDeferred<Unit>()
                val go = CompletableDeferred<Unit>()
                val loading =
                    begun {
                        cache.cached<Int>("k", tags = setOf("t")) {
                            began.complete(Unit)
                            go.await()
                            1
                        }
                    }
                began.await()
                val tags = mutableSetOf("t")
                cache.clearByTags(tags)
                tags.clear()
                go.complete(Unit)
                loading.await() shouldBe 1
                cache.flush()
                cache.get<Int>("k") shouldBe null
            }
        }

        test("a write waits its time for a busy store also when the batch it was in has failed for another's sake") {
            onHarness {
                cache.set("text", "no number")
                val held = holdUp()
                val failing = begun { runCatching { cache.increment("text") } }
                val setting = begun { cache.set("k", 2) }
                val together = holdTransaction()
                val alone = holdTransaction()
                held.release()
                together.awaitArrival()
                together.release()
                alone.awaitArrival()
                store.failTransactions(Kind.BUSY, 2)
                alone.release()
                failing.await().exceptionOrNull().shouldBeInstanceOf<DecodingFailedException>()
                setting.await().stored shouldBe true
            }
        }
    })
