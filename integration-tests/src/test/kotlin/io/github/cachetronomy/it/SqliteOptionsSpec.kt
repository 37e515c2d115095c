package io.github.cachetronomy.it

import io.github.cachetronomy.core.SqliteOptions
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import org.sqlite.SQLiteConfig
import java.nio.file.Path
import kotlin.io.path.fileSize

/** How SQLite works on the file may be chosen, within bounds. */
@Tags("fast")
class SqliteOptionsSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0
        val defaults = SqliteOptions.defaults()

        val doors: Map<String, (Path, SqliteOptions?) -> BlockingCachetronaut> =
            mapOf(
                "Kotlin" to { file, options ->
                    // The engine that the coroutine face has opened with its options is joined.
                    Cachetronaut(file) { sqliteOptions = options }.use { BlockingCachetronaut.open(file) }
                },
                "Java" to { file, options ->
                    BlockingCachetronaut.builder(file).apply { options?.let(::sqliteOptions) }.build()
                },
            )
        for ((name, open) in doors) {
            fun newFile(): Path = folder.resolve("$name-${files++}.db")

            for (bytes in listOf(512, 4_096, 16_384, 65_536)) {
                test("$name: a new file has pages of $bytes bytes, and works") {
                    val file = newFile()
                    open(file, defaults.withPageBytes(bytes)).use { cache ->
                        repeat(100) { cache.set("key $it", "v".repeat(1_000)) }
                        pragma(file, "page_size") shouldBe bytes
                        pragma(file, "journal_mode") shouldBe "wal"
                        cache
                            .admin()
                            .check()
                            .flaws shouldBe 0
                    }
                    open(file, null).use { it.keys().count() shouldBe 100 }
                }
            }

            test("$name: a file that is there keeps its pages, whoever opens it") {
                val file = newFile()
                open(file, defaults.withPageBytes(8_192)).close()
                open(file, null).close()
                open(file, defaults.withPageBytes(1_024)).use { it.admin().vacuum() }
                pragma(file, "page_size") shouldBe 8_192
            }

            test("$name: the log beside the file is moved into it as often as was chosen") {
                fun logAfterWriting(options: SqliteOptions): Long {
                    val file = newFile()
                    return open(file, options).use { cache ->
                        repeat(1_000) { cache.set("key $it", "v".repeat(1_000)) }
                        cache.flush()
                        file.resolveSibling("${file.fileName}-wal").fileSize()
                    }
                }
                val seldom = logAfterWriting(defaults.withCheckpointPages(100_000))
                logAfterWriting(defaults.withCheckpointPages(20)) shouldBeLessThan seldom / 5
                seldom shouldBeGreaterThan 1_000_000L
            }
        }

        test("caches from the smallest to the largest that may be chosen work") {
            for (bytes in listOf(65_536L, 1L shl 40)) {
                val options = defaults.withWriterCacheBytes(bytes).withReaderCacheBytes(bytes).withLogLimitBytes(0)
                Cachetronaut(folder.resolve("caches-$bytes.db")) { sqliteOptions = options }.use { cache ->
                    repeat(500) { cache.set("key $it", "v".repeat(1_000)) }
                    cache.evictAll()
                    repeat(500) { cache.get<String>("key $it") shouldBe "v".repeat(1_000) }
                }
            }
        }

        test("what is out of range is refused, and its name is said") {
            val refused =
                mapOf<String, List<() -> SqliteOptions>>(
                    "writerCacheBytes" to
                        listOf({ defaults.withWriterCacheBytes(65_535) }, { defaults.withWriterCacheBytes(-1) }),
                    "readerCacheBytes" to
                        listOf({ defaults.withReaderCacheBytes(65_535) }, {
                            defaults.withReaderCacheBytes((1L shl 40) + 1)
                        }),
                    "pageBytes" to
                        listOf(0, -4_096, 256, 511, 513, 1_000, 65_535, 131_072, Int.MIN_VALUE).map {
                            { defaults.withPageBytes(it) }
                        },
                    "checkpointPages" to
                        listOf(0, -1, 1_000_001).map { { defaults.withCheckpointPages(it) } },
                    "logLimitBytes" to listOf({ defaults.withLogLimitBytes(-1) }),
                )
            for ((name, calls) in refused) {
                for (call in calls) shouldThrow<IllegalArgumentException> { call() }.message shouldContain name
            }
        }

        test("options that say the same are the same, and others are refused where the file is open") {
            val file = folder.resolve("joined.db")
            val large = defaults.withReaderCacheBytes(1_000_000)
            large shouldBe defaults.withReaderCacheBytes(1_000_000)
            large.hashCode() shouldBe defaults.withReaderCacheBytes(1_000_000).hashCode()
            large shouldNotBe defaults
            Cachetronaut(file) { sqliteOptions = large }.use {
                BlockingCachetronaut
                    .builder(file)
                    .sqliteOptions(SqliteOptions.defaults().withReaderCacheBytes(1_000_000))
                    .build()
                    .close()
                shouldThrow<IllegalStateException> {
                    BlockingCachetronaut.builder(file).sqliteOptions(defaults).build()
                }.message shouldContain
                    "sqliteOptions (SqliteOptions(writerCacheBytes=16777216, readerCacheBytes=1000000"
            }
        }
    })

private fun pragma(
    file: Path,
    name: String,
): Any =
    SQLiteConfig().createConnection("jdbc:sqlite:$file").use { connection ->
        connection.createStatement().use { it.executeQuery("PRAGMA $name").use { rows -> rows.getObject(1) } }
    }
