package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import java.io.IOException
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

/** What a cache tells its listeners. */
@Tags("fast")
class EventsDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            loads(test)
            removals(test)
            troubles(test)
            listeners(test)
        }

        val folder = tempdir().toPath()

        context("a listener in Java that throws") {
            val failures =
                mapOf(
                    "an exception" to { throw IllegalStateException("a listener's own") },
                    "a checked exception" to { throw IOException("a listener's own") },
                    "an assertion error" to { throw AssertionError("a listener's own") },
                    "an interruption" to { throw InterruptedException("a listener's own") },
                )
            for ((what, fail) in failures) {
                test("$what goes on receiving, and so do the others") {
                    val calm = Recorder()
                    val failing = Recorder()
                    val builder = BlockingCachetronaut.builder(folder.resolve("$what.db"))
                    builder.listener {
                        failing(it)
                        fail()
                    }
                    builder.listener { calm(it) }
                    builder.build().use { cache ->
                        cache.setMany(mapOf("a" to "1", "b" to "2"))
                        for (key in listOf("a", "b")) {
                            cache.evict(key)
                            calm.nextOf<CacheEvent.Removed>().key shouldBe key
                            failing.nextOf<CacheEvent.Removed>().key shouldBe key
                        }
                    }
                }
            }
        }

        test("listeners of one cache in Java are told until it is closed, whoever else has the file open") {
            val file = folder.resolve("two.db")
            val first = Recorder()
            val second = Recorder()
            BlockingCachetronaut.builder(file).listener { first(it) }.build().use { one ->
                BlockingCachetronaut.builder(file).listener { second(it) }.build().use { other ->
                    other.set("k", "v")
                    other.evict("k")
                    first.next() shouldBe CacheEvent.Removed("k", EvictionCause.EVICTED, Tier.MEMORY)
                    second.next() shouldBe CacheEvent.Removed("k", EvictionCause.EVICTED, Tier.MEMORY)
                }
                one.delete("k")
                first.next() shouldBe CacheEvent.Removed("k", EvictionCause.DELETED, Tier.STORE)
            }
            second.left().shouldBeEmpty()
        }

        test("the flow ends when the cache is closed, and has everything that happened") {
            val cache = Cachetronaut(folder.resolve("flow.db"))
            val all = async(start = CoroutineStart.UNDISPATCHED) { cache.events.toList() }
            cache.cached("k") { 1 }
            cache.delete("k")
            cache.close()
            val (loaded, removed) = all.await()
            loaded.shouldBeInstanceOf<CacheEvent.Loaded>().key shouldBe "k"
            removed shouldBe CacheEvent.Removed("k", EvictionCause.DELETED, Tier.MEMORY)
        }

        test("a collector that runs wherever it is resumed is not run by those who call the cache") {
            Cachetronaut(folder.resolve("unconfined.db")).use { cache ->
                val threads = LinkedBlockingQueue<Thread>()
                val collecting =
                    CoroutineScope(Dispatchers.Unconfined).launch {
                        cache.events.collect { threads += Thread.currentThread() }
                    }
                cache.set("k", 1)
                val caller = thread { repeat(20) { cache.evict("k").also { runBlocking { cache.get<Int>("k") } } } }
                repeat(20) { threads.poll(10, TimeUnit.SECONDS).shouldNotBeNull() shouldNotBeSameInstanceAs caller }
                collecting.cancel()
            }
        }

        test("a collector that throws or has enough ends its own flow and no other") {
            Cachetronaut(folder.resolve("collectors.db")).use { cache ->
                val all = async(start = CoroutineStart.UNDISPATCHED) { cache.events.toList() }
                val one = async(start = CoroutineStart.UNDISPATCHED) { cache.events.first() }
                val failing =
                    async(start = CoroutineStart.UNDISPATCHED) {
                        runCatching { cache.events.collect { throw IOException("a collector's own") } }
                    }
                cache.cached("a") { 1 }
                one.await().shouldBeInstanceOf<CacheEvent.Loaded>().key shouldBe "a"
                failing.await().exceptionOrNull().shouldBeInstanceOf<IOException>()
                cache.cached("b") { 2 }
                cache.close()
                all.await().map { (it as CacheEvent.Loaded).key } shouldContainExactly listOf("a", "b")
            }
        }
    })

/** Runs [block] with a listener that is told from now on. */
private fun Setting.listening(block: (Recorder) -> Unit) =
    Recorder().use { told -> cache.listen(told).use { block(told) } }

private fun loads(test: Case) {
    test("a load is told with the time it took, a hit is not told") {
        listening { told ->
            repeat(2) { cache.cached("k") { "v" } }
            val loaded = told.next().shouldBeInstanceOf<CacheEvent.Loaded>()
            loaded.key shouldBe "k"
            loaded.duration shouldBe cache.stats().loadTime
            cache.evict("k")
            told.next().shouldBeInstanceOf<CacheEvent.Removed>()
        }
    }

    test("a load that fails is told with what the loader threw") {
        listening { told ->
            val failure = IOException("no luck")
            val thrown = shouldThrow<IOException> { cache.cached("k") { throw failure } }
            val failed = told.next().shouldBeInstanceOf<CacheEvent.LoadFailed>()
            failed.key shouldBe "k"
            failed.failure shouldBeSameInstanceAs thrown
            failed.duration shouldBe cache.stats().loadTime
        }
    }

    test("a loaded value that no format can hold is returned, and told as not kept") {
        listening { told ->
            cache.cachedOpaque("k").shouldBeInstanceOf<Opaque>()
            told.next().shouldBeInstanceOf<CacheEvent.Loaded>().key shouldBe "k"
            val notKept = told.next().shouldBeInstanceOf<CacheEvent.NotKept>()
            notKept.key shouldBe "k"
            notKept.reason shouldContain "protobuf"
        }
        cache.stats().notKept shouldBe 1
        cache.keys().shouldBeEmpty()
    }

    val overtakers: Map<String, Door.() -> Unit> =
        mapOf(
            "deleted" to { delete("k") },
            "removed by tag" to { clearByTags(setOf("t")) },
            "removed by prefix" to { clearByPrefix("k") },
            "removed by profile" to { clearByProfile("default") },
            "cleared" to { clear() },
            "written" to { set("k", "newer") },
        )
    for ((what, overtake) in overtakers) {
        test("a value whose key was $what while it loaded is returned, and told as not kept") {
            listening { told ->
                cache.cached("k", Terms(tags = setOf("t"))) { "v".also { cache.overtake() } } shouldBe "v"
                told.nextOf<CacheEvent.Loaded>().key shouldBe "k"
                told.next().shouldBeInstanceOf<CacheEvent.NotKept>().key shouldBe "k"
            }
            cache.flush()
            cache.stats().notKept shouldBe 1
            cache.get("k") shouldBe if (what == "written") "newer" else null
        }
    }
}

private fun removals(test: Case) {
    fun gone(
        key: String,
        cause: EvictionCause,
        tier: Tier = Tier.MEMORY,
    ) = CacheEvent.Removed(key, cause, tier)

    val single: Map<EvictionCause, Door.() -> Unit> =
        mapOf(
            EvictionCause.DELETED to { delete("k") },
            EvictionCause.TAG to { clearByTags(setOf("t")) },
            EvictionCause.PREFIX to { clearByPrefix("k") },
        )
    for ((cause, remove) in single) {
        test("a removal is told once, with the tier that had the entry: $cause") {
            listening { told ->
                cache.set("k", "v", Terms(tags = setOf("t")))
                cache.remove()
                told.next() shouldBe gone("k", cause)
                cache.set("k", "v", Terms(tags = setOf("t")))
                cache.evict("k")
                told.next() shouldBe gone("k", EvictionCause.EVICTED)
                cache.remove()
                told.next() shouldBe gone("k", cause, Tier.STORE)
                cache.remove()
                cache.set("end", "v")
                cache.evict("end")
                told.next() shouldBe gone("end", EvictionCause.EVICTED)
            }
        }
    }

    test("deleteMany and remove are deletions") {
        listening { told ->
            cache.setMany(mapOf("a" to "1", "b" to "2", "c" to "3"))
            cache.remove("a")
            told.next() shouldBe gone("a", EvictionCause.DELETED)
            cache.deleteMany(listOf("b", "c", "d"))
            told.next(2) shouldContainExactlyInAnyOrder
                listOf(gone("b", EvictionCause.DELETED), gone("c", EvictionCause.DELETED))
        }
    }

    test("emptying memory is told by the entry, clearing as a whole") {
        listening { told ->
            cache.setMany(mapOf("a" to "1", "b" to "2"))
            cache.evictAll()
            told.next(2) shouldContainExactlyInAnyOrder
                listOf(gone("a", EvictionCause.CLEARED), gone("b", EvictionCause.CLEARED))
            cache.get("a")
            cache.clear() shouldBe 2
            told.next() shouldBe CacheEvent.Cleared(2)
        }
    }

    test("expiry is told where it is noticed") {
        listening { told ->
            cache.set("read", "v", Terms(1.seconds))
            cache.set("swept", "v", Terms(1.seconds))
            cache.set("stored", "v", Terms(1.seconds))
            cache.evict("stored")
            told.next() shouldBe gone("stored", EvictionCause.EVICTED)
            clock.advance(1.seconds)
            cache.get("read")
            told.next() shouldBe gone("read", EvictionCause.EXPIRED)
            cache.clearExpired()
            told.next(3) shouldContainExactlyInAnyOrder
                listOf(
                    gone("read", EvictionCause.EXPIRED, Tier.STORE),
                    gone("swept", EvictionCause.EXPIRED),
                    gone("stored", EvictionCause.EXPIRED, Tier.STORE),
                )
        }
    }

    val small = Wish(profile = Profile.Builder(Profile.DEFAULT).maxItemsInMemory(1).build())
    test("what a full memory lets go is told", small) {
        listening { told ->
            cache.set("a", "1")
            cache.set("b", "2")
            val removed = told.next().shouldBeInstanceOf<CacheEvent.Removed>()
            removed.cause shouldBe EvictionCause.SIZE
            removed.tier shouldBe Tier.MEMORY
            (listOf("a", "b") - removed.key) shouldContainExactly cache.keys(Tier.MEMORY)
        }
    }
}

private fun troubles(test: Case) {
    test("a row that cannot be used is told with the reason") {
        listening { told ->
            cache.set("text", "abc")
            cache.findNumber("text")
            val reason = told.next().shouldBeInstanceOf<CacheEvent.RowRejected>().reason
            (reason == MissReason.SHAPE || reason == MissReason.DECODING) shouldBe true
            cache.evictAll()
            told.next().shouldBeInstanceOf<CacheEvent.Removed>()
            elsewhere { it.createStatement().execute("UPDATE cache SET data = '\"abd\"'") }
            cache.get("text") shouldBe null
            told.next() shouldBe CacheEvent.RowRejected("text", MissReason.DAMAGED)
            elsewhere { it.createStatement().execute("UPDATE cache SET fmt = 'pickle', header = NULL") }
            cache.get("text") shouldBe null
            told.next() shouldBe CacheEvent.RowRejected("text", MissReason.FORMAT)
        }
        cache.stats().missesByReason[MissReason.DAMAGED] shouldBe 1
        cache.stats().missesByReason[MissReason.FORMAT] shouldBe 1
    }

    val writes: Map<String, Door.() -> Unit> =
        mapOf(
            "set" to { set("k", "v") },
            "setMany" to { setMany(mapOf("k" to "v")) },
            "cached" to { cached("k") { "v" } },
        )
    for ((name, write) in writes) {
        test(
            "a write by $name that the store does not take is told, and memory keeps the value",
            Wish(Ground.FAULTY_STORE),
        ) {
            listening { told ->
                store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
                cache.write()
                val dropped = told.nextOf<CacheEvent.WriteDropped>()
                dropped.key shouldBe "k"
                dropped.reason shouldContain "scripted fault"
                told.nextOf<CacheEvent.HealthChanged>().health.status shouldBe CacheHealth.Status.DEGRADED
                cache.get("k") shouldBe "v"
                cache.stats().droppedWrites shouldBe 1
                cache.health().status shouldBe CacheHealth.Status.DEGRADED
                store.heal()
                cache.set("l", "w")
                told.nextOf<CacheEvent.HealthChanged>().health.status shouldBe CacheHealth.Status.HEALTHY
                cache.health().causes.shouldBeEmpty()
                cache.get("k") shouldBe "v"
            }
        }
    }

    test("a store that cannot be read is told, and a miss", Wish(Ground.FAULTY_STORE)) {
        listening { told ->
            cache.set("k", "v")
            cache.evict("k")
            store.failReads(StoreFaultException.Kind.UNAVAILABLE)
            cache.find("k") shouldMissBecauseOf MissReason.UNAVAILABLE
            told.nextOf<CacheEvent.HealthChanged>().health.status shouldBe CacheHealth.Status.DEGRADED
            store.heal()
            cache.get("k") shouldBe "v"
            told.nextOf<CacheEvent.HealthChanged>().health.status shouldBe CacheHealth.Status.HEALTHY
        }
    }
}

private fun listeners(test: Case) {
    test("a slow listener loses the oldest waiting events, and they are counted", Wish(Ground.FAULTY_STORE)) {
        val keys = (0..BUFFER + 200).map { "k%04d".format(it) }
        cache.setMany(keys.associateWith { "v" })
        Recorder().use { told ->
            told.hold()
            cache.listen(told).use {
                cache.evict(keys.first())
                told.awaitArrival()
                keys.drop(1).forEach(cache::evict)
                val dropped = cache.stats().droppedEvents.toInt()
                // A few more than the buffer holds may be on their way to the listener.
                dropped shouldBeInRange 100..200
                told.release()
                val received = told.removals(keys.size - dropped).map { it.key }
                received.first() shouldBe keys.first()
                received shouldContainExactly received.sorted()
                received.takeLast(BUFFER) shouldContainExactly keys.takeLast(BUFFER)
                cache.stats().droppedEvents shouldBe dropped
            }
        }
    }

    test("a listener that stands still holds nobody up, and no other listener", Wish(Ground.FAULTY_STORE)) {
        Recorder().use { still ->
            still.hold()
            cache.listen(still).use {
                listening { told ->
                    repeat(3) {
                        cache.cached("k$it") { "v" }
                        told.next().shouldBeInstanceOf<CacheEvent.Loaded>().key shouldBe "k$it"
                    }
                }
                still.left().shouldBeEmpty()
                still.release()
                withClue("nothing was lost") { still.next(3).map { (it as CacheEvent.Loaded).key } }
                    .shouldContainExactly("k0", "k1", "k2")
            }
        }
    }

    test("a listener that was closed is told nothing more") {
        val closed = Recorder()
        val listening = cache.listen(closed)
        listening { told ->
            cache.cached("a") { "v" }
            told.next()
            closed.next()
            listening.close()
            listening.close()
            cache.cached("b") { "v" }
            told.next()
        }
        cache.close()
        closed.left().shouldBeEmpty()
        cache.close()
    }

    test("a listener that calls the cache is served") {
        listening { told ->
            val deleting = { event: CacheEvent -> if (event is CacheEvent.Removed) cache.delete(event.key) }
            cache.listen { deleting(it) }.use {
                cache.set("k", "v")
                cache.evict("k")
                told.next() shouldBe CacheEvent.Removed("k", EvictionCause.EVICTED, Tier.MEMORY)
                told.next() shouldBe CacheEvent.Removed("k", EvictionCause.DELETED, Tier.STORE)
            }
        }
    }
}

/** How many events wait for a listener at the most. */
private const val BUFFER = 1_024
