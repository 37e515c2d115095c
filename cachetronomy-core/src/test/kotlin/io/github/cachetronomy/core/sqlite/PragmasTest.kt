package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.SqliteOptions
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import org.sqlite.SQLiteConnection
import java.nio.file.Path

/** What SQLite is told on each connection; see https://sqlite.org/pragma.html. */
@Tag("fast")
class PragmasTest {
    @TempDir
    lateinit var folder: Path

    private val file: Path get() = folder.resolve("cache.db")

    enum class Opened(
        val open: (Path) -> SQLiteConnection,
    ) {
        TO_WRITE(SqlitePragmas::openWriter),
        TO_READ(SqlitePragmas::openReader),
        TO_LOOK(SqlitePragmas::openReadOnly),
        TO_LOOK_AT_WHAT_RESTS(SqlitePragmas::openImmutable),
    }

    @ParameterizedTest
    @EnumSource(Opened::class)
    fun `no connection trusts the schema, maps the file, or waits for long`(opened: Opened) {
        openStore(file).close()
        SqliteConnection(opened.open(file)).use { connection ->
            connection.pragma("PRAGMA trusted_schema") shouldBe "0"
            connection.pragma("PRAGMA mmap_size") shouldBe "0"
            connection.pragma("PRAGMA cell_size_check") shouldBe "1"
            connection.pragma("PRAGMA busy_timeout") shouldBe "5"
        }
    }

    @Test
    fun `a synced transaction syncs the log, those before and after it do not`() {
        openStore(file).close()
        SqliteWriter(SqliteConnection(SqlitePragmas.openWriter(file))).use { writer ->
            fun synchronous(durability: Durability) =
                writer.transaction(durability) { writer.connection().pragma("PRAGMA synchronous") }
            synchronous(Durability.COMMITTED) shouldBe NORMAL
            synchronous(Durability.SYNCED) shouldBe FULL
            synchronous(Durability.WRITE_BEHIND) shouldBe NORMAL
        }
    }

    @Test
    fun `each connection has the caches and the log that were chosen`() {
        openStore(file).close()
        val chosen =
            SqliteOptions
                .defaults()
                .withWriterCacheBytes(1_048_576)
                .withReaderCacheBytes(524_288)
                .withCheckpointPages(77)
                .withLogLimitBytes(123_456)
        SqliteConnection(SqlitePragmas.openWriter(file, chosen)).use { connection ->
            connection.pragma("PRAGMA cache_size") shouldBe "-1024"
            connection.pragma("PRAGMA wal_autocheckpoint") shouldBe "77"
            connection.pragma("PRAGMA journal_size_limit") shouldBe "123456"
        }
        SqliteConnection(SqlitePragmas.openReader(file, chosen)).use { it.pragma("PRAGMA cache_size") shouldBe "-512" }
    }

    @Test
    fun `what is not chosen is as it is by default`() {
        openStore(file).close()
        SqliteConnection(SqlitePragmas.openWriter(file)).use { connection ->
            connection.pragma("PRAGMA cache_size") shouldBe "-16384"
            connection.pragma("PRAGMA wal_autocheckpoint") shouldBe "1000"
            connection.pragma("PRAGMA journal_size_limit") shouldBe "16777216"
            connection.pragma("PRAGMA page_size") shouldBe "4096"
        }
        SqliteConnection(SqlitePragmas.openReader(file)).use { it.pragma("PRAGMA cache_size") shouldBe "-8192" }
    }

    private companion object {
        const val NORMAL = "1"
        const val FULL = "2"
    }
}
