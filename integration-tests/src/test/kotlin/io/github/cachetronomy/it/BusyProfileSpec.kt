package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** A cache is opened while somebody else writes into its store. */
@Tags("fast")
class BusyProfileSpec :
    FunSpec({
        test("the profile is stored as soon as the other one lets go") {
            val heap = InMemoryStore()
            val store = FaultyStore(heap)
            store.failTransactions(StoreFaultException.Kind.BUSY, times = 3)
            Cachetronaut(store).use { cache ->
                cache.health().status shouldBe CacheHealth.Status.HEALTHY
                heap.profiles.find(Profile.DEFAULT)?.name shouldBe Profile.DEFAULT
            }
        }
    })
