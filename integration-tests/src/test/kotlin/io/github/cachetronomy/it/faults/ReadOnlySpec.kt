package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.ForeignFileException
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.createDirectory
import kotlin.io.path.readBytes
import kotlin.io.path.writeText

/** A file that is only looked at is read as it is, and nothing of it is changed. */
@Tags("fast")
class ReadOnlySpec :
    FunSpec({
        val root = tempdir().toPath()
        var folders = 0

        fun newFile(): Path = root.resolve("folder-${folders++}").createDirectory().resolve("cache.db")

        /** A file with two entries, a read that was counted and a removal that was logged. */
        fun filled(file: Path) =
            kotlinFace(file, Wishes()).use { cache ->
                for (key in listOf("a", "b", "c")) cache.set(key, "value of $key", tags = setOf("t"))
                cache.get("a")
                cache.delete("c")
            }

        /** Every row of every table, in words. */
        fun dump(file: Path) =
            raw(file) {
                texts("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").flatMap { table ->
                    val columns =
                        texts(
                            "SELECT name FROM pragma_table_info('$table')",
                        ).joinToString { "quote(\"$it\")" }
                    texts("SELECT concat_ws(' ', '$table', $columns) FROM $table")
                }
            }

        for ((name, open) in readers) {
            test("$name: what others have committed is read, at once and whoever has the file open") {
                val file = newFile()
                filled(file)
                kotlinFace(file, Wishes()).use { writer ->
                    open(file).use { reader ->
                        reader.get("a") shouldBe "value of a"
                        reader.get("c") shouldBe null
                        writer.set("a", "another")
                        writer.set("d", "new")
                        reader.get("a") shouldBe "another"
                        reader.getMany(listOf("b", "c", "d")) shouldBe mapOf("b" to "value of b", "d" to "new")
                        reader.keys() shouldContainExactly listOf("a", "b", "d")
                        reader.entries().size shouldBe 3
                        reader.metadata("a")?.tags shouldBe listOf<String>()
                        reader.health().status shouldBe CacheHealth.Status.HEALTHY
                        reader.stats().storeHits shouldBe 4
                    }
                    withClue("the one who reads takes no lock away") { writer.set("e", "more").stored shouldBe true }
                }
            }

            test("$name: what would write is refused, and nothing of the file is changed") {
                val file = newFile()
                filled(file)
                val bytes = file.readBytes()
                val rows = dump(file)
                open(file).use { cache ->
                    repeat(3) { cache.get("a") shouldBe "value of a" }
                    for ((what, write) in writes) {
                        withClue(what) {
                            shouldThrow<IllegalStateException> { cache.write() }.message shouldContain "read-only"
                        }
                    }
                    cache.evictAll()
                    cache.flush()
                    cache.stats().droppedWrites shouldBe 0
                }
                file.readBytes() shouldBe bytes
                dump(file) shouldBe rows
            }

            test("$name: a load gives its caller the value, and is kept nowhere") {
                val file = newFile()
                filled(file)
                open(file).use { cache ->
                    cache.cached("a") { error("the file has it") } shouldBe "value of a"
                    var loads = 0
                    repeat(2) { cache.cached("new") { "load ${++loads}" } shouldBe "load $loads" }
                    loads shouldBe 2
                    cache.get("new") shouldBe null
                }
            }

            test("$name: a file that the Python package made is read as it is, whatever it lacks") {
                val file = newFile()
                raw(file) {
                    run(
                        "CREATE TABLE cache(key TEXT PRIMARY KEY, data BLOB NOT NULL, " +
                            "fmt TEXT NOT NULL DEFAULT 'json', expire_at DATETIME NOT NULL, " +
                            "tags TEXT NOT NULL CHECK(json_valid(tags)), " +
                            "version INTEGER NOT NULL DEFAULT 1, saved_by_profile TEXT NOT NULL)",
                        "INSERT INTO cache VALUES ('b', CAST('\"two\"' AS BLOB), 'json', " +
                            "'2099-12-31T23:59:59+00:00', '[\"x\"]', 3, 'default')",
                        "INSERT INTO cache VALUES ('a', CAST('\"one\"' AS BLOB), 'json', " +
                            "'2099-12-31T23:59:59+00:00', '[]', 1, 'default')",
                        "INSERT INTO cache VALUES ('z', CAST('1' AS BLOB), 'json', '2001-01-01T00:00:00+00:00', " +
                            "'[]', 1, 'default')",
                    )
                }
                val bytes = file.readBytes()
                open(file).use { cache ->
                    cache.get("a") shouldBe "one"
                    cache.get("z") shouldBe null
                    (cache.find("b", version = 3) as Lookup.Hit).value shouldBe "two"
                    cache.metadata("b")?.tags shouldBe listOf("x")
                    cache.keys() shouldContainExactly listOf("a", "b")
                }
                file.readBytes() shouldBe bytes
            }

            test("$name: without a file there is nothing to look at, and none is made") {
                val file = newFile()
                shouldThrow<StoreUnavailableException> { open(file) }.message shouldContain "no file"
                file.parent.names().shouldBeEmpty()
                Files.createFile(file)
                shouldThrow<StoreUnavailableException> { open(file) }.message shouldContain "no cache"
                shouldThrow<StoreUnavailableException> { open(file.parent) }.message shouldContain "no file"
            }

            test("$name: another application's database is refused and left alone") {
                val file = newFile()
                raw(file) { run("PRAGMA journal_mode=WAL", "CREATE TABLE customers (id INTEGER PRIMARY KEY)") }
                val bytes = file.readBytes()
                shouldThrow<ForeignFileException> { open(file) }
                file.readBytes() shouldBe bytes
                (file.parent.names() - "cache.db-lock") shouldBe listOf("cache.db")
            }

            test("$name: a file that is no database is refused and not set aside") {
                val file = newFile()
                file.writeText("this is no database, and no cache either")
                shouldThrow<StoreUnavailableException> { open(file) }.message shouldContain "damaged"
                (file.parent.names() - "cache.db-lock") shouldBe listOf("cache.db")
            }

            test("$name: a damaged row costs itself and none of its neighbours") {
                val file = newFile()
                filled(file)
                raw(file) { alter("a", "data") { it[3] = (it[3] + 1).toByte() } }
                open(file).use { cache ->
                    cache.get("a") shouldBe null
                    cache.get("b") shouldBe "value of b"
                }
            }

            test("$name: after closing nothing is read any more") {
                val file = newFile()
                filled(file)
                val cache = open(file)
                cache.close()
                cache.close()
                shouldThrow<CacheClosedException> { cache.get("a") }
            }
        }

        test("the logs are there to be read") {
            val file = newFile()
            filled(file)
            Cachetronaut.openReadOnly(file).use { cache ->
                cache.accessLog.top(10).map { it.key } shouldBe listOf("a")
                cache.evictionLog.recent(10).map { it.key } shouldBe listOf("c")
            }
            BlockingCachetronaut.openReadOnly(file).use { cache ->
                cache.accessLog().top(10).map { it.key } shouldBe listOf("a")
                cache
                    .async()
                    .get("a", String::class.java)
                    .join()
                    .get() shouldBe "value of a"
            }
        }

        test("the active profile is in force, the others are there to be read, and none is changed") {
            val file = newFile()
            filled(file)
            raw(file) {
                run(
                    "INSERT INTO profiles VALUES ('production', 600, 60, 1, 500.0, 5, 10, '[]')",
                    "INSERT INTO cli_config VALUES ('active_profile', 'production', 'elsewhere')",
                )
            }
            val rows = dump(file)
            Cachetronaut.openReadOnly(file).use { cache ->
                cache.profiles.active.name shouldBe "production"
                cache.profiles.list().map { it.name } shouldContainExactly listOf("default", "production")
                shouldThrow<IllegalStateException> { cache.profiles.activate("default") }
                shouldThrow<IllegalStateException> { cache.profiles.update("default") { maxItemsInMemory = 1 } }
                shouldThrow<IllegalStateException> { cache.clearByProfile("default") }
            }
            BlockingCachetronaut.openReadOnly(file).use { cache ->
                cache.profiles().active().name shouldBe "production"
                cache.profiles().list().map { it.name } shouldContainExactly listOf("default", "production")
                shouldThrow<IllegalStateException> { cache.profiles().delete("production") }
                shouldThrow<IllegalStateException> { cache.profiles().create(Profile.named("new")) }
                shouldThrow<IllegalStateException> { cache.clearByProfile("default") }
            }
            dump(file) shouldBe rows
        }

        test("whoever opens the file to write it is not hindered by those who look") {
            val file = newFile()
            filled(file)
            Cachetronaut.openReadOnly(file).use { reader ->
                Cachetronaut(file).use { it.set("a", "another") }
                reader.get<String>("a") shouldBe "another"
            }
        }
    })

private val writes: Map<String, Face.() -> Any?> =
    mapOf(
        "set" to { set("a", "x") },
        "setIfAbsent" to { setIfAbsent("new", "x") },
        "update" to { update("a") { "x" } },
        "increment" to { increment("n") },
        "touch" to { touch("a") },
        "remove" to { remove("a") },
        "delete" to { delete("a") },
        "clear" to { clear() },
    )
