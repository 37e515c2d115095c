package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList

/** A removal that the store did not take is in force all the same, and told of. */
@Tags("fast")
class RefusedRemovalSpec :
    FunSpec({
        test("health and events tell of a refused removal, and of its being made up for") {
            onHarness {
                cache.set("k", 1)
                val told =
                    begun {
                        cache.events
                            .filterIsInstance<CacheEvent.HealthChanged>()
                            .first()
                            .health
                    }
                store.failTransactions(Kind.UNAVAILABLE)
                cache.delete("k")
                cache.health().status shouldBe CacheHealth.Status.DEGRADED
                told.await().status shouldBe CacheHealth.Status.DEGRADED
                store.heal()
                cache.set("another", 1)
                cache.health().status shouldBe CacheHealth.Status.HEALTHY
                stored("k") shouldBe null
            }
        }

        test("what was removed is neither found nor listed, though the store still has it") {
            onHarness {
                cache.setMany(mapOf("a" to 1, "b" to 2))
                store.failTransactions(Kind.UNAVAILABLE)
                cache.delete("a")
                stored("a") shouldBe "1"
                cache.get<Int>("a") shouldBe null
                cache.getMany<Int>(listOf("a", "b")) shouldContainExactly mapOf("b" to 2)
                cache.contains("a") shouldBe false
                cache.metadata("a") shouldBe null
                cache.keys().toList() shouldContainExactly listOf("b")
                cache.entries<Int>().toList().map { it.key } shouldContainExactly listOf("b")
            }
        }

        test("what was removed by tag is neither found nor listed, though the store still has it") {
            onHarness {
                cache.set("a", 1, tags = setOf("t"))
                cache.set("b", 2)
                store.failTransactions(Kind.UNAVAILABLE)
                cache.clearByTags(setOf("t"))
                stored("a") shouldBe "1"
                cache.get<Int>("a") shouldBe null
                cache.keys().toList() shouldContainExactly listOf("b")
                store.heal()
                cache.set("another", 3)
                stored("a") shouldBe null
                stored("b") shouldBe "2"
            }
        }
    })
