package io.github.cachetronomy.core.text

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import java.sql.DriverManager

@Tags("fast")
class KeysSpec :
    FunSpec({

        test("keys of 1 to 65,536 chars are taken") {
            listOf("a", "\u0000", " ", "\uD83D\uDE00", "k".repeat(65_536), "\uD83D\uDE00".repeat(32_768)).forEach {
                requireKey(it) shouldBe it
            }
        }

        test("an empty key is refused") { shouldThrow<IllegalArgumentException> { requireKey("") } }

        test("a key that is one char too long is refused, with its length") {
            shouldThrow<IllegalArgumentException> { requireKey("k".repeat(65_537)) }.message.orEmpty() shouldContain
                "65537"
        }

        listOf(
            "\uD800",
            "\uDC00",
            "a\uD83D",
            "\uDE00a",
            "\uDE00\uD83D",
            "\uD83D\uD83D\uDE00",
            "\uD83D\uDE00\uDE00",
        ).forEach { key ->
            test("a lone surrogate is refused: ${quoted(key)}") {
                shouldThrow<IllegalArgumentException> { requireKey(key) }.message.orEmpty() shouldContain quoted(key)
                shouldThrow<IllegalArgumentException> { requireTag(key) }
            }
        }

        test("a tag may be any other text") {
            listOf("", " ", "\u0000", "\uD83D\uDE00").forEach {
                requireTag(it) shouldBe
                    it
            }
        }

        test("keys sort as SQLite sorts them") {
            DriverManager.getConnection("jdbc:sqlite::memory:").use { connection ->
                connection.createStatement().use { it.execute("CREATE TABLE t (key TEXT)") }
                checkAll(Arb.list(texts, 2..30)) { keys ->
                    connection.createStatement().use { it.execute("DELETE FROM t") }
                    connection.prepareStatement("INSERT INTO t VALUES (?)").use { insert ->
                        keys.forEach {
                            insert.setString(1, it)
                            insert.addBatch()
                        }
                        insert.executeBatch()
                    }
                    val sorted =
                        connection.createStatement().use { statement ->
                            statement.executeQuery("SELECT key FROM t ORDER BY key").use { rows ->
                                buildList { while (rows.next()) add(rows.getString(1)) }
                            }
                        }
                    keys.sortedWith(CodePointOrder) shouldBe sorted
                }
            }
        }

        test("supplementary characters sort after U+FFFF") {
            listOf("\uD83D\uDE00", "\uFFFF", "\uE000", "a", "").sortedWith(CodePointOrder) shouldBe
                listOf("", "a", "\uE000", "\uFFFF", "\uD83D\uDE00")
        }

        test("a text begins with a prefix just when it lies between the prefix and its end") {
            checkAll(texts, texts) { prefix, suffix ->
                for (text in listOf(prefix + suffix, suffix, suffix + prefix)) {
                    val end = endOfPrefix(prefix)
                    val between =
                        CodePointOrder.compare(prefix, text) <= 0 &&
                            (end == null || CodePointOrder.compare(text, end) < 0)
                    between shouldBe text.startsWith(prefix)
                }
            }
        }

        test("the end of a prefix is the next code point") {
            endOfPrefix("a") shouldBe "b"
            endOfPrefix("a\u0000") shouldBe "a\u0001"
            endOfPrefix("\uD7FF") shouldBe "\uE000"
            endOfPrefix("\uFFFF") shouldBe "\uD800\uDC00"
            endOfPrefix("\uD83D\uDE00") shouldBe "\uD83D\uDE01"
            endOfPrefix("a\uDBFF\uDFFF") shouldBe "b"
        }

        test("where nothing sorts behind a prefix it has no end") {
            endOfPrefix("").shouldBeNull()
            endOfPrefix("\uDBFF\uDFFF\uDBFF\uDFFF").shouldBeNull()
        }

        test("messages show keys in quotes, on one line, and not for ever") {
            quoted("user:7") shouldBe "\"user:7\""
            quoted("a\"b\\c") shouldBe "\"a\\\"b\\\\c\""
            quoted("a\nb\r\u001B[31m\u0000\u0085") shouldBe "\"a\\u000ab\\u000d\\u001b[31m\\u0000\\u0085\""
            quoted("\uD800") shouldBe "\"\\ud800\""
            quoted("k".repeat(120)) shouldBe "\"" + "k".repeat(120) + "\""
            quoted("k".repeat(121)) shouldBe "\"" + "k".repeat(120) + "\"… (121 chars)"
        }
    })
