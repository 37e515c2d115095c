package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.Suspicion
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import java.io.RandomAccessFile
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import kotlin.io.path.writeText
import io.kotest.matchers.string.shouldContain as shouldContainText

/** Files that cannot be used are renamed, not deleted, and the cache begins anew. */
@Tag("fast")
class SetAsideTest {
    @TempDir
    lateinit var folder: Path

    private val file: Path get() = folder.resolve("cache.db")

    enum class Damage(
        val make: (Path) -> Unit,
    ) {
        TEXT({ it.writeText("this is no database\n".repeat(100)) }),
        ONE_WORD({ it.writeText("word") }),
        CUT_IN_HALF({
            filled(it)
            RandomAccessFile(it.toFile(), "rw").use { bytes -> bytes.setLength(bytes.length() / 2) }
        }),
        CUT_BY_A_PAGE({
            filled(it)
            RandomAccessFile(it.toFile(), "rw").use { bytes -> bytes.setLength(bytes.length() - 4096) }
        }),
        HEADER_ONLY({
            filled(it)
            RandomAccessFile(it.toFile(), "rw").use { bytes -> bytes.setLength(100) }
        }),
        ZEROED_MAGIC({
            filled(it)
            zero(it, 0, 16)
        }),
        ZEROED_FIRST_PAGE({
            filled(it)
            zero(it, 0, 4096)
        }),
        ZEROED_SCHEMA({
            filled(it)
            zero(it, 100, 3996)
        }),
        CACHE_IS_A_VIEW({ damaged -> raw(damaged) { run("CREATE VIEW cache AS SELECT 1 AS key, 2 AS data") } }),
        TRIGGER_ON_CACHE({ damaged ->
            filled(damaged)
            raw(damaged) { run("CREATE TRIGGER spy AFTER INSERT ON cache BEGIN DELETE FROM cache; END") }
        }),
        COLUMN_MISSING({ damaged ->
            raw(damaged) { run("CREATE TABLE cache (key TEXT PRIMARY KEY, data BLOB NOT NULL, fmt TEXT)") }
        }),
        KEY_NOT_PRIMARY({ damaged ->
            writePythonFile(damaged)
            raw(damaged) {
                run("CREATE TABLE copy AS SELECT * FROM cache", "DROP TABLE cache", "ALTER TABLE copy RENAME TO cache")
            }
        }),
        COLUMN_TO_FILL({ damaged ->
            filled(damaged)
            raw(damaged) { run("DROP TABLE cache", CACHE_WITH_ANOTHER_COLUMN) }
        }),
        OUR_COLUMN_GONE({ damaged ->
            filled(damaged)
            raw(damaged) { run("ALTER TABLE cache RENAME COLUMN header TO hdader") }
        }),
    }

    @ParameterizedTest
    @EnumSource(Damage::class)
    fun `a file that cannot be used is set aside and a new one begun`(damage: Damage) {
        damage.make(file)
        val bytes = sha256(file)
        Opening(file).use { opening ->
            val (newName, _) = opening.setAside.single()
            newName shouldBe folder.resolve("cache.db.damaged-20300101T120000Z")
            sha256(newName) shouldBe bytes
            opening.store.entries.count() shouldBe 0
            opening.store.commit { entries.put(row("new")) }
            opening.store.value("new") shouldBe "the value of new"
        }
        Opening(file).use { again ->
            again.setAside.shouldBeEmpty()
            again.store.value("new") shouldBe "the value of new"
        }
    }

    @Test
    fun `what lies beside a damaged file goes with it`() {
        file.writeText("this is no database")
        file.with("-wal").writeText("its log")
        file.with("-shm").writeText("its index")
        Opening(file).use { opening ->
            val newName = opening.setAside.single().first
            Files.readString(newName) shouldBe "this is no database"
            Files.readString(newName.with("-wal")) shouldBe "its log"
            folder.names() shouldContain "${newName.fileName}-shm"
            opening.store.commit { entries.put(row("new")) }
        }
        openStore(file).use { it.value("new") shouldBe "the value of new" }
    }

    @Test
    fun `several files set aside in one second have different names`() {
        val names =
            List(3) {
                Files.deleteIfExists(file)
                file.writeText("damaged for the ${it + 1}. time")
                Opening(file).use { opening -> opening.setAside.single().first }
            }
        names.map { Files.readString(it) } shouldBe List(3) { "damaged for the ${it + 1}. time" }
    }

    @Test
    fun `an empty file is a new one`() {
        Files.createFile(file)
        openStore(file).use { it.entries.count() shouldBe 0 }
    }

    @Test
    fun `a database without tables is a new one`() {
        raw(file) { run("CREATE TABLE t (a)", "DROP TABLE t") }
        openStore(file).use { it.entries.count() shouldBe 0 }
    }

    @Test
    fun `damage inside is reported where it is met, and found by a thorough look`() {
        filled(file)
        val (size, page) = Files.size(file) to 4096L
        zero(file, (size / page / 2) * page, page.toInt())
        Opening(file).use { opening ->
            opening.setAside.shouldBeEmpty()
            val faults =
                (0 until ROWS).mapNotNull { runCatching { opening.store.entries.read("key $it") }.exceptionOrNull() }
            faults.map { (it as? StoreFaultException)?.kind }.toSet() shouldBe setOf(StoreFaultException.Kind.DAMAGED)
        }
        Opening(file, suspicion(Duration.ofMinutes(1))).use { opening ->
            opening.setAside.size shouldBe 1
            opening.store.entries
                .read("key 0")
                .shouldBeNull()
        }
    }

    @Test
    fun `a thorough look lets a sound file be`() {
        filled(file)
        Opening(file, suspicion(Duration.ofMinutes(1))).use { opening ->
            opening.setAside.shouldBeEmpty()
            opening.store.entries.count() shouldBe ROWS.toLong()
        }
    }

    @Test
    fun `a file that cannot be read through in time is set aside for what it failed with`() {
        filled(file)
        Opening(file, suspicion(Duration.ofNanos(1))).use { opening ->
            opening.setAside.single().second shouldContainText "it failed"
            opening.store.entries.count() shouldBe 0
            opening.store.commit { entries.put(row("new")) }
        }
        val setAside = folder.resolve("cache.db.damaged-20300101T120000Z")
        openStore(setAside).use { it.entries.count() shouldBe ROWS.toLong() }
    }

    @Test
    fun `a table that has gone is made anew, and the rest of the file need not be read`() {
        filled(file)
        raw(file) { run("DROP TABLE access_log") }
        Opening(file, suspicion(Duration.ofNanos(1))).use { opening ->
            opening.setAside.shouldBeEmpty()
            opening.store.entries.count() shouldBe ROWS.toLong()
            opening.store.accessLog
                .top(1)
                .shouldBeEmpty()
        }
    }

    @Test
    fun `a row's flipped bit is a miss for that row alone`() {
        filled(file)
        val bytes = Files.readAllBytes(file)
        val at = String(bytes, Charsets.ISO_8859_1).indexOf("the value of key 77")
        RandomAccessFile(file.toFile(), "rw").use {
            it.seek(at.toLong())
            it.write('T'.code)
        }
        openStore(file).use { store ->
            store.value("key 77").shouldBeNull()
            store.value("key 76") shouldBe "the value of key 76".padEnd(VALUE)
        }
    }

    @Test
    fun `closing lets the file be opened again, and a failed opening too`() {
        Files.createDirectory(file)
        shouldThrow<StoreFaultException> { openStore(file) }.kind shouldBe StoreFaultException.Kind.UNAVAILABLE
        Files.delete(file)
        repeat(3) { openStore(file).close() }
    }

    private companion object {
        const val ROWS = 500
        const val VALUE = 200
        const val CACHE_WITH_ANOTHER_COLUMN =
            "CREATE TABLE cache (key TEXT PRIMARY KEY, data BLOB NOT NULL, fmt TEXT NOT NULL, " +
                "expire_at DATETIME NOT NULL, tags TEXT NOT NULL, version INTEGER NOT NULL, " +
                "saved_by_profile TEXT NOT NULL, header BLOB, owner TEXT NOT NULL)"

        fun suspicion(patience: Duration) = Suspicion("it failed", patience)

        /** A sound file of many pages, its log moved into it. */
        fun filled(file: Path) {
            openStore(file).use { store ->
                val rows = List(ROWS) { row("key $it", "the value of key $it".padEnd(VALUE).encodeToByteArray()) }
                store.commit { rows.forEach(entries::put) }
            }
        }

        fun zero(
            file: Path,
            from: Long,
            count: Int,
        ) {
            RandomAccessFile(file.toFile(), "rw").use {
                it.seek(from)
                it.write(ByteArray(count))
            }
        }
    }
}
