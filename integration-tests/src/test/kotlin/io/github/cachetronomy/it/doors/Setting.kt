package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.sqlite.SQLiteConfig
import java.nio.file.Path
import java.sql.Connection
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.io.path.createDirectory

/** What the cache of a test works on. */
enum class Ground {
    /** A file, which does not exist yet. */
    FILE,

    /** A path that is a folder, so that there can be no file. */
    FOLDER,

    /** A store in the heap that fails and stops as the test says. */
    FAULTY_STORE,
}

/** How a test wants its cache. */
class Wish(
    val ground: Ground = Ground.FILE,
    val profile: Profile? = null,
    val maxBytesInMemory: Long? = null,
    val durability: Durability? = null,
)

/** A cache behind a door, with the clock and the file or store it lives on. */
class Setting(
    private val open: (Opening) -> Door,
    val file: Path,
    private val wish: Wish,
) : AutoCloseable {
    val clock = FakeClock()
    val store = FaultyStore(InMemoryStore())
    var cache: Door
        private set

    init {
        if (wish.ground == Ground.FOLDER) file.createDirectory()
        cache = opened()
    }

    fun reopen() {
        cache.close()
        cache = opened()
    }

    /** Another process, as the file sees it. */
    fun <R> elsewhere(work: (Connection) -> R): R = SQLiteConfig().createConnection("jdbc:sqlite:$file").use(work)

    /** The file with [suffix] behind its name. */
    fun beside(suffix: String): Path = file.resolveSibling("${file.fileName}$suffix")

    override fun close() = cache.close()

    private fun opened(): Door =
        open(
            Opening(
                file,
                clock,
                store.takeIf { wish.ground == Ground.FAULTY_STORE },
                wish.profile,
                wish.maxBytesInMemory,
                wish.durability,
            ),
        )
}

/** Makes tests of one door. */
class Case(
    private val add: (title: String, wish: Wish, block: Setting.() -> Unit) -> Unit,
) {
    operator fun invoke(
        title: String,
        wish: Wish = Wish(),
        block: Setting.() -> Unit,
    ) = add(title, wish, block)
}

/** Makes [tests] for each of the doors, every test with a cache of its own. */
fun FunSpec.throughEveryDoor(
    doors: Map<String, (Opening) -> Door> = io.github.cachetronomy.it.doors.doors,
    tests: (test: Case) -> Unit,
) {
    val folder = tempdir().toPath()
    val files = AtomicInteger()
    for ((name, open) in doors) {
        tests(
            Case { title, wish, block ->
                test("$name: $title") {
                    val file = "${name.replace(", ", "-")}-${files.incrementAndGet()}.db"
                    Setting(open, folder.resolve(file), wish).use(block)
                }
            },
        )
    }
}

infix fun Lookup<*>.shouldMissBecauseOf(reason: MissReason) {
    shouldBeInstanceOf<Lookup.Miss>().reason shouldBe reason
}

fun <T> Lookup<T>.shouldHit(): Lookup.Hit<T> = shouldBeInstanceOf<Lookup.Hit<T>>()

/** As long as [awaitAnotherThread] takes at the least. */
internal val A_MOMENT = Duration.ofMillis(1)

/** Returns when another thread has seen that this one waits, and has gone on for a moment. */
internal fun awaitAnotherThread() {
    val waiting = CountDownLatch(1)
    val over = CountDownLatch(1)
    thread {
        waiting.await()
        val began = System.nanoTime()
        while (System.nanoTime() - began < A_MOMENT.toNanos()) Thread.onSpinWait()
        over.countDown()
    }
    waiting.countDown()
    check(over.await(10, TimeUnit.SECONDS))
}
