package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import org.junit.jupiter.params.provider.ValueSource
import java.nio.file.Path

/** Rows as no writer should leave them: each may be a miss, none may harm another. */
@Tag("fast")
class OddRowsTest {
    @TempDir
    lateinit var folder: Path

    private val file: Path get() = folder.resolve("cache.db")

    @ParameterizedTest
    @ValueSource(
        strings = [
            "'odd', 'text for a value', 'json', '$LATER', '[]', 1, 'p'",
            "'odd', 17, 'json', '$LATER', '[]', 1, 'p'",
            "'odd', 1.5, 'json', '$LATER', '[]', 1, 'p'",
            "'odd', x'00', x'FF', '$LATER', '[]', 1, 'p'",
            "'odd', x'00', '', '$LATER', '[]', 1, 'p'",
            "'odd', x'00', 'json', 'soon', '[]', 1, 'p'",
            "'odd', x'00', 'json', 1893499200, '[]', 1, 'p'",
            "'odd', x'00', 'json', x'FFFE', '[]', 1, 'p'",
            "'odd', x'00', 'json', '$LATER', 'null', 1, 'p'",
            "'odd', x'00', 'json', '$LATER', '{\"a\": 1}', 1, 'p'",
            "'odd', x'00', 'json', '$LATER', '[1, null]', 1, 'p'",
            "'odd', x'00', 'json', '$LATER', '[]', 'one', 'p'",
            "'odd', x'00', 'json', '$LATER', '[]', -1, 'p'",
            "'odd', x'00', 'json', '$LATER', '[]', 1.5, 'p'",
            "'odd', x'00', 'json', '$LATER', '[]', 1, x'FF'",
            "x'6F6464', x'00', 'json', '$LATER', '[]', 1, 'p'",
            "'', x'00', 'json', '$LATER', '[]', 1, 'p'",
        ],
    )
    fun `an odd row harms no other`(values: String) {
        openStore(file).use { store ->
            store.commit { listOf(row("a"), row("z")).forEach(entries::put) }
            raw(
                file,
            ) { run("INSERT INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile) VALUES ($values)") }
            store.value("a") shouldBe "the value of a"
            store.entries.read("odd")
            store.entries
                .readAll(listOf("a", "odd", "z"))
                .keys
                .containsAll(listOf("a", "z")) shouldBe true
            for (order in KeyOrder.entries) {
                for (withData in listOf(true, false)) {
                    for (liveAt in listOf(null, 0L)) {
                        withClue("$order, $withData, $liveAt") { store.walk(order, withData, liveAt) shouldContain "z" }
                    }
                }
            }
            store.commit {
                entries.touch("odd", 0)
                entries.touch("a", 0)
            } shouldBe true
            store.commit { entries.deleteByTags(setOf("absent"), TagMatch.ALL) }.size shouldBe 0
            store.commit { entries.deleteExpired(1_893_499_200_000_000L, 10) }.map { it.key } shouldContain "a"
            store.commit { entries.deleteByTags(setOf("t"), TagMatch.ANY) }.map { it.key } shouldBe listOf("z")
            store.commit {
                entries.delete("odd")
                entries.deleteAll()
            }
            store.entries.count() shouldBe 0
        }
    }

    @ParameterizedTest
    @EnumSource(KeyOrder::class)
    fun `a listing ends even where keys are no text`(order: KeyOrder) {
        openStore(file).use { store ->
            raw(file) {
                run("$INSERT VALUES (x'61', x'00', '$LATER', '[]', 1, 'p'), (x'62', x'00', '$LATER', '[]', 1, 'p')")
            }
            store.walk(order, withData = false, liveAt = null)
        }
    }

    @Test
    fun `a row without a key, which Python's table allows, harms no other`() {
        writePythonFile(file)
        raw(file) { run("$INSERT VALUES (NULL, x'00', '$EARLIER', '[\"t\"]', 1, 'p')") }
        openStore(file).use { store ->
            KeyOrder.entries.forEach { store.walk(it, withData = true, liveAt = null) shouldContain "whole" }
            store.commit { entries.put(row("expired", expiresAt = 0)) }
            store.commit { entries.deleteExpired(1_893_499_199_000_000L, 10) }.map { it.key } shouldContain "expired"
            store.commit { entries.put(row("tagged")) }
            store.commit { entries.deleteByTags(setOf("t"), TagMatch.ANY) }.map { it.key } shouldContain "tagged"
        }
    }

    @Test
    fun `a value or header that turned into text harms no other row`() {
        openStore(file).use { store ->
            store.commit { listOf(row("a"), row("b"), row("z")).forEach(entries::put) }
            raw(file) {
                run(
                    "UPDATE cache SET data = CAST(data AS TEXT) WHERE key = 'a'",
                    "UPDATE cache SET header = CAST(header AS TEXT) WHERE key = 'b'",
                )
            }
            KeyOrder.entries.forEach { store.walk(it, withData = true, liveAt = null) shouldBe listOf("a", "b", "z") }
            store.value("z") shouldBe "the value of z"
            store.commit { listOf("a", "b", "z").forEach { entries.touch(it, 1_893_499_200_000_000L) } }
            store.entries.read("z")?.expiresAt shouldBe 1_893_499_200_000_000L
        }
    }

    @Test
    fun `what cannot be read says so`() {
        openStore(file).use { store ->
            raw(file) {
                run(
                    "$INSERT VALUES ('time', x'00', 'soon', '[]', 1, 'p')",
                    "$INSERT VALUES ('tags', x'00', '$LATER', 'null', 1, 'p')",
                    "$INSERT VALUES ('version', x'00', '$LATER', '[]', 'x', 'p')",
                )
            }
            for (key in listOf("time", "tags", "version")) {
                store.entries
                    .read(key)
                    .shouldNotBeNull()
                    .fault shouldBe MissReason.DAMAGED
            }
        }
    }

    @Test
    fun `touch does not make a damaged row look sound`() {
        openStore(file).use { store ->
            store.commit { entries.put(row("key")) }
            raw(file) { run("UPDATE cache SET data = x'00'") }
            store.commit { entries.touch("key", 1_893_499_200_000_000L) }
            store.entries
                .read("key")
                .shouldNotBeNull()
                .fault shouldBe MissReason.DAMAGED

            store.commit { entries.put(row("key")) }
            raw(file) { run("UPDATE cache SET header = CAST(x'00' || substr(header, 2) AS BLOB)") }
            store.entries
                .read("key")
                .shouldNotBeNull()
                .fault shouldBe MissReason.DAMAGED
            store.commit { entries.touch("key", 1_893_499_200_000_000L) }
            store.entries
                .read("key")
                .shouldNotBeNull()
                .fault shouldBe MissReason.DAMAGED
        }
    }

    @Test
    fun `a profile that makes no sense is rejected and harms no other`() {
        openStore(file).use { store ->
            raw(file) {
                run(
                    "INSERT INTO profiles VALUES ('negative', -1, 60, 1, 500.0, 5, 10, '[]')",
                    "INSERT INTO profiles VALUES ('large', 60, 60, 1, 500.0, 5, 99999999999, '[]')",
                    "INSERT INTO profiles VALUES ('tags', 60, 60, 1, 500.0, 5, 10, '{}')",
                    "INSERT INTO profiles VALUES ('text', 'x', 'x', 'x', 'x', 'x', 'x', '[]')",
                    "INSERT INTO profiles VALUES ('', 60, 60, 1, 500.0, 5, 10, '[]')",
                    "INSERT INTO profiles VALUES (x'00FF', 60, 60, 1, 500.0, 5, 10, '[]')",
                    "INSERT INTO profiles VALUES ('sound', 60, 60, 1, 500.0, 5, 10, '[]')",
                )
            }
            for (name in listOf("negative", "large", "tags", "text")) {
                withClue(name) {
                    shouldThrow<StoreFaultException> { store.profiles.find(name) }.kind shouldBe
                        StoreFaultException.Kind.REJECTED
                }
            }
            store.profiles.find("sound")?.maxItemsInMemory shouldBe 10
            val unreadable = ArrayList<String>()
            store.profiles.list(unreadable::add).map { it.name } shouldBe listOf("sound")
            unreadable.size shouldBe 5
        }
    }

    @Test
    fun `log rows with unreadable times are shown`() {
        openStore(file).use { store ->
            raw(file) {
                run(
                    "INSERT INTO access_log VALUES ('a', 'many', 'soon', 'p')",
                    "INSERT INTO eviction_log VALUES (1, 'a', 'soon', 'r', 'few', 'p')",
                )
            }
            store.accessLog.top(5).map { it.key } shouldBe listOf("a")
            store.evictionLog.recent(5).map { it.key } shouldBe listOf("a")
        }
    }

    /** Every key of the listing, row by row; fails where it does not end. */
    private fun StoreBackend.walk(
        order: KeyOrder,
        withData: Boolean,
        liveAt: Long?,
    ): List<String> {
        val keys = ArrayList<String>()
        var after: String? = null
        while (keys.size < 10) {
            val row = entries.page(EntryPage(after, 1, order, "", liveAt, withData)).singleOrNull() ?: return keys
            keys += row.entry.key
            after = row.cursor
        }
        error("the listing goes round: $keys")
    }

    private companion object {
        const val INSERT = "INSERT INTO cache (key, data, expire_at, tags, version, saved_by_profile)"
        const val LATER = "2100-01-01T00:00:00+00:00"
        const val EARLIER = "2020-01-01T00:00:00+00:00"
    }
}
