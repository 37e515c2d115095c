package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.ForeignFileException
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import java.io.File
import java.lang.reflect.InvocationTargetException
import java.net.URLClassLoader
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.time.InstantSource
import java.util.function.BiConsumer

@Tag("fast")
class OpeningTest {
    @TempDir
    lateinit var folder: Path

    private val file: Path get() = folder.resolve("cache.db")

    @Test
    fun `SQLite is not older than the release that mended the log's reset`() {
        // https://sqlite.org/wal.html, "the WAL-reset bug": fixed in 3.51.3.
        val version = raw(file) { text("SELECT sqlite_version()") }.orEmpty().split('.').map(String::toInt)
        val (major, minor, patch) = version
        (major * 1_000_000 + minor * 1_000 + patch >= 3_051_003) shouldBe true
    }

    @Test
    fun `a new file is for its owner alone, and so is all that lies beside it`() {
        assumePosix()
        openStore(file).use { store ->
            store.commit { entries.put(row("key")) }
            folder.names().toSet() shouldBe setOf("cache.db", "cache.db-lock", "cache.db-shm", "cache.db-wal")
            folder.names().forEach { mode(folder.resolve(it)) shouldBe "rw-------" }
        }
    }

    @Test
    fun `folders that are made are for their owner alone, those that were there stay as they are`() {
        assumePosix()
        val there = Files.createDirectory(folder.resolve("there"))
        Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-xr-x"))
        openStore(there.resolve("new/newer/cache.db")).close()
        mode(there) shouldBe "rwxr-xr-x"
        mode(there.resolve("new")) shouldBe "rwx------"
        mode(there.resolve("new/newer")) shouldBe "rwx------"
    }

    @Test
    fun `an existing file keeps its mode`() {
        assumePosix()
        writePythonFile(file)
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"))
        openStore(file).close()
        mode(file) shouldBe "rw-r--r--"
    }

    @Test
    fun `after closing the log is in the file`() {
        openStore(file).use { it.commit { entries.put(row("key")) } }
        folder.names() shouldBe listOf("cache.db", "cache.db-lock")
    }

    @ParameterizedTest
    @ValueSource(
        strings = [
            "a b.db", "100%.db", "ünï \uD83D\uDE00.db", "a#b.db", "a;b&c=d.db", "it's.db", "no suffix", "file:x.db",
            ":memory:",
        ],
    )
    fun `odd names are names`(name: String) {
        val odd = folder.resolve(name)
        openStore(odd).use { it.commit { entries.put(row("key")) } }
        Files.exists(odd) shouldBe true
        openStore(odd).use { it.value("key") shouldBe "the value of key" }
    }

    @ParameterizedTest
    @ValueSource(strings = [":memory:", "file:relative.db"])
    fun `a relative name is a name in the working folder, whatever SQLite would make of it`(name: String) {
        val relative = Path.of(name)
        try {
            openStore(relative).use { it.commit { entries.put(row("key")) } }
            openStore(relative).use { it.value("key") shouldBe "the value of key" }
        } finally {
            listOf("", "-wal", "-shm", "-lock").forEach { Files.deleteIfExists(relative.with(it)) }
        }
    }

    @Test
    fun `a name that SQLite would take for options is refused`() {
        for (name in listOf("cache.db?mode=memory", "?")) {
            val refusal = shouldThrow<IllegalArgumentException> { openStore(folder.resolve(name)) }
            refusal.message.orEmpty() shouldContain name
        }
        folder.names() shouldBe emptyList()
    }

    @ParameterizedTest
    @ValueSource(strings = ["DELETE", "WAL"])
    fun `the database of another application is refused and left as it was`(journal: String) {
        raw(file) { run("PRAGMA journal_mode=$journal", *customers) }
        val bytes = sha256(file)
        val changed = Files.getLastModifiedTime(file)
        repeat(2) { shouldThrow<ForeignFileException> { openStore(file) }.file shouldBe file.toString() }
        sha256(file) shouldBe bytes
        Files.getLastModifiedTime(file) shouldBe changed
        (folder.names() - "cache.db-lock") shouldBe listOf("cache.db")
    }

    @Test
    fun `an empty database with the mark of another application is refused`() {
        raw(file) { run("PRAGMA application_id=7") }
        shouldThrow<ForeignFileException> { openStore(file) }
    }

    @Test
    fun `another application's unfinished log is left to it`() {
        val log = file.with("-wal")
        raw(file) {
            run("PRAGMA journal_mode=WAL", *customers)
            val (bytes, logged) = sha256(file) to sha256(log)
            shouldThrow<ForeignFileException> { openStore(file) }
            sha256(file) to sha256(log) shouldBe (bytes to logged)
        }
    }

    @Test
    fun `a second class loader on a file is refused, and let in when the first has gone`() {
        val urls = System.getProperty("java.class.path").split(File.pathSeparator).map { Path.of(it).toUri().toURL() }
        URLClassLoader(urls.toTypedArray(), ClassLoader.getPlatformClassLoader()).use { loader ->
            val first = openStore(file)
            first.commit { entries.put(row("key")) }
            val refusal = shouldThrow<InvocationTargetException> { openThrough(loader) }.cause
            refusal?.javaClass?.name shouldBe StoreUnavailableException::class.java.name
            refusal?.javaClass shouldNotBe StoreUnavailableException::class.java
            first.value("key") shouldBe "the value of key"
            first.close()
            openThrough(loader).shouldBeInstanceOf<AutoCloseable>().close()
        }
        openStore(file).use { it.value("key") shouldBe "the value of key" }
    }

    @Test
    fun `while another process writes, transactions say busy and reads go on`() {
        openStore(file).use { store ->
            store.commit { entries.put(row("key")) }
            raw(file) {
                run("BEGIN IMMEDIATE", "UPDATE cache SET version = 9")
                val transactions =
                    listOf<StoreBackend.() -> Unit>(
                        { },
                        { entries.put(row("late")) },
                        { listOf("late", "later").forEach { key -> entries.put(row(key)) } },
                        { entries.delete("key") },
                    )
                for (transaction in transactions) {
                    shouldThrow<StoreFaultException> { store.commit(transaction) }.kind shouldBe Kind.BUSY
                }
                store.value("key") shouldBe "the value of key"
                store.entries.read("late") shouldBe null
                store.entries.count() shouldBe 1
                run("ROLLBACK")
            }
            store.commit { entries.put(row("later")) }
            store.value("later") shouldBe "the value of later"
        }
    }

    @Test
    fun `a commit of another process is noticed, our own is not`() {
        openStore(file).use { store ->
            val before = store.foreignChanges()
            store.commit { entries.put(row("key")) }
            store.foreignChanges() shouldBe before
            raw(file) { run("DELETE FROM cache") }
            val after = store.foreignChanges()
            after shouldNotBe before
            store.foreignChanges() shouldBe after
            store.entries.read("key").shouldBeNull()
        }
    }

    private val customers =
        arrayOf("CREATE TABLE customers (id INTEGER PRIMARY KEY)", "INSERT INTO customers VALUES (7)")

    private fun openThrough(loader: ClassLoader): Any? {
        val stores = loader.loadClass(SqliteStores::class.java.name)
        val open = stores.getMethod("open", Path::class.java, InstantSource::class.java, BiConsumer::class.java)
        return open.invoke(null, file, NOON, BiConsumer<Path, String> { _, reason -> error(reason) })
    }

    private fun assumePosix() {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here")
    }

    private fun mode(path: Path): String = PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
}
