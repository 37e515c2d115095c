package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.it.faults.awaitUntil
import io.github.cachetronomy.it.onThread
import io.github.cachetronomy.it.soon
import io.github.cachetronomy.testing.Pause
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.minutes

/** Several writes and removals, of which readers see all or none. */
@Tags("fast")
class TransactionDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            committing(test)
            notCommitting(test)
            inBetween(test)
            logged(test)
        }

        throughEveryDoor(namespaceDoors) { test ->
            committing(test)
            notCommitting(test)
            inBetween(test)
        }
    })

private fun committing(test: Case) {
    test("all of it is there, in memory and in the file") {
        cache.setMany(mapOf("a" to "old", "gone" to "old", "kept" to "old"))
        cache.transaction {
            set("a", "new", Terms(tags = setOf("t"), version = 3))
            set("b", "new", Terms(timeToLive = 5.minutes))
            delete("gone")
            delete("never there")
        }
        val all = mapOf("a" to "new", "b" to "new", "kept" to "old")
        cache.getMany(listOf("a", "b", "gone", "kept")) shouldContainExactly all
        cache.keys(Tier.MEMORY) shouldContainExactlyInAnyOrder all.keys
        reopen()
        cache.getMany(listOf("a", "b", "gone", "kept")) shouldContainExactly all
        cache.metadata("a")?.run { tags to version } shouldBe (listOf("t") to 3L)
        cache.metadata("b")?.expiresAt shouldBe clock.instant().plusSeconds(300)
    }

    test("of several steps for a key the last one counts") {
        cache.set("b", "old")
        cache.transaction {
            set("a", "1")
            set("a", "2")
            delete("b")
            set("b", "new")
            set("c", "1")
            delete("c")
        }
        cache.getMany(listOf("a", "b", "c")) shouldContainExactly mapOf("a" to "2", "b" to "new")
    }

    test("nothing asked for is nothing written") {
        cache.transaction { }
        cache.keys().shouldBeEmpty()
    }

    test("it waits for the commit, whatever the durability", Wish(durability = Durability.WRITE_BEHIND)) {
        cache.transaction { set("a", "v") }
        var rows = -1
        elsewhere { it.createStatement().executeQuery("SELECT count(*) FROM cache").run { rows = getInt(1) } }
        rows shouldBe 1
    }
}

private fun notCommitting(test: Case) {
    test("what is thrown while it is put together is thrown on, and nothing is written") {
        cache.set("a", "old")
        val thrown = IllegalStateException("changed my mind")
        shouldThrow<IllegalStateException> {
            cache.transaction {
                set("a", "new")
                delete("a")
                throw thrown
            }
        } shouldBeSameInstanceAs thrown
        cache.get("a") shouldBe "old"
    }

    test("a step that cannot be takes the others with it") {
        cache.set("a", "old")
        for (step in listOf<TransactionDoor.() -> Unit>({
            set("", "v")
        }, { delete("") }, { set("b", "v", Terms(format = "odd")) })) {
            shouldThrow<IllegalArgumentException> {
                cache.transaction {
                    set("a", "new")
                    step()
                }
            }
        }
        cache.get("a") shouldBe "old"
        cache.keys() shouldContainExactly listOf("a")
    }

    test("a step after its end is refused") {
        lateinit var late: TransactionDoor
        cache.transaction { late = this }
        shouldThrow<IllegalStateException> { late.set("a", "v") }.message shouldContain "over"
        shouldThrow<IllegalStateException> { late.delete("a") }
        cache.keys().shouldBeEmpty()
    }

    test("a store that does not take it leaves memory and file as they were", Wish(Ground.FAULTY_STORE)) {
        cache.setMany(mapOf("a" to "old", "b" to "old"))
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        shouldThrow<StoreUnavailableException> {
            cache.transaction {
                set("a", "new")
                delete("b")
                set("c", "new")
            }
        }
        cache.getMany(listOf("a", "b", "c")) shouldContainExactly mapOf("a" to "old", "b" to "old")
        store.heal()
        cache.evictAll()
        cache.getMany(listOf("a", "b", "c")) shouldContainExactly mapOf("a" to "old", "b" to "old")
    }
}

/** A transaction that replaces «a» and removes «b», both of which were there, and waits to begin until let go. */
private fun Setting.heldTransaction(): Pair<Pause, CompletableFuture<Unit>> {
    cache.setMany(mapOf("a" to "old", "b" to "old"))
    val held = store.pauseTransactions()
    val writing =
        onThread {
            cache.transaction {
                set("a", "new")
                delete("b")
            }
        }
    held.awaitArrival()
    return held to writing
}

private fun inBetween(test: Case) {
    test("until it is committed, readers get what was there before", Wish(Ground.FAULTY_STORE)) {
        val (held, writing) = heldTransaction()
        cache.getMany(listOf("a", "b")) shouldContainExactly mapOf("a" to "old", "b" to "old")
        held.release()
        writing.soon()
        cache.getMany(listOf("a", "b")) shouldContainExactly mapOf("a" to "new")
    }

    test("a write that comes later wins", Wish(Ground.FAULTY_STORE)) {
        val (held, writing) = heldTransaction()
        val later = onThread { cache.setMany(mapOf("a" to "later", "b" to "later")) }
        awaitUntil("the later write to be shown") { cache.get("b") == "later" }
        held.release()
        writing.soon()
        later.soon()
        cache.getMany(listOf("a", "b")) shouldContainExactly mapOf("a" to "later", "b" to "later")
        cache.evictAll()
        cache.getMany(listOf("a", "b")) shouldContainExactly mapOf("a" to "later", "b" to "later")
    }

    test("a load that began before it does not overwrite it", Wish(Ground.FAULTY_STORE)) {
        cache.cached("a") {
            cache.transaction { set("a", "written") }
            "loaded"
        }
        cache.get("a") shouldBe "written"
        cache.flush()
        cache.evictAll()
        cache.get("a") shouldBe "written"
    }
}

private fun logged(test: Case) {
    test("a removal in it is logged once, where there was something") {
        cache.setMany(mapOf("memory" to "v", "file" to "v"))
        cache.get("memory")
        cache.evict("file")
        cache.transaction {
            delete("memory")
            delete("file")
            delete("never there")
        }
        cache
            .evictionLog()
            .filter {
                it.reason == "user_eviction"
            }.map { it.key to it.reads } shouldContainExactlyInAnyOrder
            listOf("memory" to 1L, "file" to 0L)
    }
}
