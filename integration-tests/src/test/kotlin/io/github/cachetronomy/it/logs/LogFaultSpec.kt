package io.github.cachetronomy.it.logs

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.it.begun
import io.github.cachetronomy.it.doors.drivenThroughEveryDoor
import io.github.cachetronomy.it.onHarness
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration

/** A store that does not take the logs costs nobody anything, and what was to be logged waits for it. */
@Tags("fast")
class LogFaultSpec :
    FunSpec({
        drivenThroughEveryDoor { test ->
            for (fault in listOf(Kind.BUSY, Kind.UNAVAILABLE)) {
                lateinit var store: FaultyStore
                test(
                    "what the store refuses ($fault) is written when it takes it, once",
                    store = { FaultyStore(InMemoryStore()).also { store = it } },
                    configure = { patience = Duration.ofMillis(30) },
                ) {
                    cache.setMany(mapOf("a" to "1", "b" to "2"))
                    repeat(2) { cache.get("a") }
                    cache.evict("b")
                    val removedAt = clock.instant()
                    store.failTransactions(fault)
                    repeat(3) {
                        pass(Duration.ofSeconds(5))
                        shouldThrow<StoreUnavailableException> { cache.flush() }
                    }
                    val transactions = store.transactions
                    cache.get("a") shouldBe "1"
                    cache.evict("a")
                    store.transactions shouldBe transactions
                    store.heal()
                    cache.logs.accesses().map { it.key to it.reads } shouldContainExactly listOf("a" to 3L)
                    cache.logs.evictions().map { it.key to it.cause } shouldContainExactly
                        listOf("a" to EvictionCause.EVICTED, "b" to EvictionCause.EVICTED)
                    cache.logs.evictions().map { it.reads } shouldContainExactly listOf(3L, 0L)
                    cache.logs
                        .evictions()
                        .last()
                        .evictedAt shouldBe removedAt
                    pass(Duration.ofSeconds(5))
                    cache.logs.access("a")?.reads shouldBe 3
                }
            }

            lateinit var held: FaultyStore
            test(
                "a hit in memory does not wait for a store that is stuck with the logs",
                store = { FaultyStore(InMemoryStore()).also { held = it } },
            ) {
                cache.set("k", "v")
                cache.get("k")
                held.failTransactions(Kind.BUSY)
                pass(Duration.ofSeconds(5))
                val reads = held.reads
                repeat(100) { cache.get("k") shouldBe "v" }
                cache.find("k", promote = false)
                held.reads shouldBe reads
                held.heal()
                cache.logs.access("k")?.reads shouldBe 101
            }
        }

        test("a flush writes what was refused while it waited") {
            onHarness {
                cache.set("k", 1)
                repeat(2) { cache.get<Int>("k") }
                cache.set("evicted", 1)
                cache.evict("evicted")
                val logging = holdTransaction()
                pass(Duration.ofSeconds(5))
                logging.awaitArrival()
                val flushing = begun { cache.flush() }
                store.failTransactions(Kind.UNAVAILABLE, times = 3)
                logging.release()
                flushing.await()
                heap.accessLog.find("k")?.reads shouldBe 2
                heap.evictionLog.recent(10).map { it.key } shouldContainExactly listOf("evicted")
            }
        }
    })
