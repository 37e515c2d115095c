package io.github.cachetronomy.it

import io.github.cachetronomy.core.RecursiveLoadException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin

/** `cachedMany` where the store has one of the keys and the loader is asked for the rest. */
@Tags("fast")
class ManyLoadsSpec :
    FunSpec({
        test("cancelling the only caller cancels the loader") {
            onHarness {
                keepOnlyInStore("a")
                val loading = CompletableDeferred<Unit>()
                val cancelled = CompletableDeferred<Unit>()
                val caller =
                    begun {
                        cache.cachedMany<Int>(listOf("a", "b")) {
                            loading.complete(Unit)
                            try {
                                awaitCancellation()
                            } finally {
                                cancelled.complete(Unit)
                            }
                        }
                    }
                loading.await()
                caller.cancelAndJoin()
                cancelled.await()
            }
        }

        test("the loader goes on as long as somebody else waits for what it loads") {
            onHarness {
                keepOnlyInStore("a")
                val loading = CompletableDeferred<Unit>()
                val go = CompletableDeferred<Unit>()
                val leaving =
                    begun {
                        cache.cachedMany<Int>(listOf("a", "b")) {
                            loading.complete(Unit)
                            go.await()
                            mapOf("b" to 2)
                        }
                    }
                loading.await()
                val staying = begun { cache.cached<Int>("b") { error("somebody loads it already") } }
                leaving.cancelAndJoin()
                go.complete(Unit)
                staying.await() shouldBe 2
            }
        }

        test("a loader that asks for its own key is refused") {
            onHarness {
                keepOnlyInStore("a")
                shouldThrow<RecursiveLoadException> {
                    cache.cachedMany<Int>(listOf("a", "b")) { mapOf("b" to cache.cached<Int>("b") { 2 }) }
                }
            }
        }

        test("a loader that asks for its own keys among others is refused") {
            onHarness {
                keepOnlyInStore("a")
                shouldThrow<RecursiveLoadException> {
                    cache.cachedMany<Int>(listOf("a", "b")) {
                        cache.cachedMany<Int>(listOf("c", "b")) { missing -> missing.associateWith { 3 } }
                    }
                }
            }
        }

        test("a loader may ask for the key that the store had, and for others") {
            onHarness {
                keepOnlyInStore("a")
                cache.cachedMany<Int>(listOf("a", "b")) {
                    mapOf("b" to cache.cached<Int>("a") { 0 } + cache.cached<Int>("c") { 3 })
                } shouldContainExactly mapOf("a" to 1, "b" to 4)
            }
        }

        test("who waits for the key that the store had does not wait for the loader") {
            onHarness {
                keepOnlyInStore("a")
                val read = holdRead()
                val go = CompletableDeferred<Unit>()
                val many =
                    begun {
                        cache.cachedMany<Int>(listOf("a", "b")) {
                            go.await()
                            mapOf("b" to 2)
                        }
                    }
                read.awaitArrival()
                val single = begun { cache.cached<Int>("a") { error("the store has it") } }
                read.release()
                single.await() shouldBe 1
                go.complete(Unit)
                many.await() shouldContainExactly mapOf("a" to 1, "b" to 2)
            }
        }
    })

private suspend fun Harness.keepOnlyInStore(key: String) {
    cache.set(key, 1)
    cache.evictAll()
}
