package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.Serializable

@Serializable
private data class Length(
    val metres: Int,
)

/** Of the same shape as [Length]. */
@Serializable
private data class Width(
    val metres: Int,
)

/** Readers who ask for another type or version than the value has in memory, or than its load has. */
@Tags("fast")
class OtherReaderSpec :
    FunSpec({
        /** What a waiter gets that joins a load of Length(42) with [call]. */
        suspend fun <R> joinedBy(
            cache: Cachetronaut,
            call: suspend () -> R,
        ): R =
            coroutineScope {
                val started = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                val leader =
                    async(Dispatchers.Default) {
                        cache.cached<Length>("k") {
                            started.complete(Unit)
                            gate.await()
                            Length(42)
                        }
                    }
                started.await()
                val waiter = async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { call() }
                gate.complete(Unit)
                leader.await() shouldBe Length(42)
                waiter.await()
            }

        test("a waiter for another type of the same shape gets the loaded value decoded as its own") {
            withCache { cache ->
                joinedBy(cache) { cache.cached<Width>("k") { error("loaded already") } } shouldBe Width(42)
                cache.stats().loads shouldBe 1
            }
        }

        test("a waiter for a type that the loaded value cannot be decoded as loads for itself") {
            withCache { cache ->
                joinedBy(cache) { cache.cached<List<String>>("k") { listOf("mine") } } shouldBe listOf("mine")
                cache.stats().loads shouldBe 2
                cache.get<List<String>>("k") shouldBe listOf("mine")
            }
        }

        test("a waiter for another version loads for itself") {
            withCache { cache ->
                joinedBy(cache) { cache.cached<Length>("k", version = 2) { Length(43) } } shouldBe Length(43)
                cache.get<Length>("k", version = 2) shouldBe Length(43)
            }
        }

        test("a reader of another type gets a value decoded for it, and memory keeps the one it has") {
            withCache { cache ->
                val written = Length(1)
                cache.set("k", written)
                cache.get<Width>("k") shouldBe Width(1)
                (cache.find<Width>("k") as Lookup.Hit).source shouldBe Tier.STORE
                cache.get<Length>("k") shouldBeSameInstanceAs written
            }
        }

        test("a reader of another type is served from what only memory has, and memory keeps it") {
            withFaults { cache, store ->
                store.failTransactions(Kind.UNAVAILABLE)
                val written = Length(1)
                cache.set("k", written).stored shouldBe false
                cache.get<Width>("k") shouldBe Width(1)
                cache.get<Length>("k") shouldBeSameInstanceAs written
            }
        }

        test("a version that only memory has is not given to those who ask for another one") {
            withFaults { cache, store ->
                store.failTransactions(Kind.UNAVAILABLE)
                cache.set("k", Length(1), version = 1).stored shouldBe false
                cache.get<Length>("k", version = 2) shouldBe null
                cache.get<Width>("k", version = 2) shouldBe null
                val found = cache.find<Length>("k", version = 2)
                found.shouldBeInstanceOf<Lookup.Miss>().reason shouldBe MissReason.VERSION
                cache.get<Length>("k", version = 1) shouldBe Length(1)
                cache.get<Width>("k", version = 1) shouldBe Width(1)
                cache.get<Length>("k") shouldBe Length(1)
                cache.cached<Length>("k", version = 2) { Length(2) } shouldBe Length(2)
                cache.get<Length>("k", version = 1) shouldBe null
                cache.get<Length>("k", version = 2) shouldBe Length(2)
            }
        }

        test("a version is not mixed up by cachedMany either") {
            withFaults { cache, store ->
                store.failTransactions(Kind.UNAVAILABLE)
                cache.set("a", 1, version = 1)
                cache.set("b", 2, version = 2)
                val asked = ArrayList<Set<String>>()
                cache.cachedMany<Int>(listOf("a", "b"), version = 2) { missing ->
                    asked += missing
                    missing.associateWith { 22 }
                } shouldBe mapOf("a" to 22, "b" to 2)
                asked shouldBe listOf(setOf("a"))
            }
        }

        test("a read that is not to be promoted leaves memory as it is") {
            withCache { cache ->
                cache.set("k", 1)
                cache.evictAll()
                cache.get<Int>("k", promote = false) shouldBe 1
                cache.keys(Tier.MEMORY).toList() shouldBe emptyList()
                cache.get<Int>("k") shouldBe 1
                cache.keys(Tier.MEMORY).toList() shouldBe listOf("k")
            }
        }
    })
