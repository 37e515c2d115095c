package io.github.cachetronomy.it

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Memory answers as the store would, also for what the store does not have. */
@Tags("fast")
class MemoryAnswersSpec :
    FunSpec({
        test("another version than the one asked for is a miss, also where only memory has the value") {
            onHarness {
                store.failTransactions(Kind.UNAVAILABLE)
                cache.set("k", 1, version = 1)
                cache.get<Int>("k", version = 2) shouldBe null
                cache.get<Long>("k", version = 2) shouldBe null
                cache.get<Int>("k", version = 1) shouldBe 1
                (cache.find<Int>("k", version = 2) as Lookup.Miss).reason shouldBe MissReason.VERSION
            }
        }

        test("a value is not served as a type with other nullable arguments") {
            onHarness {
                cache.set<Map<String, Int?>>("k", mapOf("a" to null))
                cache.get<Map<String?, Int>>("k") shouldBe null
                cache.get<Map<String, Int?>>("k") shouldBe mapOf("a" to null)
            }
        }

        test("a read never throws for what only memory has, in a format that nobody can write") {
            onHarness {
                put("k", "1", format = "orjson")
                cache.get<Int>("k") shouldBe 1
                heap.transaction(Durability.COMMITTED) { heap.entries.delete("k") }
                runCatching { cache.get<Long>("k") }.isSuccess shouldBe true
                cache.get<Int>("k") shouldBe 1
            }
        }
    })
