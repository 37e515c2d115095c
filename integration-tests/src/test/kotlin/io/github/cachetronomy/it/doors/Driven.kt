package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.it.plentyOfMemory
import io.github.cachetronomy.testing.FakeClock
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.sqlite.SQLiteConfig
import java.nio.file.Path
import java.sql.Connection
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.io.path.exists
import kotlin.io.path.fileSize

/** A cache behind a door, on an engine whose time the test lets pass: jobs run in [pass] and at no other time. */
@OptIn(ExperimentalCoroutinesApi::class, InternalCachetronomyApi::class)
class Driven(
    val open: (Opening) -> Door,
    val file: Path,
    store: StoreBackend?,
    retention: LogRetention?,
    quota: Long?,
    configure: EngineConfig.() -> Unit,
) : AutoCloseable {
    val clock = FakeClock()
    private val scheduler = TestCoroutineScheduler()
    private val engine =
        Engines.open(
            EngineConfig().also {
                it.file = file
                it.backend = store
                it.clock = clock
                it.memoryProbe = plentyOfMemory
                it.jobDispatcher = UnconfinedTestDispatcher(scheduler)
                it.storeDispatcher = Dispatchers.Unconfined
                it.configure()
            },
        )

    /** Joins the engine. */
    val cache: Door =
        open(Opening(file, clock, logRetention = retention, maxBytesInStore = quota, memoryProbe = null))

    /** The bytes of the file and of what SQLite keeps beside it. */
    fun bytesOnDisk(): Long =
        listOf("", "-wal", "-shm")
            .map { file.resolveSibling("${file.fileName}$it") }
            .filter(Path::exists)
            .sumOf(Path::fileSize)

    fun pass(time: Duration) {
        clock.advance(time)
        scheduler.advanceTimeBy(time.toMillis())
        scheduler.runCurrent()
    }

    /** Another process, as the file sees it. */
    fun elsewhere(work: (Connection) -> Unit) = SQLiteConfig().createConnection("jdbc:sqlite:$file").use(work)

    /** The first column of what [sql] gives, as another process reads it. */
    fun rows(sql: String): List<String> {
        val found = ArrayList<String>()
        elsewhere { connection ->
            connection.createStatement().use { statement ->
                statement.executeQuery(sql).use { rows -> while (rows.next()) found += rows.getString(1) }
            }
        }
        return found
    }

    /** Ends the engine too, so that nothing of it is left but the file. */
    override fun close() {
        cache.close()
        engine.close()
    }
}

/** What a test wants its cache to be opened with through the door. */
class DrivenWish(
    val retention: LogRetention? = null,
    val quota: Long? = null,
)

/** Makes [tests] for each of the doors, every test with a cache of its own. */
class DrivenCase(
    private val add: (String, () -> StoreBackend?, DrivenWish, EngineConfig.() -> Unit, Driven.() -> Unit) -> Unit,
) {
    operator fun invoke(
        title: String,
        store: () -> StoreBackend? = { null },
        retention: LogRetention? = null,
        quota: Long? = null,
        configure: EngineConfig.() -> Unit = {},
        block: Driven.() -> Unit,
    ) = add(title, store, DrivenWish(retention, quota), configure, block)
}

/** As [throughEveryDoor], where the test lets time pass. */
fun FunSpec.drivenThroughEveryDoor(tests: (test: DrivenCase) -> Unit) {
    val folder = tempdir().toPath()
    val files = AtomicInteger()
    for ((name, open) in doors) {
        tests(
            DrivenCase { title, store, wish, configure, block ->
                test("$name: $title") {
                    val file = folder.resolve("$name-${files.incrementAndGet()}.db")
                    Driven(open, file, store(), wish.retention, wish.quota, configure).use(block)
                }
            },
        )
    }
}
