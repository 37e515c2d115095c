package io.github.cachetronomy.it

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Operations that look at the value first say so when they cannot: nothing is decided on a guess. */
@Tags("fast")
class CompareAndSetSpec :
    FunSpec({
        test("update throws while the store cannot be read, and asks for no change") {
            onUnreadable {
                var asked = 0
                shouldThrow<StoreUnavailableException> {
                    cache.update<Int>("k") {
                        asked++
                        2
                    }
                }
                asked shouldBe 0
            }
        }

        test("remove throws while the store cannot be read") {
            onUnreadable { shouldThrow<StoreUnavailableException> { cache.remove<Int>("k") } }
        }

        test("replace throws while the store cannot be read") {
            onUnreadable { shouldThrow<StoreUnavailableException> { cache.replace("k", 1, 2) } }
        }

        test("callers that block are told, too") {
            onUnreadable {
                val options = EntryOptions.neverExpires()
                onThread {
                    shouldThrow<StoreUnavailableException> { engine.removeBlocking("k", Harness.INT) }
                    shouldThrow<StoreUnavailableException> { engine.replaceBlocking("k", 1, 2, Harness.INT, options) }
                    shouldThrow<StoreUnavailableException> {
                        engine.updateBlocking("k", Harness.INT, options) { error("there is nothing to change") }
                    }
                }.soon()
            }
        }
    })

/** A cache whose store has a value that cannot be read; afterwards the value is what it was. */
private suspend fun onUnreadable(test: suspend Harness.() -> Unit) =
    onHarness {
        cache.set("k", 1)
        cache.evictAll()
        store.failReads(Kind.UNAVAILABLE)
        test()
        store.heal()
        cache.get<Int>("k") shouldBe 1
    }
