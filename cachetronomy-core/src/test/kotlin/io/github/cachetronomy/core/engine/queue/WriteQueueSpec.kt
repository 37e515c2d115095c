package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.Durability.COMMITTED
import io.github.cachetronomy.core.Durability.SYNCED
import io.github.cachetronomy.core.Durability.WRITE_BEHIND
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.engine.store.GivenStore
import io.github.cachetronomy.core.engine.store.HeapStore
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.memory.GivenClock
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.StoredEntry
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.runTest
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CancellationException
import java.util.function.Supplier

/** Who commits what, in which transaction, and how long anybody waits. */
@OptIn(ExperimentalCoroutinesApi::class)
@Tags("fast")
class WriteQueueSpec :
    FunSpec({
        test("who commits returns after the batch with its own op and leaves the rest to the scope") {
            with(Setting()) {
                val own = put("own")
                val later = put("later")
                queue.enqueue(own) { }
                store.before = { if (store.transactions.size == 1) queue.enqueue(later) { } }
                queue.await(own)
                keys() shouldContainExactly listOf("own")
                later.done.isDone shouldBe false
                scheduler.runCurrent()
                later.done.isDone shouldBe true
                keys() shouldContainExactly listOf("own", "later")
                store.transactions.size shouldBe 2
            }
        }

        test(
            "what has gathered is committed together, rows in the order in which their keys were first written, the last of each",
        ) {
            with(Setting()) {
                val ops = listOf(put("b"), put("a", 1), put("a", 2), chore(), put("c"), put("a", 3))
                ops.forEach { queue.enqueue(it) { } }
                queue.await(ops.last())
                ops.forEach { it.done.isDone shouldBe true }
                store.transactions.size shouldBe 1
                store.puts shouldContainExactly listOf("b", "a", "c", "a")
                store.entries
                    .read("a")!!
                    .data
                    .single() shouldBe 3
            }
        }

        test("a number is seen when all that it stands for can be, and not before") {
            with(Setting()) {
                val before = queue.lastNumber
                queue.enqueue(put("a")) { number ->
                    number shouldBe before + 1
                    queue.lastNumber shouldBe before
                }
                queue.lastNumber shouldBe before + 1
                queue.orderly { queue.lastNumber shouldBe before + 1 }
                queue.lastNumber shouldBe before + 2
            }
        }

        test("a batch is bounded; what does not fit goes into the next") {
            with(Setting()) {
                val ops = List(1_500) { put("k$it") }
                ops.forEach { queue.enqueue(it) { } }
                queue.await(ops.first())
                store.puts.size shouldBe 1_000
                scheduler.runCurrent()
                store.puts.size shouldBe 1_500
                store.transactions.size shouldBe 2
            }
        }

        test("a batch in which one op fails is tried again op by op, and that one fails alone") {
            with(Setting()) {
                val bad = ChoreOp<Unit> { throw IllegalArgumentException("no such thing") }
                val before = put("before")
                val after = put("after")
                listOf(before, bad, after).forEach { queue.enqueue(it) { } }
                queue.await(after)
                keys() shouldContainExactly listOf("before", "after")
                before.done.isCompletedExceptionally shouldBe false
                shouldThrow<IllegalArgumentException> { queue.await(bad) }.message shouldBe "no such thing"
                store.transactions.size shouldBe 4
            }
        }

        test("a batch that the store rejects is tried again op by op") {
            with(Setting()) {
                val ops = List(3) { put("k$it") }
                ops.forEach { queue.enqueue(it) { } }
                store.before = { if (store.transactions.size == 1) throw StoreFaultException(Kind.REJECTED, "no") }
                queue.await(ops.last())
                keys() shouldContainExactly listOf("k0", "k1", "k2")
                dropped.shouldBeEmpty()
                store.transactions.size shouldBe 4
            }
        }

        test("a batch is as durable as its most demanding op, and the next one is not") {
            with(Setting()) {
                listOf(put("a"), put("b", durability = SYNCED), put("c", durability = WRITE_BEHIND)).forEach {
                    queue.enqueue(it) { }
                }
                queue.kick()
                scheduler.runCurrent()
                queue.enqueue(put("d", durability = WRITE_BEHIND)) { }
                queue.kick()
                scheduler.runCurrent()
                store.transactions shouldContainExactly listOf(SYNCED, COMMITTED)
            }
        }

        test("tried again one at a time, each op is as durable as it asks") {
            with(Setting()) {
                listOf(put("a"), put("b", durability = SYNCED)).forEach { queue.enqueue(it) { } }
                store.before = { if (store.transactions.size == 1) throw StoreFaultException(Kind.REJECTED, "no") }
                queue.kick()
                scheduler.runCurrent()
                store.transactions shouldContainExactly listOf(SYNCED, COMMITTED, SYNCED)
            }
        }

        test("while another process holds the store it is asked again, and each op waits as long as it may") {
            with(Setting()) {
                store.before = { throw StoreFaultException(Kind.BUSY, "busy") }
                runTest(StandardTestDispatcher(scheduler)) {
                    val op = put("k")
                    queue.enqueue(op) { }
                    shouldThrow<StoreFaultException> { queue.awaitSuspending(op) }.kind shouldBe Kind.BUSY
                    testScheduler.currentTime shouldBeInRange 100L..112L
                }
                dropped shouldContainExactly listOf("k")
                (store.transactions.size > 8) shouldBe true
            }
        }

        test("a store that becomes free in time takes the op") {
            with(Setting()) {
                store.before = { if (scheduler.currentTime < 50) throw StoreFaultException(Kind.BUSY, "busy") }
                runTest(StandardTestDispatcher(scheduler)) {
                    val op = put("k")
                    queue.enqueue(op) { }
                    queue.awaitSuspending(op)
                    testScheduler.currentTime shouldBeInRange 50L..62L
                }
                keys() shouldContainExactly listOf("k")
            }
        }

        test("a queue that is full says so until something has left it") {
            with(Setting()) {
                queue.room().shouldBeNull()
                queue.enqueue(put("large", size = 64 * 1024 * 1024)) { }
                val signal = queue.room().shouldNotBeNull()
                // Nobody commits: whoever waits gives up when its patience is over.
                queue.awaitRoom() shouldBe false
                signal.isDone shouldBe false
                scheduler.runCurrent()
                signal.isDone shouldBe true
                queue.room().shouldBeNull()
                queue.awaitRoom() shouldBe true
            }
        }

        test("what is queued is readable until it is committed, and hidden where it is a removal") {
            with(Setting()) {
                queue.enqueue(put("k", 1)) { }
                answer("k")?.data?.single() shouldBe 1
                queue.enqueue(RemoveOp(listOf("k"), COMMITTED)) { }
                (queue.pending.answer("k") as PendingWrites.Answer.Known).entry.shouldBeNull()
                queue.enqueue(put("k", 2)) { }
                answer("k")?.data?.single() shouldBe 2
                queue.kick()
                scheduler.runCurrent()
                (queue.pending.answer("k") is PendingWrites.Answer.AskStore) shouldBe true
                keys() shouldContainExactly listOf("k")
            }
        }

        test("the row under one that was not taken is hidden, and removed before anything else is done") {
            with(Setting()) {
                store.transaction(COMMITTED) { store.entries.put(row("k", 1)) }
                store.before = { throw StoreFaultException(Kind.UNAVAILABLE, "gone") }
                val refused = put("k", 2)
                queue.enqueue(refused) { }
                shouldThrow<StoreFaultException> { queue.await(refused) }
                dropped shouldContainExactly listOf("k")
                queue.owesRemovals shouldBe true
                (queue.pending.answer("k") as PendingWrites.Answer.Known).entry.shouldBeNull()
                store.before = {}
                val seen = ChoreOp { it.entries.read("k") }
                queue.enqueue(seen) { }
                queue.await<StoredEntry?>(seen).shouldBeNull()
                queue.owesRemovals shouldBe false
                keys().shouldBeEmpty()
            }
        }

        test("an interrupted caller takes its op back unless the commit has begun") {
            with(Setting()) {
                val first = put("first")
                val second = put("second")
                queue.enqueue(first) { }
                store.before = {
                    if (store.transactions.size == 1) {
                        queue.enqueue(second) { }
                        Thread.currentThread().interrupt()
                        // This thread commits already: it only finds out that it may not wait here.
                        shouldThrow<CancellationException> { queue.await(second) }
                        Thread.interrupted() shouldBe true
                    }
                }
                queue.await(first)
                scheduler.runCurrent()
                second.done.isCancelled shouldBe true
                keys() shouldContainExactly listOf("first")
            }
        }
    })

@OptIn(ExperimentalCoroutinesApi::class)
private class Setting {
    val scheduler = TestCoroutineScheduler()
    val store = RecordingStore(HeapStore(Int.MAX_VALUE))

    /** The keys whose rows were given up. */
    val dropped = ArrayList<String>()

    private val hub = EventHub()
    private val listener =
        object : WriteQueue.Listener {
            override fun dropped(
                entries: List<StoredEntry>,
                fault: Throwable,
            ) {
                entries.mapTo(this@Setting.dropped) { it.key }
            }

            override fun notRemoved(fault: Throwable) = Unit

            override fun committed(bytes: Long) = Unit
        }
    val queue =
        WriteQueue(
            StoreSlot(
                GivenStore(store),
                HealthBoard(hub),
                hub,
                requireStore = true,
                PATIENCE,
            ) { error("there is a store") },
            CoroutineScope(StandardTestDispatcher(scheduler)),
            GivenClock({ Instant.EPOCH }, { Duration.ofMillis(scheduler.currentTime).toNanos() }),
            PATIENCE,
            listener,
        )

    fun put(
        key: String,
        value: Byte = 0,
        durability: Durability = COMMITTED,
        size: Int = 1,
    ) = PutOp(listOf(row(key, value, size)), durability, NothingShown)

    fun chore() = ChoreOp { }

    fun row(
        key: String,
        value: Byte,
        size: Int = 1,
    ): StoredEntry {
        val data = ByteArray(size).also { it[0] = value }
        return StoredEntry(key, data, "json", StoredEntry.NEVER, emptyList(), 1, "default", 0, 0)
    }

    fun answer(key: String): StoredEntry? = (queue.pending.answer(key) as PendingWrites.Answer.Known).entry

    /** The keys that the store has, in the order in which they came. */
    fun keys(): List<String> = store.puts.distinct().filter { store.entries.read(it) != null }
}

/** No memory in front of the queue. */
private object NothingShown : PutOp.Shown {
    override fun takeBack(rows: List<StoredEntry>) = Unit

    override fun keepAlone(rows: List<StoredEntry>) = Unit
}

/** Notes the transactions and the rows that are put in them. */
private class RecordingStore(
    private val store: StoreBackend,
) : StoreBackend by store {
    val transactions = ArrayList<Durability>()
    val puts = ArrayList<String>()

    /** Runs when a transaction has begun and has done nothing yet. */
    var before: () -> Unit = {}

    override val entries: EntryStore =
        object : EntryStore by store.entries {
            override fun put(entry: StoredEntry) {
                puts += entry.key
                store.entries.put(entry)
            }
        }

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R {
        transactions += durability
        before()
        return store.transaction(durability, work)
    }
}

private val PATIENCE = Duration.ofMillis(100)
