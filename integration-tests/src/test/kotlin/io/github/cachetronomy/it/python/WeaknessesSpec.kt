package io.github.cachetronomy.it.python

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.ProfileNotFoundException
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.keys.Keys
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.ReadOptions
import io.github.cachetronomy.it.awaitSoon
import io.github.cachetronomy.it.faults.raw
import io.github.cachetronomy.it.faults.run
import io.github.cachetronomy.it.onHarness
import io.github.cachetronomy.it.onThread
import io.github.cachetronomy.it.soon
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.ScriptedMemoryProbe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.sqlite.SQLiteConfig
import java.math.BigInteger
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/**
 * What the Python package was seen to do wrong, one test each: they fail on its behaviour. Two groups are about
 * the surroundings of a process and its command line, and stand with that.
 */
@Tags("fast")
class WeaknessesSpec :
    FunSpec({
        val folder = tempdir().toPath()
        val files = AtomicInteger()

        fun newFile(): Path = folder.resolve("weak-${files.incrementAndGet()}.db")

        test("what memory took from the file expires there, too") {
            val clock = FakeClock()
            Cachetronaut(newFile()) { this.clock = clock }.use {
                it.set("k", "v", timeToLive = 1.seconds)
                it.evict("k")
                it.get<String>("k") shouldBe "v"
                clock.advance(Duration.ofMillis(1_200))
                it.get<String>("k") shouldBe null
            }
        }

        test("callers of one key, coroutines and threads, load it once") {
            val file = newFile()
            val loads = AtomicInteger()
            val open = CountDownLatch(1)
            Cachetronaut(file).use { kotlin ->
                BlockingCachetronaut.open(file).use { java ->
                    val threads =
                        List(10) {
                            onThread {
                                java.cached("k", Int::class.javaObjectType) {
                                    open.awaitSoon()
                                    loads.incrementAndGet()
                                }
                            }
                        }
                    withContext(Dispatchers.Default) {
                        val coroutines =
                            List(20) {
                                async {
                                    kotlin.cached<Int>("k") {
                                        open.awaitSoon()
                                        loads.incrementAndGet()
                                    }
                                }
                            }
                        open.countDown()
                        (coroutines.awaitAll() + threads.map { it.soon() }).toSet() shouldBe setOf(1)
                    }
                }
            }
        }

        test("a slow load keeps nobody from another key") {
            val file = newFile()
            val began = CountDownLatch(1)
            val go = CountDownLatch(1)
            Cachetronaut(file).use { kotlin ->
                BlockingCachetronaut.open(file).use { java ->
                    kotlin.set("other", "v")
                    val loading =
                        onThread {
                            java.cached("slow", String::class.java) {
                                began.countDown()
                                go.awaitSoon()
                                "loaded"
                            }
                        }
                    began.awaitSoon()
                    kotlin.get<String>("other") shouldBe "v"
                    kotlin.cached("another") { "v" } shouldBe "v"
                    go.countDown()
                    loading.soon() shouldBe "loaded"
                }
            }
        }

        test("a file that another process holds does not hold the thread of a coroutine that writes") {
            val file = newFile()
            Cachetronaut(file) { storePatience = 20.seconds }.use { cache ->
                cache.set("k", "before")
                Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { only ->
                    SQLiteConfig().createConnection("jdbc:sqlite:$file").use { other ->
                        other.run("BEGIN IMMEDIATE")
                        withContext(only) {
                            val writing = launch { cache.set("k", "after") }
                            // Runs on the same thread while the write waits.
                            launch { cache.get<String>("k") }.join()
                            other.run("COMMIT")
                            writing.join()
                        }
                    }
                }
                cache.get<String>("k") shouldBe "after"
            }
        }

        test("a log that cannot be written fails no read, and loses nothing") {
            onHarness(configure = { patience = Duration.ofMillis(50) }) {
                cache.set("k", "v")
                store.failTransactions(Kind.BUSY)
                repeat(3) { cache.get<String>("k") shouldBe "v" }
                runCatching { cache.flush() }
                cache.get<String>("k") shouldBe "v"
                store.heal()
                cache.accessLog.find("k")?.reads shouldBe 4
            }
        }

        test("what cannot be encoded is not served either") {
            Cachetronaut(newFile()).use {
                it.set<Any?>("k", "before")
                shouldThrow<EncodingFailedException> { it.set<Any?>("k", Thread.currentThread()) }
                it.get<Any?>("k") shouldBe "before"
            }
        }

        test("every removal is logged, of the file alone too, and by blocking callers too") {
            val file = newFile()
            BlockingCachetronaut.builder(file).profile(capped(2), true).build().use { cache ->
                for (key in listOf("a", "b", "c", "d")) cache.set(key, "v", EntryOptions.tags("t"))
                cache.evictAll()
                cache.evictionLog().clear()
                cache.delete("a")
                cache.clearByTags(setOf("t"))
                cache.evictionLog().recent(10).map { it.key to it.cause } shouldContainExactlyInAnyOrder
                    listOf("b", "c", "d").map { it to EvictionCause.TAG } + ("a" to EvictionCause.DELETED)
            }
        }

        test("what another process writes and deletes is seen") {
            onHarness(configure = { storeDispatcher = Dispatchers.Unconfined }) {
                cache.set("written", 1)
                cache.set("deleted", 1)
                elsewhere("written", "2")
                heap.transaction(Durability.COMMITTED) { heap.entries.delete("deleted") }
                store.foreignCommit()
                pass(Duration.ofSeconds(1))
                cache.get<Int>("written") shouldBe 2
                cache.get<Int>("deleted") shouldBe null
            }
        }

        test("an odd row harms no other, and no later call") {
            val file = newFile()
            Cachetronaut(file).use { it.set("good", "v") }
            raw(file) {
                val row = "INSERT INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile) VALUES "
                run("$row ('time', x'31', 'json', 'some day', '[]', 1, 'p')")
                run("$row ('format', x'31', 'pickle', '2099-12-31T23:59:59+00:00', '[]', 1, 'p')")
                run("$row ('integer key', x'8101a161', 'msgpack', '2099-12-31T23:59:59+00:00', '[]', 1, 'p')")
            }
            Cachetronaut(file).use { cache ->
                val entries = cache.entries<Any?>().toList().associate { it.key to it.lookup }
                (entries.getValue("good") as Lookup.Hit).value shouldBe "v"
                (entries.getValue("integer key") as Lookup.Hit).value shouldBe mapOf(1L to "a")
                (entries.getValue("format") as Lookup.Miss).reason shouldBe MissReason.FORMAT
                cache.clearExpired()
                cache.set("later", "v")
                cache.get<String>("later") shouldBe "v"
            }
        }

        test("a profile is in force from the opening on") {
            val file = newFile()
            Cachetronaut(file).use { it.profiles.create(capped(3, "three")) }
            Cachetronaut(file).use { it.profiles.activate("three") }
            Cachetronaut(file).use { cache ->
                repeat(10) { cache.set("k$it", it) }
                cache.keys(Tier.MEMORY).toList() shouldHaveSize 3
            }
        }

        test("a switch of the profile changes the pace of what runs") {
            onHarness(configure = { storeDispatcher = Dispatchers.Unconfined }) {
                cache.profiles.create("quick") { cleanupInterval = 1.seconds }
                cache.set("k", "v", timeToLive = 1.seconds)
                cache.profiles.activate("quick")
                pass(Duration.ofSeconds(2))
                stored("k") shouldBe null
            }
        }

        test("a profile that is not there changes nothing, and neither does what an update leaves out") {
            Cachetronaut(newFile()).use { cache ->
                shouldThrow<ProfileNotFoundException> { cache.profiles.activate("ghost") }
                cache.set("k", "v")
                shouldThrow<IllegalStateException> { cache.profiles.delete(Profile.DEFAULT) }
                cache.profiles.create("other") { timeToLive = 5.minutes }
                cache.profiles.update("other") { maxItemsInMemory = 7 }
                cache.profiles.find("other")?.timeToLive shouldBe 5.minutes.toJavaDuration()
                cache.profiles.activate("other")
                cache.profiles.active.name shouldBe "other"
            }
        }

        test("no room is no room, less room trims at once, and never is never") {
            Cachetronaut(newFile()).use { cache ->
                repeat(5) { cache.set("k$it", it) }
                cache.profiles.update(Profile.DEFAULT) { maxItemsInMemory = 2 }
                cache.keys(Tier.MEMORY).toList() shouldHaveSize 2
                cache.profiles.update(Profile.DEFAULT) { maxItemsInMemory = 0 }
                cache.set("k", "v")
                cache.keys(Tier.MEMORY).toList().shouldBeEmpty()
            }
            val probe = ScriptedMemoryProbe(0)
            onHarness(
                configure = {
                    memoryProbe = probe
                    storeDispatcher = Dispatchers.Unconfined
                    profile = Profile.Builder(Profile.DEFAULT).memoryCleanupInterval(Duration.ZERO).build()
                },
            ) {
                pass(Duration.ofHours(1))
                probe.timesAsked shouldBe 0
            }
        }

        test("short of memory, what was never read goes first") {
            onHarness(
                configure = {
                    memoryProbe = ScriptedMemoryProbe(0, 1_073_741_824)
                    storeDispatcher = Dispatchers.Unconfined
                },
            ) {
                cache.set("read", "v")
                cache.set("never read", "v")
                cache.get<String>("read")
                pass(Duration.ofSeconds(5))
                cache.evictionLog.recent().map { it.key } shouldContainExactly listOf("never read")
            }
        }

        test("closing is no eviction") {
            val file = newFile()
            Cachetronaut(file).use {
                it.set("k", "v")
                it.get<String>("k")
            }
            Cachetronaut(file).use { it.evictionLog.recent().shouldBeEmpty() }
        }

        test("nothing said is the profile's, and zero is refused") {
            Cachetronaut(newFile()) { profile("default") { tags = setOf("standard") } }.use {
                shouldThrow<IllegalArgumentException> { it.set("k", "v", timeToLive = 0.seconds) }
                shouldThrow<IllegalArgumentException> { it.set("k", "v", timeToLive = (-1).seconds) }
                shouldThrow<IllegalArgumentException> { it.set("k", "v", version = 0) }
                it.set("k", "v", tags = emptySet()).tags.shouldBeEmpty()
                it.set("k", "v").tags shouldContainExactly listOf("standard")
            }
        }

        test("the tags of a profile reach every write") {
            Cachetronaut(newFile()) { profile("default") { tags = setOf("standard") } }.use { cache ->
                cache.set("set", 1)
                cache.setMany(mapOf("many" to 1))
                cache.cached("cached") { 1 }
                cache.setIfAbsent("absent", 1)
                cache.increment("count")
                cache.transaction { set("transaction", 1) }
                cache.flush()
                cache.clearByTags(setOf("standard")) shouldBe 6
            }
        }

        test("listings have no key twice, nothing expired, true formats and no need of a limit") {
            val clock = FakeClock()
            Cachetronaut(newFile()) { this.clock = clock }.use { cache ->
                repeat(150) { cache.set("k$it", it, format = "msgpack", tags = setOf("b", "a")) }
                cache.set("short", 1, timeToLive = 1.seconds)
                clock.advance(Duration.ofSeconds(2))
                cache.keys().toList().run { size to toSet().size } shouldBe (150 to 150)
                cache.keys(Tier.STORE).toList() shouldHaveSize 150
                cache.metadata("k1")?.format shouldBe "msgpack"
                cache.clearByTags(setOf("a", "b"), TagMatch.EXACT) shouldBe 150
            }
        }

        test("two functions share no result, and a key says the same tomorrow") {
            Cachetronaut(newFile()).use { cache ->
                cache.cached<Int>(Keys.of("one.same", 1)) { 1 } shouldBe 1
                cache.cached<Int>(Keys.of("other.same", 1)) { 2 } shouldBe 2
                cache.cached<Int>(Keys.of("one.same", "1")) { 3 } shouldBe 3
            }
            shouldThrow<IllegalArgumentException> { Keys.of("method", Any()) }
            Keys.of("f", linkedMapOf("x" to 1, "y" to 2)) shouldBe Keys.of("f", linkedMapOf("y" to 2, "x" to 1))
        }

        test("a value is the same from either tier, and loses nothing") {
            val values =
                listOf(
                    BigInteger.TWO.pow(70),
                    Double.NaN,
                    listOf(1L, listOf<Any?>()),
                    mapOf(1L to "integer key"),
                    byteArrayOf(1, 2).toList().map { it.toLong() },
                )
            Cachetronaut(newFile()).use { cache ->
                for (value in values) {
                    val format = if (value is Map<*, *>) "msgpack" else "json"
                    cache.set<Any?>("k", value, format = format)
                    // Equal as objects are: a NaN is a NaN.
                    withClue(value) { (cache.get<Any?>("k") == value) shouldBe true }
                    cache.evictAll()
                    withClue(value) { (cache.get<Any?>("k") == value) shouldBe true }
                }
            }
        }

        test("another version is a miss") {
            BlockingCachetronaut.open(newFile()).use { cache ->
                cache.set("k", "v", EntryOptions.defaults().withVersion(1))
                val expected = ReadOptions.defaults().withVersion(2)
                cache.get("k", String::class.java, expected).isPresent shouldBe false
            }
        }

        test("hits, misses, sizes and events are told, and the file can be looked after") {
            Cachetronaut(newFile()).use { cache ->
                coroutineScope {
                    val told = async(start = CoroutineStart.UNDISPATCHED) { cache.events.first() }
                    cache.set("k", "v")
                    cache.get<String>("k")
                    cache.get<String>("none")
                    cache.delete("k")
                    withTimeout(20.seconds) { told.await() }.shouldBeInstanceOf<CacheEvent.Removed>().key shouldBe "k"
                }
                cache.stats().run { hits to misses } shouldBe (1L to 1L)
                cache.admin.volume().liveEntries shouldBe 0
                cache.admin.check().isSound shouldBe true
                cache.admin.vacuum()
                cache.admin.backup(folder.resolve("backup-${files.incrementAndGet()}.db"))
            }
        }

        test("two caches have nothing of each other's") {
            Cachetronaut(newFile()).use { one ->
                Cachetronaut(newFile()).use { other ->
                    one.set("k", "v")
                    one.get<String>("k")
                    other.hotKeys().shouldBeEmpty()
                    one.hotKeys().map { it.key } shouldContainExactly listOf("k")
                }
            }
        }

        test("many values are one transaction, and so are many counts") {
            onHarness {
                val before = store.transactions
                cache.setMany((1..500).associate { "k$it" to it })
                store.transactions shouldBe before + 1
                for (n in 1..500) cache.get<Int>("k$n")
                cache.flush()
                store.transactions - before shouldBeLessThan 5
            }
        }

        test("logs do not grow for ever") {
            onHarness(
                configure = {
                    logRetention = LogRetention(10, null)
                    storeDispatcher = Dispatchers.Unconfined
                },
            ) {
                repeat(50) { cache.set("k$it", it) }
                repeat(50) { cache.delete("k$it") }
                cache.flush()
                pass(1.hours.toJavaDuration())
                cache.evictionLog.recent(1_000) shouldHaveSize 10
            }
        }
    })

private fun capped(
    items: Int,
    name: String = Profile.DEFAULT,
) = Profile.Builder(name).maxItemsInMemory(items).build()
