package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.sqlite.SQLiteConfig
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.function.Supplier
import kotlin.time.Duration.Companion.seconds

/** Closing ends, and answers everybody, however stuck the store is. */
@Tags("deep")
class CloseSpec :
    FunSpec({
        test(
            "who waits for a busy store is answered when the cache is closed, and listeners hear that it was not done",
        ) {
            val heard = ConcurrentLinkedQueue<CacheEvent>()
            val unwilling = Duration.ofMinutes(1)
            onHarness(configure = {
                patience = unwilling
                listeners += CacheEventListener(heard::add)
            }) {
                store.failTransactions(Kind.BUSY)
                val blocked = onThread { runCatching { setBlocking("a", 1) } }
                eventually(5.seconds) { store.transactions shouldBeGreaterThan 0 }
                val suspended = begun { runCatching { cache.set("b", 1) } }
                onThread { cache.close() }.get(CLOSED_WITHIN, TimeUnit.SECONDS)
                blocked.get(1, TimeUnit.SECONDS).exceptionOrNull().shouldBeInstanceOf<CacheClosedException>()
                suspended.await().exceptionOrNull().shouldBeInstanceOf<CacheClosedException>()
                eventually(5.seconds) { heard.filterIsInstance<CacheEvent.CloseIncomplete>().shouldNotBeEmpty() }
            }
        }

        test("closing has a bound, and waiters are answered, also when a commit does not come back from the store") {
            val stuck = StuckStore()
            val heard = ConcurrentLinkedQueue<CacheEvent>()
            val configure: EngineConfig.() -> Unit = {
                listeners += CacheEventListener(heard::add)
                patience = Duration.ofMinutes(1)
            }
            onHarness(stuck, configure) {
                stuck.stick()
                val inside = onThread { runCatching { setBlocking("a", 1) } }
                stuck.awaitArrival()
                val behind = begun { runCatching { cache.set("b", 1) } }
                onThread { cache.close() }.get(CLOSED_WITHIN, TimeUnit.SECONDS)
                behind.await().exceptionOrNull().shouldBeInstanceOf<CacheClosedException>()
                eventually(5.seconds) { heard.filterIsInstance<CacheEvent.CloseIncomplete>().shouldNotBeEmpty() }
                stuck.letGo()
                inside.soon()
            }
        }

        test("other files can be opened while the closing of one takes its time") {
            val folder = tempdir().toPath()
            val file = folder.resolve("busy.db")
            val closing = BlockingCachetronaut.builder(file).storePatience(Duration.ofMinutes(1)).build()
            SQLiteConfig().createConnection("jdbc:sqlite:$file").use { other ->
                other.createStatement().use { it.execute("BEGIN IMMEDIATE") }
                val waiting = onThread { runCatching { closing.set("k", 1) } }
                val closed = onThread { closing.close() }
                onThread { Cachetronaut(folder.resolve("another.db")).close() }.get(4, TimeUnit.SECONDS)
                closed.isDone shouldBe false
                closed.get(CLOSED_WITHIN, TimeUnit.SECONDS)
                waiting.soon().exceptionOrNull().shouldBeInstanceOf<CacheClosedException>()
            }
        }
    })

private const val CLOSED_WITHIN = 10L

/** A store in which a transaction can get stuck: what wants anything else of it waits, as for a hanging disk. */
private class StuckStore(
    private val heap: StoreBackend = InMemoryStore(),
) : StoreBackend by heap {
    private val arrived = CountDownLatch(1)
    private val released = CountDownLatch(1)

    @Volatile
    private var sticks = false

    fun stick() {
        sticks = true
    }

    fun awaitArrival() = arrived.awaitSoon()

    fun letGo() = released.countDown()

    override fun <R> transaction(
        durability: Durability,
        work: Supplier<R>,
    ): R =
        heap.transaction(durability) {
            val result = work.get()
            if (sticks) {
                arrived.countDown()
                released.await()
            }
            result
        }
}
