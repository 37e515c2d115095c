package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.StoredEntry
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import java.nio.file.Path
import java.time.Duration
import java.time.Instant

@Tag("fast")
class PythonFilesTest {
    @TempDir
    lateinit var folder: Path

    private val file: Path get() = folder.resolve("python.db")

    @ParameterizedTest
    @ValueSource(booleans = [true, false])
    fun `rows that Python wrote are read in place`(since02: Boolean) {
        writePythonFile(file, since02)
        openStore(file).use { store ->
            store.entries.count() shouldBe 3
            store.entries.read("user:7").shouldNotBeNull().run {
                data.decodeToString() shouldBe """{"name": "Ann"}"""
                format shouldBe "orjson"
                expiresAt shouldBe 4_102_444_799_516_821L
                tags shouldBe listOf("users", "\u00fc")
                version shouldBe 3
                profile shouldBe "production"
                createdAt shouldBe StoredEntry.UNKNOWN
                shape shouldBe 0
                fault.shouldBeNull()
            }
            store.entries.read("whole")?.expiresAt shouldBe 4_102_444_800_000_000L
            store.entries.read("abroad")?.expiresAt shouldBe 1_893_499_200_000_000L
            store.entries.read("abroad")?.tags shouldBe listOf("a", "a")
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = [true, false])
    fun `logs, profiles and settings are where they were`(since02: Boolean) {
        writePythonFile(file, since02)
        openStore(file).use { store ->
            store.accessLog.top(10) shouldContainExactly
                listOf(
                    AccessRecord("user:7", 12, Instant.parse("2025-06-01T10:00:00.000001Z"), "production"),
                    AccessRecord("gone", 3, Instant.parse("2025-06-01T10:00:00Z"), "default"),
                )
            store.evictionLog.recent(10) shouldContainExactly
                listOf(
                    EvictionRecord("odd", Instant.parse("2025-06-02T10:00:00.5Z"), "memory_eviction", 1, "p"),
                    EvictionRecord("old", Instant.parse("2025-06-01T10:00:00Z"), "time_eviction", 4, "default"),
                )
            store.profiles.find("production") shouldBe
                Profile
                    .Builder("production")
                    .timeToLive(Duration.ofMinutes(10))
                    .cleanupInterval(Duration.ofSeconds(30))
                    .memoryBasedEviction(false)
                    .freeMemoryTarget(FreeMemoryTarget.fraction(0.25))
                    .memoryCleanupInterval(Duration.ofSeconds(9))
                    .maxItemsInMemory(500)
                    .tags(listOf("prod"))
                    .build()
        }
        val active = raw(file) { text("SELECT value FROM cli_config WHERE key = 'active_profile'") }
        active shouldBe if (since02) "production" else null
    }

    @Test
    fun `what we add is a column, tables of our own, our mark and a note whose file it was`() {
        writePythonFile(file, since02 = false)
        val schema =
            "SELECT group_concat(sql, ';' ORDER BY name) FROM sqlite_schema WHERE sql IS NOT NULL " +
                "AND name <> 'cache' AND name <> 'cli_config' AND name NOT LIKE 'cachetronomy%'"
        val before = raw(file) { text(schema) }
        openStore(file).close()
        raw(file) {
            text("SELECT group_concat(name || ' ' || type, ', ') FROM pragma_table_info('cache')") shouldBe
                "key TEXT, data BLOB, fmt TEXT, expire_at DATETIME, tags TEXT, version INTEGER, " +
                "saved_by_profile TEXT, header BLOB"
            text("SELECT count(*) FROM cache WHERE header IS NULL") shouldBe "3"
            text("SELECT group_concat(key || '=' || value) FROM cli_config") shouldBe "cachetronomy_origin=python"
            text("PRAGMA application_id") shouldBe SqlitePragmas.APPLICATION_ID.toString()
            text("PRAGMA user_version") shouldBe SqlitePragmas.SCHEMA_VERSION.toString()
            text("PRAGMA integrity_check") shouldBe "ok"
            text(schema) shouldBe before
        }
    }

    @Test
    fun `a new file has Python's tables, columns, types, defaults, checks and indexes`() {
        val ours = folder.resolve("ours.db")
        openStore(ours).close()
        writePythonFile(file)
        val columns =
            "SELECT group_concat(concat_ws(' ', t.name, c.name, c.type, c.dflt_value, c.pk > 0), ', ' " +
                "ORDER BY t.name, c.cid) FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' " +
                "AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'cachetronomy%' AND c.name <> 'header'"
        val indexes =
            "SELECT group_concat(i.tbl_name || ' ' || i.name || ' ' || c.name, ', ' ORDER BY i.name) " +
                "FROM sqlite_schema i, pragma_index_info(i.name) c WHERE i.type = 'index' AND i.name LIKE 'idx%'"
        raw(ours) { text(columns) } shouldBe raw(file) { text(columns) }
        raw(ours) { text(indexes) } shouldBe raw(file) { text(indexes) }
        raw(ours) { text("SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%json_valid(tags)%'") } shouldBe "2"
    }

    @Test
    fun `the file is opened again without another change`() {
        writePythonFile(file)
        openStore(file).close()
        val schema = raw(file) { text("PRAGMA schema_version") }
        openStore(file).use { it.entries.count() shouldBe 3 }
        raw(file) { text("PRAGMA schema_version") } shouldBe schema
    }

    @Test
    fun `rows of both writers live side by side, and each may overwrite the other's`() {
        writePythonFile(file)
        openStore(file).use { store ->
            store.commit { listOf(row("ours"), row("whole")).forEach(entries::put) }
            raw(file) {
                run(
                    """INSERT OR REPLACE INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile)
                       VALUES ('ours', CAST('2' AS BLOB), 'json', '2100-01-01T00:00:00+00:00', '[]', 1, 'default')""",
                )
            }
            store.value("ours") shouldBe "2"
            store.entries.read("ours")?.createdAt shouldBe StoredEntry.UNKNOWN
            store.value("whole") shouldBe "the value of whole"
            store.entries.read("whole")?.createdAt shouldBe row("whole").createdAt
        }
    }

    @Test
    fun `a column changed by another program makes our row damaged, not wrong`() {
        openStore(file).use { store ->
            store.commit { listOf(row("a"), row("b"), row("c")).forEach(entries::put) }
            raw(file) {
                run(
                    "UPDATE cache SET expire_at = '2100-01-01T00:00:00+00:00' WHERE key = 'a'",
                    "UPDATE cache SET version = 2 WHERE key = 'b'",
                )
            }
            store.value("a").shouldBeNull()
            store.value("b").shouldBeNull()
            store.value("c") shouldBe "the value of c"
        }
    }

    @Test
    fun `times with another offset count as the times they are`() {
        writePythonFile(file)
        openStore(file).use { store ->
            // `abroad` expires at noon UTC, though its text sorts behind two o'clock.
            store.commit { entries.deleteExpired(1_893_499_199_999_999L, 10) }.size shouldBe 0
            store.commit { entries.deleteExpired(1_893_499_200_000_000L, 10) }.map { it.key } shouldBe listOf("abroad")
        }
    }

    @Test
    fun `rows whose times need a closer look do not keep expired ones from being removed`() {
        writePythonFile(file)
        openStore(file).use { store ->
            raw(file) { run("UPDATE cache SET expire_at = '2099-01-01T00:00:00-05:00'") }
            store.commit { entries.put(row("expired", expiresAt = 0)) }
            store.commit { entries.deleteExpired(1_893_499_200_000_000L, 2) }.map { it.key } shouldBe listOf("expired")
        }
    }

    @Test
    fun `a profile is written as Python writes it`() {
        writePythonFile(file)
        val profile =
            Profile
                .Builder("production")
                .memoryBasedEviction(false)
                .freeMemoryTarget(FreeMemoryTarget.megabytes(250))
                .memoryCleanupInterval(Duration.ZERO)
                .build()
        openStore(file).use { it.commit { profiles.put(profile) } }
        val settings = "time_to_live, memory_based_eviction, free_memory_target, memory_cleanup_interval"
        raw(file) { text("SELECT concat_ws(' ', $settings) FROM profiles") } shouldBe "3600 0 250.0 0"
    }

    @Test
    fun `insertion order and code point order hold for rows of Python`() {
        writePythonFile(file)
        openStore(file).use { store ->
            fun keys(order: KeyOrder) =
                store.entries.page(EntryPage(null, 10, order, "", null, false)).map { it.entry.key }
            keys(KeyOrder.INSERTION) shouldBe listOf("user:7", "whole", "abroad")
            keys(KeyOrder.SORTED) shouldBe listOf("abroad", "user:7", "whole")
        }
    }
}
