package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.testing.FaultyStore
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.seconds

/** The order of writes, who waits for their commit, and what a store that stands still holds up. */
@Tags("fast")
class WriteSpec :
    FunSpec({
        withData(
            nameFn = { "with $it cached returns when memory has its value, and its row follows" },
            Durability.entries,
        ) { durability ->
            withFaults({ this.durability = durability }) { cache, store ->
                val pause = store.pauseTransactions()
                withTimeout(10.seconds) { cache.cached<String>("k") { "loaded" } } shouldBe "loaded"
                cache.cached<String>("k") { "again" } shouldBe "loaded"
                pause.awaitArrival()
                store.entries.read("k") shouldBe null
                pause.release()
                cache.flush()
                store.entries
                    .read("k")!!
                    .data
                    .decodeToString() shouldBe "\"loaded\""
            }
        }

        test("cachedMany does not wait for its rows either") {
            withFaults { cache, store ->
                val pause = store.pauseTransactions()
                withTimeout(10.seconds) {
                    cache.cachedMany<Int>(listOf("a", "b")) { mapOf("a" to 1, "b" to 2) }
                } shouldBe mapOf("a" to 1, "b" to 2)
                pause.awaitArrival()
                store.entries.count() shouldBe 0
                pause.release()
                cache.flush()
                store.entries.count() shouldBe 2
            }
        }

        test("setMany is one transaction") {
            withFaults { cache, store ->
                val before = store.transactions
                cache.setMany((1..50).associate { "k$it" to it })
                store.transactions shouldBe before + 1
                store.entries.count() shouldBe 50
            }
        }

        test("deleteMany is one transaction") {
            withFaults { cache, store ->
                cache.setMany((1..50).associate { "k$it" to it })
                val before = store.transactions
                cache.deleteMany((1..60).map { "k$it" }) shouldBe 50
                store.transactions shouldBe before + 1
            }
        }

        test("writes that gather behind a commit share the next one") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                val before = store.transactions
                stuckBehind(cache, store) { repeat(50) { queued { cache.set("k$it", it) } } }
                store.transactions shouldBe before + 2
                (0 until 50).map { cache.get<Int>("k$it") } shouldBe (0 until 50).toList()
            }
        }

        test("of several writes to a key in one batch the last counts") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                stuckBehind(cache, store) { repeat(10) { queued { cache.set("k", it) } } }
                cache.get<Int>("k") shouldBe 9
                cache.evictAll()
                cache.get<Int>("k") shouldBe 9
            }
        }

        test("increments between writes of their key in one batch count from the write before them") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                cache.set("n", 1L)
                lateinit var sums: List<Deferred<Long>>
                stuckBehind(cache, store) {
                    queued { cache.set("n", 5L) }
                    val first = queued { cache.increment("n") }
                    val second = queued { cache.increment("n", by = 10) }
                    queued { cache.set("n", 100L) }
                    val third = queued { cache.increment("n") }
                    sums = listOf(first, second, third)
                }
                sums.awaitAll() shouldBe listOf(6, 16, 101)
                cache.get<Long>("n") shouldBe 101
                cache.evictAll()
                cache.get<Long>("n") shouldBe 101
            }
        }

        test("a set that comes after an increment in one batch has the last word") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                lateinit var sum: Deferred<Long>
                stuckBehind(cache, store) {
                    queued { cache.set("n", 5L) }
                    sum = queued { cache.increment("n") }
                    queued { cache.set("n", 100L) }
                }
                sum.await() shouldBe 6
                cache.get<Long>("n") shouldBe 100
                cache.evictAll()
                cache.get<Long>("n") shouldBe 100
            }
        }

        test("decisions and removals in one batch keep their places among the writes") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                lateinit var answers: List<Deferred<Boolean>>
                stuckBehind(cache, store) {
                    val absent = queued { cache.setIfAbsent("k", "first") }
                    val present = queued { cache.setIfAbsent("k", "second") }
                    val deleted = queued { cache.delete("k") }
                    val again = queued { cache.setIfAbsent("k", "third", tags = setOf("t")) }
                    queued { cache.clearByTags(setOf("t")) }
                    val last = queued { cache.setIfAbsent("k", "fourth") }
                    answers = listOf(absent, present, deleted, again, last)
                }
                answers.awaitAll() shouldBe listOf(true, false, true, true, true)
                cache.get<String>("k") shouldBe "fourth"
                cache.evictAll()
                cache.get<String>("k") shouldBe "fourth"
            }
        }

        test("a write behind returns before its commit, is read from the queue, and is there after flush") {
            withFaults({ durability = Durability.WRITE_BEHIND }) { cache, store ->
                val pause = store.pauseTransactions()
                cache.set("k", "queued").stored shouldBe false
                pause.awaitArrival()
                cache.evictAll()
                cache.get<String>("k") shouldBe "queued"
                store.entries.read("k") shouldBe null
                pause.release()
                cache.flush()
                store.entries
                    .read("k")!!
                    .data
                    .decodeToString() shouldBe "\"queued\""
            }
        }

        test("a write behind that finds the queue full waits for room, and goes on when there is some") {
            val behind: CachetronautBuilder.() -> Unit = {
                durability = Durability.WRITE_BEHIND
                storePatience = 30.seconds
            }
            withFaults(behind) { cache, store ->
                val pause = store.pauseTransactions()
                cache.set("first", 0)
                pause.awaitArrival()
                repeat(10_000) { cache.set("k$it", it) }
                coroutineScope {
                    val waiting = queued { cache.set("last", 1) }
                    waiting.isCompleted shouldBe false
                    pause.release()
                    waiting.await()
                }
                cache.stats().droppedWrites shouldBe 0
                cache.flush()
                store.entries
                    .read("last")!!
                    .data
                    .decodeToString() shouldBe "1"
            }
        }

        test("a full queue makes a write behind wait, and then drops the row, not the value") {
            withFaults({ durability = Durability.WRITE_BEHIND }) { cache, store ->
                val pause = store.pauseTransactions()
                cache.set("first", 0)
                pause.awaitArrival()
                repeat(10_000) { cache.set("k$it", it) }
                cache.set("last", 1)
                cache.stats().droppedWrites shouldBe 1
                cache.get<Int>("last") shouldBe 1
                pause.release()
                // Ten thousand rows may take longer than a caller wants to wait here.
                withTimeout(20.seconds) {
                    while (runCatching { cache.flush() }.exceptionOrNull() is StoreUnavailableException) yield()
                }
                cache.set("room", 1)
                cache.stats().droppedWrites shouldBe 1
            }
        }

        test("a cancelled write that has not begun is withdrawn, and memory is as it was before") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                cache.set("k", "old")
                stuckBehind(cache, store) {
                    val withdrawn = queued { cache.set("k", "new") }
                    val first = queued { cache.set("none", "new") }
                    withdrawn.cancelAndJoin()
                    first.cancelAndJoin()
                    cache.get<String>("k") shouldBe "old"
                    cache.get<String>("none") shouldBe null
                }
                cache.get<String>("k") shouldBe "old"
                cache.contains("none") shouldBe false
                cache.flush()
                store.entries
                    .read("k")!!
                    .data
                    .decodeToString() shouldBe "\"old\""
            }
        }

        test("withdrawing a write leaves the one before it and the one after it") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                cache.set("k", "old")
                cache.set("l", "old")
                stuckBehind(cache, store) {
                    queued { cache.set("k", "before") }
                    queued { cache.set("k", "withdrawn") }.cancelAndJoin()
                    cache.get<String>("k") shouldBe "before"
                    val withdrawn = queued { cache.set("l", "withdrawn") }
                    queued { cache.set("l", "after") }
                    withdrawn.cancelAndJoin()
                    cache.get<String>("l") shouldBe "after"
                }
                cache.flush()
                cache.getMany<String>(listOf("k", "l")) shouldBe mapOf("k" to "before", "l" to "after")
                cache.evictAll()
                cache.getMany<String>(listOf("k", "l")) shouldBe mapOf("k" to "before", "l" to "after")
            }
        }

        test("a write whose batch has begun is committed, cancelled or not") {
            withFaults({ storePatience = 10.seconds }) { cache, store ->
                val pause = store.pauseTransactions()
                coroutineScope {
                    val begun = queued { cache.set("k", "new") }
                    pause.awaitArrival()
                    begun.cancelAndJoin()
                    pause.release()
                }
                cache.flush()
                cache.get<String>("k") shouldBe "new"
                cache.evictAll()
                cache.get<String>("k") shouldBe "new"
            }
        }

        test("one write that the store rejects does not take the others of its batch with it") {
            withFaults { cache, store ->
                val alone = store.pauseTransactions()
                val batch = store.pauseTransactions()
                coroutineScope {
                    val first = launch(Dispatchers.Default) { cache.set("first", 1) }
                    alone.awaitArrival()
                    val others =
                        List(5) { launch(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { cache.set("k$it", it) } }
                    alone.release()
                    batch.awaitArrival()
                    store.failTransactions(Kind.REJECTED, 1)
                    batch.release()
                    first.join()
                    others.forEach { it.join() }
                }
                (0 until 5).map { store.entries.read("k$it")?.key } shouldBe (0 until 5).map { "k$it" }
            }
        }
    })

/** Runs [write] at once on this thread until it waits for its commit: it has its place in the queue then. */
private fun <R> CoroutineScope.queued(write: suspend () -> R): Deferred<R> =
    async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { write() }

/** Runs [block] while a commit stands still, lets it go, and waits for what [block] began. */
private suspend fun stuckBehind(
    cache: Cachetronaut,
    store: FaultyStore,
    block: suspend CoroutineScope.() -> Unit,
) {
    val pause = store.pauseTransactions()
    coroutineScope {
        launch(Dispatchers.Default) { cache.set("in the way", 0) }
        try {
            pause.awaitArrival()
            block()
        } finally {
            pause.release()
        }
    }
}
