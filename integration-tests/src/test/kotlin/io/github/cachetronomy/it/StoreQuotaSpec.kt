package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreMaintenance
import io.github.cachetronomy.core.spi.StoreSpace
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.doors.Door
import io.github.cachetronomy.it.doors.Driven
import io.github.cachetronomy.it.doors.DrivenCase
import io.github.cachetronomy.it.doors.Recorder
import io.github.cachetronomy.it.doors.Terms
import io.github.cachetronomy.it.doors.drivenThroughEveryDoor
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import java.sql.Connection
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import java.util.function.LongSupplier
import kotlin.time.Duration.Companion.minutes

private val LOOK: Duration = Duration.ofSeconds(5)
private val FOR_EVER = Terms(kotlin.time.Duration.INFINITE)
private val SHORT = Terms(1.minutes)
private const val KB = 1_000
private const val MB = 1_000_000L

/** The file stays as small as it is told to, at the expense of what nobody uses. */
@OptIn(ExperimentalCoroutinesApi::class, InternalCachetronomyApi::class)
@Tags("fast")
class StoreQuotaSpec :
    FunSpec({
        drivenThroughEveryDoor { test ->
            size(test)
            choice(test)
            account(test)
            trouble(test)
        }

        test("a bound that makes no sense is refused, and so is one that contradicts another's") {
            val file = tempdir().toPath().resolve("bounds.db")
            for (bytes in listOf(0L, -1L)) {
                shouldThrow<IllegalArgumentException> { Cachetronaut(file) { maxBytesInStore = bytes } }
                    .message shouldContain "maxBytesInStore"
                shouldThrow<IllegalArgumentException> { BlockingCachetronaut.builder(file).maxBytesInStore(bytes) }
                    .message shouldContain "maxBytesInStore"
            }
            Cachetronaut(file) { maxBytesInStore = MB }.use {
                shouldThrow<IllegalStateException> {
                    BlockingCachetronaut.builder(file).maxBytesInStore(2 * MB).build()
                }.message shouldContain "maxBytesInStore (1000000 and 2000000)"
                BlockingCachetronaut
                    .builder(file)
                    .maxBytesInStore(MB)
                    .build()
                    .close()
            }
        }

        test("a cache that only looks at the file removes nothing") {
            val file = tempdir().toPath().resolve("looked-at.db")
            BlockingCachetronaut.open(file).use { cache -> repeat(500) { cache.set("key $it", "v".repeat(KB)) } }
            val scheduler = TestCoroutineScheduler()
            val config =
                EngineConfig().also {
                    it.file = file
                    it.maxBytesInStore = 100_000
                    it.jobDispatcher = UnconfinedTestDispatcher(scheduler)
                    it.storeDispatcher = Dispatchers.Unconfined
                }
            Engines.openReadOnly(config).use { lease ->
                scheduler.advanceTimeBy(600_000)
                scheduler.runCurrent()
                lease.engine.administration
                    .volume()
                    .liveEntries shouldBe 500
            }
        }

        test("what cannot be made smaller is tried again ever more rarely") {
            val ticks = AtomicLong()
            val store = Obese()
            val scheduler = TestCoroutineScheduler()
            val config =
                EngineConfig().also {
                    it.backend = store
                    it.clock = FakeClock()
                    it.ticker = LongSupplier(ticks::get)
                    it.memoryProbe = plentyOfMemory
                    it.maxBytesInStore = 10
                    it.jobDispatcher = UnconfinedTestDispatcher(scheduler)
                    it.storeDispatcher = Dispatchers.Unconfined
                }
            Engines.open(config).use { lease ->
                fun pass(time: Duration) =
                    repeat((time.seconds / LOOK.seconds).toInt()) {
                        ticks.addAndGet(LOOK.toNanos())
                        scheduler.advanceTimeBy(LOOK.toMillis())
                        scheduler.runCurrent()
                    }
                pass(Duration.ofHours(1))
                store.attempts.get() shouldBeInRange 10..30
                lease.engine
                    .health()
                    .causes
                    .single() shouldContain "maxBytesInStore (10)"
                store.isObese = false
                pass(LOOK)
                lease.engine.health().status shouldBe CacheHealth.Status.HEALTHY
            }
        }

        for (someoneWaits in listOf(true, false)) {
            val title = if (someoneWaits) "gives way to a writer who has waited for long" else "has its time otherwise"
            test("making the store smaller $title") {
                val ticks = AtomicLong()
                val vacuum = Vacuum { ticks.addAndGet(1_000_000) }
                val store = FaultyStore(Obese(vacuum))
                val scheduler = TestCoroutineScheduler()
                val config =
                    EngineConfig().also {
                        it.backend = store
                        it.clock = FakeClock()
                        it.ticker = LongSupplier(ticks::get)
                        it.patience = Duration.ofMillis(100)
                        it.memoryProbe = plentyOfMemory
                        it.maxBytesInStore = 10
                        it.jobDispatcher = UnconfinedTestDispatcher(scheduler)
                        it.storeDispatcher = Dispatchers.Unconfined
                    }
                Engines.open(config).use { lease ->
                    val held = store.pauseTransactions()
                    val options = EntryOptions.neverExpires()
                    val writing = onThread { lease.engine.set("k", "v", TEXT, options).await() }
                    held.awaitArrival()
                    if (!someoneWaits) held.release().also { writing.soon() }
                    scheduler.advanceTimeBy(LOOK.toMillis())
                    scheduler.runCurrent()
                    vacuum.ended.soon() shouldBe if (someoneWaits) "stopped" else "done"
                    held.release()
                    writing.soon()
                }
            }
        }

        test("what was read before it was removed is not brought back into memory") {
            val configure: EngineConfig.() -> Unit = {
                maxBytesInStore = 10_000
                storeDispatcher = Dispatchers.Unconfined
            }
            onHarness(configure = configure) {
                cache.set("read", "v".repeat(KB))
                cache.evict("read")
                val held = holdRead()
                val reading = onThread { engine.get("read", TEXT, null, true) }
                held.awaitArrival()
                clock.advance(LOOK)
                repeat(20) { cache.set("key $it", "v".repeat(KB)) }
                pass(LOOK)
                stored("read").shouldBeNull()
                held.release()
                reading.soon() shouldBe "v".repeat(KB)
                engine.peek("read", String::class.java) shouldBe CacheEngine.NOTHING
            }
        }

        test("what the store cannot remove stays, and is served as before") {
            val configure: EngineConfig.() -> Unit = {
                maxBytesInStore = 10_000
                storeDispatcher = Dispatchers.Unconfined
            }
            onHarness(configure = configure) {
                repeat(20) { cache.set("key $it", it) }
                repeat(80) { cache.set("large $it", "v".repeat(100)) }
                store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
                pass(LOOK)
                cache.evictAll()
                repeat(20) { cache.get<Int>("key $it") shouldBe it }
                store.heal()
                repeat(2) { pass(LOOK) }
                stored("large 0").shouldBeNull()
                stored("large 79") shouldBe "\"${"v".repeat(100)}\""
            }
        }

        test("a load whose expired row goes meanwhile is kept") {
            val configure: EngineConfig.() -> Unit = {
                maxBytesInStore = 10_000
                storeDispatcher = Dispatchers.Unconfined
            }
            onHarness(configure = configure) {
                cache.set("k", "v".repeat(KB), timeToLive = 1.minutes)
                clock.advance(Duration.ofMinutes(2))
                val loaded =
                    cache.cached<String>("k") {
                        repeat(20) { cache.set("key $it", "v".repeat(KB)) }
                        pass(LOOK)
                        stored("k").shouldBeNull()
                        "new"
                    }
                loaded shouldBe "new"
                cache.flush()
                stored("k") shouldBe "\"new\""
                cache.stats().notKept shouldBe 0
            }
        }
    })

private val TEXT = ValueType.of(String::class.java)

/** Takes many steps, and tells how that ended. */
private class Vacuum(
    private val step: () -> Unit,
) {
    val ended = CompletableFuture<String>()

    fun run(progress: ProgressListener) {
        try {
            repeat(STEPS) {
                step()
                progress.progressed(0, -1)
            }
            ended.complete("done")
        } catch (fault: StoreFaultException) {
            ended.complete("stopped")
            throw fault
        }
    }

    private companion object {
        const val STEPS = 1_000
    }
}

/** Says of itself that it is too large, and nothing helps. */
private class Obese(
    /** What it does to become smaller; null = it cannot even begin. */
    private val vacuum: Vacuum? = null,
    private val store: StoreBackend = InMemoryStore(),
) : StoreBackend by store {
    val attempts = AtomicInteger()

    @Volatile
    var isObese = true

    override val maintenance: StoreMaintenance =
        object : StoreMaintenance {
            override fun space() = if (isObese) StoreSpace(1_000, 0) else StoreSpace(0, 0)

            override fun shortenLog(patience: Duration): Boolean = (vacuum != null).also { attempts.incrementAndGet() }

            override fun vacuum(
                patience: Duration,
                progress: ProgressListener,
            ) {
                vacuum?.run(progress)
            }
        }
}

private fun value(number: Int) = "$number ".padEnd(KB, '.')

/** Writes entries [numbers], ten at a time and a second apart. */
private fun Driven.write(
    numbers: IntRange,
    terms: Terms = FOR_EVER,
) = numbers.chunked(10).forEach { some ->
    cache.setMany(some.associate { "key $it" to value(it) }, terms)
    clock.advance(Duration.ofSeconds(1))
}

private fun Driven.stored(): List<String> = cache.keys(Tier.STORE)

private fun Driven.numbersStored(): List<Int> = stored().map { it.substringAfter(' ').toInt() }

private fun Door.culled() = stats().evictionsByCause[EvictionCause.STORE_SIZE] ?: 0L

private fun size(test: DrivenCase) {
    test(
        "ten thousand kilobytes into two megabytes: the file is that small, and has what was used last",
        quota = 2 * MB,
    ) {
        val favourites = (0 until 50).map { "key $it" }
        for (from in 0 until 10_000 step 500) {
            write(from until from + 500)
            favourites.forEach { cache.get(it) shouldBe value(it.substringAfter(' ').toInt()) }
            if (from % 2_000 == 0) pass(LOOK)
        }
        repeat(4) { pass(LOOK) }
        bytesOnDisk() shouldBeLessThanOrEqualTo 2 * MB
        cache.admin.volume().bytesOnDisk shouldBe bytesOnDisk()
        val left = stored()
        left shouldContainAll favourites
        // Of the others those that were written last, none of them left out.
        val others = numbersStored().filter { it >= 50 }.sorted()
        others shouldBe (10_000 - others.size until 10_000).toList()
        // Room for what is used was not given away.
        left.size shouldBeGreaterThan 900
        cache.culled() shouldBe 10_000L - left.size
        cache.health().status shouldBe CacheHealth.Status.HEALTHY
    }

    test("a file far above the bound that it is opened with becomes smaller") {
        write(0 until 4_000)
        cache.flush()
        val before = bytesOnDisk()
        before shouldBeGreaterThan 4 * MB
        pass(LOOK)
        numbersStored().size shouldBe 4_000
        reopened(MB) {
            repeat(4) { pass(LOOK) }
            bytesOnDisk() shouldBeLessThanOrEqualTo MB
            val left = numbersStored().sorted()
            left shouldBe (4_000 - left.size until 4_000).toList()
            left.size shouldBeGreaterThan 500
        }
    }

    test("without a bound nothing goes") {
        write(0 until 3_000)
        repeat(10) { pass(LOOK) }
        stored().size shouldBe 3_000
        cache.culled() shouldBe 0
    }

    test("below the bound nothing goes", quota = 5 * MB) {
        write(0 until 3_000)
        repeat(10) { pass(LOOK) }
        stored().size shouldBe 3_000
        cache.culled() shouldBe 0
    }

    test("once it is full, the file is not made anew again and again", quota = 4 * MB) {
        write(0 until 4_000)
        repeat(4) { pass(LOOK) }
        val (small, sizes) = bytesOnDisk() to ArrayList<Long>()
        small shouldBeLessThanOrEqualTo 4 * MB
        for (from in 4_000 until 8_000 step 100) {
            write(from until from + 100)
            pass(Duration.ofSeconds(1))
            elsewhere { sizes += number(it, "PRAGMA page_count") * number(it, "PRAGMA page_size") }
        }
        // Made anew, it would be smaller than it was.
        sizes shouldBe sizes.sorted()
        repeat(2) { pass(LOOK) }
        bytesOnDisk() shouldBeLessThanOrEqualTo 4 * MB
    }

    test("a store in memory keeps to the bound, too", store = ::InMemoryStore, quota = 300_000) {
        write(0 until 1_000)
        repeat(2) { pass(LOOK) }
        val left = numbersStored().sorted()
        left.size shouldBeInRange 180..285
        left shouldBe (1_000 - left.size until 1_000).toList()
        cache.health().status shouldBe CacheHealth.Status.HEALTHY
    }
}

/** Closes what is open, and lets [block] go on with the file under [quota]. */
private fun Driven.reopened(
    quota: Long,
    block: Driven.() -> Unit,
) {
    close()
    Driven(open, file, null, null, quota) { }.use(block)
}

private fun choice(test: DrivenCase) {
    test("what is expired goes before anything that lives", quota = MB) {
        write(0 until 150)
        write(150 until 600, SHORT)
        write(600 until 700)
        clock.advance(Duration.ofMinutes(2))
        Recorder().use { told ->
            cache.listen(told).use {
                write(700 until 750)
                repeat(3) { pass(LOOK) }
                numbersStored() shouldContainAll (0 until 150) + (600 until 750)
                cache.culled() shouldBe 0
                told.removals(1).single().cause shouldBe EvictionCause.EXPIRED
            }
        }
        cache.stats().evictionsByCause.keys shouldBe setOf(EvictionCause.EXPIRED)
    }

    test("what was read lately stays, also where only memory knows of it", quota = MB) {
        write(0 until 700)
        val read = (100 until 150).map { "key $it" }
        read.forEach { cache.get(it) }
        write(700 until 1_000)
        repeat(3) { pass(LOOK) }
        stored() shouldContainAll read
        (stored().toSet() - read.toSet()).map { it.substringAfter(' ').toInt() }.min() shouldBeGreaterThan 150
    }

    test("what was overwritten lately stays, though its key is old and nobody has read it", quota = MB) {
        write(0 until 700)
        write(0 until 20)
        write(700 until 1_000)
        repeat(3) { pass(LOOK) }
        stored() shouldContainAll (0 until 20).map { "key $it" }
    }
}

private fun account(test: DrivenCase) {
    test("each entry that goes has one row in the log, one event and one count, and leaves memory, too", quota = MB) {
        val large = "v".repeat(40 * KB)
        Recorder().use { told ->
            cache.listen(told).use {
                repeat(60) {
                    cache.set("key $it", large, FOR_EVER)
                    clock.advance(Duration.ofSeconds(1))
                }
                cache.get("key 0")
                (0 until 30).forEach { cache.evict("key $it") }
                repeat(3) { pass(LOOK) }
                val gone = (0 until 60).map { "key $it" } - stored().toSet()
                gone.size shouldBeInRange 35..45
                (cache.keys(Tier.MEMORY) - stored().toSet()).shouldBeEmpty()
                gone.forEach { cache.get(it).shouldBeNull() }

                val rows = cache.evictionLog().filter { it.cause == EvictionCause.STORE_SIZE }
                rows.map { it.key } shouldContainExactlyInAnyOrder gone
                rows.map { it.reason }.toSet() shouldBe setOf("store_eviction")
                cache.culled() shouldBe gone.size.toLong()
                val events =
                    told.removals(30 + gone.size).filter { it.cause == EvictionCause.STORE_SIZE }
                events.map { it.key } shouldContainExactlyInAnyOrder gone
                // As with every removal, what memory had is told as leaving memory.
                events.filter { it.tier == Tier.STORE }.map { it.key } shouldContainExactlyInAnyOrder
                    gone.filter { it.substringAfter(' ').toInt() < 30 }
            }
        }
        EvictionCause.STORE_SIZE.wasEvicted().shouldBeTrue()
        EvictionCause.ofReason("store_eviction") shouldBe EvictionCause.STORE_SIZE
    }

    test("writers who are busy meanwhile lose nothing but what has to go, and that is told", quota = MB) {
        val writers =
            (0 until 4).map { writer ->
                onThread { repeat(500) { cache.set("key ${writer * 500 + it}", value(it), FOR_EVER) } }
            }
        while (!writers.all { it.isDone }) pass(Duration.ofMillis(250))
        writers.forEach { it.soon() }
        cache.stats().droppedWrites shouldBe 0
        // The job may be at it on a thread of the writers.
        val began = System.nanoTime()
        while (bytesOnDisk() > MB && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(20)) pass(LOOK)
        bytesOnDisk() shouldBeLessThanOrEqualTo MB
        val left = stored().toSet()
        cache.culled() shouldBe 2_000L - left.size
        val culled = cache.evictionLog(10_000).filter { it.cause == EvictionCause.STORE_SIZE }.map { it.key }
        culled.shouldBeUnique()
        (culled intersect left).shouldBeEmpty()
        for (number in 0 until 2_000) {
            val key = "key $number"
            withClue(key) { cache.get(key) shouldBe if (key in left) value(number % 500) else null }
        }
    }

    test("the logs take their share of the room and no more", quota = MB, retention = LogRetention.unlimited()) {
        for (from in 0 until 6_000 step 1_000) {
            write(from until from + 1_000)
            repeat(2) { pass(LOOK) }
        }
        pass(Duration.ofMinutes(1))
        cache.logs.evictions().size shouldBeInRange 900..1_100
        bytesOnDisk() shouldBeLessThanOrEqualTo MB
        stored().size shouldBeGreaterThan 300
    }
}

private fun trouble(test: DrivenCase) {
    val ticks = AtomicLong()

    test("while another process reads for long, health says what is the matter", quota = MB, configure = {
        ticker = LongSupplier(ticks::get)
    }) {
        write(0 until 500)
        elsewhere { other ->
            other.autoCommit = false
            other.createStatement().use { it.executeQuery("SELECT count(*) FROM cache").close() }
            write(500 until 3_000)
            repeat(3) { pass(LOOK) }
            cache.health().causes.single() shouldContain "maxBytesInStore (1000000)"
            cache.health().status shouldBe CacheHealth.Status.DEGRADED
            // Removing goes on all the same.
            stored().size shouldBeLessThan 1_500
            other.rollback()
        }
        ticks.addAndGet(Duration.ofMinutes(10).toNanos())
        repeat(3) { pass(LOOK) }
        cache.health().status shouldBe CacheHealth.Status.HEALTHY
        bytesOnDisk() shouldBeLessThanOrEqualTo MB
        stored().isEmpty().shouldBeFalse()
    }

    test("a bound below what an empty file takes empties it, and health says so", quota = 10_000) {
        write(0 until 100)
        repeat(3) { pass(LOOK) }
        stored().shouldBeEmpty()
        cache.health().causes.single() shouldContain "maxBytesInStore (10000)"
        cache.set("k", "v")
        cache.get("k") shouldBe "v"
    }
}

private fun number(
    connection: Connection,
    sql: String,
): Long = connection.createStatement().use { it.executeQuery(sql).use { rows -> rows.getLong(1) } }
