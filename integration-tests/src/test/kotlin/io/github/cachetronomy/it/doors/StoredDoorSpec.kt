package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.StoreFaultException
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** Whether the metadata says truly what the file has. */
@Tags("fast")
class StoredDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            committed(test)
            inMemoryOnly(test)
            onItsWay(test)
            dropped(test)
        }
    })

private fun committed(test: Case) {
    test("an entry in the file is stored, by whichever call one asks") {
        cache.set("k", "v").stored shouldBe true
        cache.metadata("k").shouldNotBeNull().stored shouldBe true
        cache
            .find("k")
            .shouldHit()
            .metadata.stored shouldBe true
        cache.evictAll()
        cache.metadata("k").shouldNotBeNull().stored shouldBe true
        cache
            .find("k")
            .shouldHit()
            .metadata.stored shouldBe true
        cache
            .entries()
            .single()
            .metadata.stored shouldBe true
    }

    test("a loaded value is stored once its row has followed") {
        cache.cached("k") { "v" }
        cache.flush()
        cache.metadata("k").shouldNotBeNull().stored shouldBe true
        cache
            .find("k")
            .shouldHit()
            .metadata.stored shouldBe true
    }
}

private fun inMemoryOnly(test: Case) {
    val folder = Wish(Ground.FOLDER)

    test("without a file the cache works, and says so", folder) {
        cache.health().status shouldBe CacheHealth.Status.DEGRADED
        cache.set("k", "v")
        cache.get("k") shouldBe "v"
        cache.evictAll()
        cache.get("k") shouldBe "v"
        cache.cached("l") { "w" } shouldBe "w"
        cache.keys() shouldBe listOf("k", "l")
        cache.delete("k") shouldBe true
        cache.get("k") shouldBe null
    }

    test("without a file a write tells that it is not stored", folder) {
        cache.set("k", "v").stored shouldBe false
    }

    test("without a file the metadata tells that nothing is stored", folder) {
        cache.set("k", "v")
        cache.metadata("k").shouldNotBeNull().stored shouldBe false
        cache.evictAll()
        cache.metadata("k").shouldNotBeNull().stored shouldBe false
    }

    test("without a file a hit tells that its entry is not stored", folder) {
        cache.set("k", "v")
        cache
            .find("k")
            .shouldHit()
            .metadata.stored shouldBe false
        cache.evictAll()
        cache
            .find("k")
            .shouldHit()
            .metadata.stored shouldBe false
    }

    test("without a file no listed entry is stored", folder) {
        cache.set("k", "v")
        cache
            .entries()
            .single()
            .metadata.stored shouldBe false
    }
}

private fun onItsWay(test: Case) {
    val behind = Wish(Ground.FAULTY_STORE, durability = Durability.WRITE_BEHIND)

    test("a write that the file has yet to take is not stored", behind) {
        store.pauseTransactions().use { pause ->
            cache.set("k", "v").stored shouldBe false
            pause.awaitArrival()
            cache.metadata("k").shouldNotBeNull().stored shouldBe false
            cache.evictAll()
            cache.metadata("k").shouldNotBeNull().stored shouldBe false
        }
        cache.flush()
        cache.metadata("k").shouldNotBeNull().stored shouldBe true
    }

    test("a hit on what the file has yet to take tells that it is not stored", behind) {
        store.pauseTransactions().use { pause ->
            cache.set("k", "v")
            pause.awaitArrival()
            cache
                .find("k")
                .shouldHit()
                .metadata.stored shouldBe false
            cache.evictAll()
            cache
                .find("k")
                .shouldHit()
                .metadata.stored shouldBe false
        }
        cache.flush()
        cache
            .find("k")
            .shouldHit()
            .metadata.stored shouldBe true
    }
}

private fun dropped(test: Case) {
    test("a write that the store did not take is not stored, and memory has it", Wish(Ground.FAULTY_STORE)) {
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        cache.set("k", "v").stored shouldBe false
        cache.keys(Tier.MEMORY) shouldBe listOf("k")
        cache.metadata("k").shouldNotBeNull().stored shouldBe false
        cache
            .find("k")
            .shouldHit()
            .metadata.stored shouldBe false
        store.heal()
    }
}
