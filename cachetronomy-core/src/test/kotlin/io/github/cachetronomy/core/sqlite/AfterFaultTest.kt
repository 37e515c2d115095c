package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.sql.ResultSet
import java.sql.SQLException

/** A statement that SQLite ends in its middle is one that failed, and no more: the connection goes on. */
@Tag("fast")
class AfterFaultTest {
    @TempDir
    lateinit var folder: Path

    private val file: Path get() = folder.resolve("cache.db")

    @BeforeEach
    fun begin() {
        openStore(file).use { store -> store.commit { listOf("a", "b", "c").forEach { entries.put(row(it)) } } }
    }

    @Test
    fun `a query that fails at its second row is prepared anew, and the connection reads what is committed later`() {
        readers().use { readers ->
            val before = readers.read { it.prepared(HotSql.READ) }
            val fault = shouldThrow<StoreFaultException> { readers.read { connection -> rest(connection.failing()) } }
            fault.kind shouldBe Kind.UNAVAILABLE
            insertElsewhere("d")
            readers.read { connection ->
                connection.prepared(HotSql.READ) shouldNotBeSameInstanceAs before
                connection.count() shouldBe 4
            }
        }
    }

    @Test
    fun `a query left in its middle when another fails holds no snapshot`() {
        readers().use { readers ->
            shouldThrow<StoreFaultException> {
                readers.read { connection ->
                    connection.prepared("SELECT cache.\"key\" FROM cache").executeQuery().next() shouldBe true
                    rest(connection.failing())
                }
            }
            insertElsewhere("d")
            readers.read { it.count() } shouldBe 4
        }
    }

    @Test
    fun `a transaction begun for reading ends with the query that fails in it`() {
        openStore(file).use { store ->
            raw(file) { run("ALTER TABLE cache RENAME COLUMN header TO gone") }
            repeat(READERS) { shouldThrow<StoreFaultException> { store.entries.readAll(listOf("a", "b")) } }
            raw(file) { run("ALTER TABLE cache RENAME COLUMN gone TO header") }
            store.entries.readAll(listOf("a", "b")).keys shouldBe setOf("a", "b")
            insertElsewhere("d")
            repeat(READERS) { store.entries.readAll(listOf("d")).keys shouldBe setOf("d") }
        }
    }

    @Test
    fun `a query left in its middle when a transaction fails does not keep the next one from writing`() {
        writer().use { writer ->
            shouldThrow<StoreFaultException> {
                writer.transaction(Durability.COMMITTED) {
                    val connection = writer.connection()
                    connection.prepared("SELECT cache.\"key\" FROM cache").executeQuery().next() shouldBe true
                    rest(connection.failing())
                }
            }
            insertElsewhere("d")
            writer.transaction(Durability.COMMITTED) { writer.connection().count() } shouldBe 4
        }
    }

    @Test
    fun `rows that are refused in the middle of their batch are not written with those that come later`() {
        openStore(file).use { store ->
            raw(file) {
                run(
                    "CREATE TRIGGER no BEFORE INSERT ON cache WHEN NEW.\"key\" = 'bad' " +
                        "BEGIN SELECT RAISE(FAIL, 'not this one'); END",
                )
            }
            val fault =
                shouldThrow<StoreFaultException> {
                    store.commit { listOf("first", "bad", "last").forEach { entries.put(row(it)) } }
                }
            fault.kind shouldBe Kind.REJECTED
            raw(file) { run("DROP TRIGGER no") }
            store.commit { entries.put(row("later")) }
            listOf("first", "bad", "last", "later").filter { store.value(it) != null } shouldBe listOf("later")
        }
    }

    private fun readers() = SqliteReaders(1) { SqliteConnection(SqlitePragmas.openReader(file)) }

    private fun writer() = SqliteWriter(SqliteConnection(SqlitePragmas.openWriter(file)))

    private fun insertElsewhere(key: String) = openStore(file).use { it.commit { entries.put(row(key)) } }

    /** Gives one row, and fails at the next. */
    private fun SqliteConnection.failing(): ResultSet =
        prepared("SELECT 1 UNION ALL SELECT abs(-9223372036854775807 - 1)").executeQuery()

    private fun SqliteConnection.count(): Int =
        prepared("SELECT count(*) FROM cache").executeQuery().use { it.getInt(1) }

    private fun rest(rows: ResultSet): Nothing {
        rows.next() shouldBe true
        rows.next()
        throw SQLException("the second row came")
    }

    private companion object {
        const val READERS = 4
    }
}
