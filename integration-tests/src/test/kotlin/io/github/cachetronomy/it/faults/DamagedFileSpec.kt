package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.ForeignFileException
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.testing.FakeClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.io.RandomAccessFile
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import kotlin.io.path.createDirectory
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds

/** A file that cannot be used is kept under another name, and the cache begins anew without being asked. */
@Tags("fast")
class DamagedFileSpec :
    FunSpec({
        val root = tempdir().toPath()
        var folders = 0

        /** A folder of its own for each file, so that all that appears beside it is seen. */
        fun newFile(): Path = root.resolve("folder-${folders++}").createDirectory().resolve("cache.db")

        for ((name, open) in faces) {
            for ((damage, make) in damages) {
                test("$name: $damage is set aside with a time stamp and one warning, and the cache works") {
                    val file = newFile()
                    make(file)
                    val bytes = file.readBytes()
                    val warnings =
                        warningsAbout(file) {
                            open(file, Wishes(FakeClock())).use { cache ->
                                cache.get("key 1") shouldBe null
                                cache.set("new", "value").stored shouldBe true
                                cache.health().status shouldBe CacheHealth.Status.HEALTHY
                            }
                            open(file, Wishes(FakeClock())).use { it.get("new") shouldBe "value" }
                        }
                    file.resolveSibling(SET_ASIDE).readBytes() shouldBe bytes
                    withClue(warnings) { warnings.size shouldBe 1 }
                    warnings.single() shouldContain "WARN"
                    warnings.single() shouldContain SET_ASIDE
                    file.parent.names().filterNot { it.startsWith(SET_ASIDE) } shouldBe
                        listOf("cache.db", "cache.db-lock")
                }
            }

            for ((damage, make) in damages) {
                test("$name: $damage stays as it is where that is asked for, and the cache works in memory") {
                    val file = newFile()
                    make(file)
                    val bytes = file.readBytes()
                    open(file, Wishes(FakeClock(), setAsideDamaged = false)).use { cache ->
                        cache.set("new", "value").stored shouldBe false
                        cache.get("new") shouldBe "value"
                        cache.health().status shouldBe CacheHealth.Status.DEGRADED
                    }
                    shouldThrow<StoreUnavailableException> {
                        open(file, Wishes(FakeClock(), requireStore = true, setAsideDamaged = false))
                    }
                    file.readBytes() shouldBe bytes
                    file.parent
                        .names()
                        .filter { "damaged" in it }
                        .shouldBeEmpty()
                }
            }

            test("$name: damage that shows while the cache runs is left alone where that is asked for") {
                val file = newFile()
                filled(file)
                open(file, Wishes(FakeClock(), setAsideDamaged = false)).use { cache ->
                    cache.get("key 1")
                    elsewhere(file, "spoil")
                    (0 until ROWS).forEach { cache.get("key $it") }
                    cache.set("new", "value").stored shouldBe false
                    cache.get("new") shouldBe "value"
                    cache.health().status shouldBe CacheHealth.Status.DEGRADED
                }
                file.parent
                    .names()
                    .filter { "damaged" in it }
                    .shouldBeEmpty()
            }

            test("$name: what lies beside a damaged file goes with it") {
                val file = newFile()
                file.writeText("this is no database")
                file.with("-wal").writeText("its log")
                file.with("-shm").writeText("its index")
                open(file, Wishes(FakeClock())).use { it.set("new", "value").stored shouldBe true }
                Files.readString(file.resolveSibling(SET_ASIDE)) shouldBe "this is no database"
                Files.readString(file.resolveSibling("$SET_ASIDE-wal")) shouldBe "its log"
                file.parent.names() shouldContain "$SET_ASIDE-shm"
                open(file, Wishes(FakeClock())).use { it.get("new") shouldBe "value" }
            }

            test("$name: damage that shows while the cache runs is set aside, and the cache goes on") {
                val file = newFile()
                filled(file)
                val warnings =
                    warningsAbout(file) {
                        open(file, Wishes(FakeClock())).use { cache ->
                            val events = Events()
                            cache.listen(events)
                            cache.get("key 1")
                            elsewhere(file, "spoil")
                            // Each finds the damage, or the new file.
                            (0 until ROWS).forEach { cache.get("key $it") }
                            val told = events.await<CacheEvent.FileSetAside>()
                            Path.of(told.setAsideAs) shouldBe file.resolveSibling(SET_ASIDE)
                            cache.set("new", "value").stored shouldBe true
                            cache.cached("loaded") { "loaded" } shouldBe "loaded"
                            cache.health().causes.shouldBeEmpty()
                        }
                    }
                warnings.filter { SET_ASIDE in it }.size shouldBe 1
                Files.size(file.resolveSibling(SET_ASIDE)) shouldNotBe 0
                open(file, Wishes(FakeClock())).use {
                    it.get("new") shouldBe "value"
                    it.get("loaded") shouldBe "loaded"
                }
            }

            test("$name: a file that cannot be read through within the caller's patience is set aside at once") {
                val file = newFile()
                filled(file)
                open(file, Wishes(FakeClock())).use { cache ->
                    val events = Events()
                    cache.listen(events)
                    // Whoever joins may say how patient callers are.
                    open(file, Wishes(patience = 10.nanoseconds)).use { joined ->
                        elsewhere(file, "spoil one page")
                        (0 until ROWS).forEach { joined.get("key $it") }
                    }
                    events.await<CacheEvent.FileSetAside>().reason shouldContain "too large to be read through"
                }
            }

            test("$name: a file is read through where there is time for it, and its damage told") {
                val file = newFile()
                filled(file)
                open(file, Wishes(FakeClock(), patience = 10.minutes)).use { cache ->
                    val events = Events()
                    cache.listen(events)
                    elsewhere(file, "spoil one page")
                    (0 until ROWS).forEach { cache.get("key $it") }
                    events.await<CacheEvent.FileSetAside>().reason shouldContain "Tree"
                }
            }

            test("$name: a write that meets the damage is in the new file") {
                val file = newFile()
                filled(file)
                open(file, Wishes(FakeClock())).use { cache ->
                    elsewhere(file, "spoil")
                    (0 until ROWS).forEach { cache.set("key $it", "anew").stored shouldBe true }
                }
                open(file, Wishes(FakeClock())).use { cache ->
                    (0 until ROWS).filter { cache.get("key $it") != "anew" }.shouldBeEmpty()
                }
                file.parent.names() shouldContain SET_ASIDE
            }

            for (journal in listOf("DELETE", "WAL")) {
                test("$name: another application's file ($journal) is refused, and nothing of it is touched") {
                    val file = newFile()
                    raw(file) {
                        run(
                            "PRAGMA journal_mode=$journal",
                            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
                            "INSERT INTO customers VALUES (1, 'Ada')",
                        )
                    }
                    val bytes = file.readBytes()
                    val changed = Files.getLastModifiedTime(file)
                    repeat(2) {
                        for (required in listOf(false, true)) {
                            val failure =
                                shouldThrow<ForeignFileException> { open(file, Wishes(requireStore = required)) }
                            failure.file shouldBe file.toRealPath().toString()
                        }
                    }
                    file.readBytes() shouldBe bytes
                    Files.getLastModifiedTime(file) shouldBe changed
                    file.parent.names() shouldBe listOf("cache.db")
                }
            }

            test("$name: a profile that makes no sense leaves the default in force, says so, and the cache stores") {
                val file = newFile()
                open(file, Wishes(FakeClock())).use { it.set("k", "v") }
                raw(file) { run("UPDATE profiles SET time_to_live = -1 WHERE name = 'default'") }
                open(file, Wishes(FakeClock())).use { cache ->
                    cache.health().status shouldBe CacheHealth.Status.DEGRADED
                    cache.health().causes.single() shouldContain "profile"
                    cache.get("k") shouldBe "v"
                    val metadata = cache.set("new", "value")
                    metadata.stored shouldBe true
                    metadata.expiresAt shouldBe FakeClock.START + Duration.ofHours(1)
                }
                file.parent.names() shouldBe listOf("cache.db", "cache.db-lock")
            }
        }

        test("a listener given at opening is told of the file that was set aside") {
            val file = newFile()
            file.writeText("this is no database")
            val events = Events()
            javaFace(file, Wishes(FakeClock()), events).use {
                val told = events.await<CacheEvent.FileSetAside>()
                Path.of(told.setAsideAs) shouldBe file.resolveSibling(SET_ASIDE)
                told.reason.isBlank() shouldBe false
            }
        }

        test("a listener given at opening is told what the cache's health is from the beginning") {
            val file = newFile()
            open(file)
            raw(file) { run("UPDATE profiles SET time_to_live = -1 WHERE name = 'default'") }
            val events = Events()
            javaFace(file, Wishes(FakeClock()), events).use {
                events
                    .await<CacheEvent.HealthChanged>()
                    .health.causes
                    .single() shouldContain "profile"
            }
        }
    })

private const val ROWS = 500
private const val SET_ASIDE = "cache.db.damaged-20300101T120000Z"

private val damages: Map<String, (Path) -> Unit> =
    mapOf(
        "a text" to { it.writeText("this is no database\n".repeat(100)) },
        "a few random bytes" to { it.writeBytes(ByteArray(10) { i -> (i * 37).toByte() }) },
        "a database cut in half" to { file ->
            filled(file)
            RandomAccessFile(file.toFile(), "rw").use { it.setLength(it.length() / 2) }
        },
        "a database with a spoilt first page" to { file ->
            filled(file)
            RandomAccessFile(file.toFile(), "rw").use {
                it.seek(100)
                it.write(ByteArray(3996))
            }
        },
        "a table with a trigger" to { file ->
            filled(file)
            raw(file) { run("CREATE TRIGGER spy AFTER INSERT ON cache BEGIN DELETE FROM cache; END") }
        },
    )

private fun open(file: Path) = kotlinFace(file, Wishes(FakeClock())).close()

/** A sound file of many pages, its log moved into it. */
private fun filled(file: Path) {
    kotlinFace(file, Wishes(FakeClock())).use { cache ->
        (0 until ROWS).forEach { cache.set("key $it", "the value of key $it".padEnd(500)) }
    }
}
