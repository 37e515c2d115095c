package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheHealth.Status
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** How well a cache is, in a word and with its reasons. */
@Tags("fast")
class HealthDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            test("a cache whose store can be read and written is healthy", Wish(Ground.FAULTY_STORE)) {
                cache.set("k", "v")
                cache.find("none")
                cache.health().status shouldBe Status.HEALTHY
                cache.health().causes.shouldBeEmpty()
            }

            test(
                "one that cannot be written is degraded, one that cannot be read either is unhealthy",
                Wish(Ground.FAULTY_STORE),
            ) {
                cache.set("k", "v")
                store.failTransactions(Kind.UNAVAILABLE)
                cache.set("k", "w")
                cache.health().status shouldBe Status.DEGRADED
                cache.health().causes.single() shouldContain "does not take writes"
                store.failReads(Kind.UNAVAILABLE)
                cache.find("none")
                cache.health().status shouldBe Status.UNHEALTHY
                cache.health().causes shouldHaveSize 2
                cache.get("k") shouldBe "w"
                store.heal()
                cache.find("none")
                cache.health().status shouldBe Status.DEGRADED
                cache.set("k", "x")
                cache.health().status shouldBe Status.HEALTHY
            }

            test("one that cannot be read is degraded", Wish(Ground.FAULTY_STORE)) {
                store.failReads(Kind.UNAVAILABLE)
                cache.find("none")
                cache.health().status shouldBe Status.DEGRADED
                cache.health().causes.single() shouldContain "cannot be read"
            }
        }
    })
