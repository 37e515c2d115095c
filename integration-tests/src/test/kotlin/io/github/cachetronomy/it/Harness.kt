package io.github.cachetronomy.it

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.coroutines.cachetronautOn
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.github.cachetronomy.testing.Pause
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

/** So that what hangs fails; nothing takes nearly as long. */
private const val LONGEST_SECONDS = 20L

/**
 * A cache over a store that the test has in its hand, with a clock and a scheduler of the test's own:
 * jobs run when [pass] lets their time come.
 */
@OptIn(ExperimentalCoroutinesApi::class)
internal class Harness(
    scope: CoroutineScope,
    /** What the store keeps, as another process sees it. */
    val heap: StoreBackend,
    configure: EngineConfig.() -> Unit,
) : CoroutineScope by scope,
    AutoCloseable {
    val clock = FakeClock()
    val store = FaultyStore(heap)
    private val pauses = ArrayList<Pause>()
    private val scheduler = TestCoroutineScheduler()
    private val lease =
        Engines.open(
            EngineConfig().apply {
                backend = store
                clock = this@Harness.clock
                memoryProbe = plentyOfMemory
                jobDispatcher = UnconfinedTestDispatcher(scheduler)
                configure()
            },
        )
    val engine = lease.engine
    val cache = cachetronautOn(lease)

    /** Lets jobs do what they do within [time], all of it where the store dispatcher is unconfined. */
    fun pass(time: Duration) {
        clock.advance(time)
        scheduler.advanceTimeBy(time.toMillis())
        scheduler.runCurrent()
    }

    /** Another process writes [json] under [key]. */
    fun elsewhere(
        key: String,
        json: String,
    ) {
        put(key, json)
        store.foreignCommit()
    }

    /** Puts [json] under [key] into the store, without the cache. */
    fun put(
        key: String,
        json: String,
        tags: List<String> = emptyList(),
        format: String = "json",
    ) {
        val row = StoredEntry(key, json.encodeToByteArray(), format, StoredEntry.NEVER, tags, 1, "default", 7, 0)
        heap.transaction(Durability.COMMITTED) { heap.entries.put(row) }
    }

    /** What a restarted cache would find under [key]. */
    fun stored(key: String): String? =
        heap.entries
            .read(key)
            ?.data
            ?.decodeToString()

    /** Sets, and holds this thread until that is done. */
    fun setBlocking(
        key: String,
        value: Int,
    ): EntryMetadata = engine.set(key, value, INT, EntryOptions.neverExpires()).await()

    /** The next read of the store stops with its answer, until let go. */
    fun holdRead(): Pause = store.pauseReads().also(pauses::add)

    /** The next transaction stops before it begins, until let go. */
    fun holdTransaction(): Pause = store.pauseTransactions().also(pauses::add)

    /** Stops the store in the middle of somebody else's write: what is asked of it from now on queues up. */
    fun holdUp(): Pause {
        val held = holdTransaction()
        begun { cache.set("somebody else's", 0) }
        held.awaitArrival()
        return held
    }

    override fun close() {
        pauses.forEach(Pause::release)
        store.heal()
        cache.close()
    }

    companion object {
        val INT: ValueType = ValueType.of(Int::class.javaObjectType)
    }
}

/** Runs [test] on a [Harness] of its own, on threads of which it may block some. */
internal suspend fun onHarness(
    heap: StoreBackend = InMemoryStore(),
    configure: EngineConfig.() -> Unit = {},
    test: suspend Harness.() -> Unit,
) = withContext(Dispatchers.IO) {
    withTimeout(LONGEST_SECONDS.seconds) { Harness(this, heap, configure).use { it.test() } }
}

/** Begins [work] on the caller's thread and comes back when it waits for something, or is done. */
internal fun <R> CoroutineScope.begun(work: suspend () -> R): Deferred<R> =
    async(start = CoroutineStart.UNDISPATCHED) { work() }

/** Begins [work], which may block, on a thread of its own. */
internal fun <R> onThread(work: () -> R): CompletableFuture<R> {
    val result = CompletableFuture<R>()
    thread(isDaemon = true) {
        try {
            result.complete(work())
        } catch (failure: Throwable) {
            result.completeExceptionally(failure)
        }
    }
    return result
}

/** The result, which comes soon. */
internal fun <R> CompletableFuture<R>.soon(): R = get(LONGEST_SECONDS, TimeUnit.SECONDS)

/** Waits for what comes soon; a test that waits in vain fails. */
internal fun CountDownLatch.awaitSoon() = check(await(LONGEST_SECONDS, TimeUnit.SECONDS)) { "it did not come" }
