package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.it.faults.alter
import io.github.cachetronomy.it.faults.run
import io.github.cachetronomy.it.faults.texts
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.time.Duration
import kotlin.time.Duration.Companion.minutes

/** Entries as lines of JSON, out of one file and into another. */
@Tags("fast")
class TransferDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            lines(test)
            thereAndBack(test)
            intoUse(test)
            wrongLines(test)
            streams(test)
        }
    })

private fun lines(test: Case) {
    test("an entry is a line with the names of the columns, and its value decoded") {
        cache.set("greeting", "hel\"lo", Terms(tags = setOf("b", "a"), version = 3, timeToLive = 1.minutes))
        cache.set("raw", "text", Terms(format = "string", timeToLive = kotlin.time.Duration.INFINITE))
        val expiry = elsewhere { it.texts("SELECT expire_at FROM cache WHERE key = 'greeting'") }.single()
        exported() shouldContainExactly
            listOf(
                """{"key": "greeting", "fmt": "json", "expire_at": "$expiry", "tags": ["b", "a"], "version": 3, """ +
                    """"saved_by_profile": "default", "data": "hel\"lo"${shapeOf("greeting")}}""",
                """{"key": "raw", "fmt": "string", "expire_at": "9999-12-31T23:59:59.999999+00:00", "tags": [], """ +
                    """"version": 1, "saved_by_profile": "default", "data": {"${'$'}raw": "dGV4dA=="}}""",
            )
    }

    test("what JSON has no form for is marked") {
        elsewhere {
            // {1: bin, "$x": nan, "e": ext 5}, in MessagePack
            it.python("odd", data = "x'8301C40201FFA22478CB7FF8000000000000A165D405AA'", format = "msgpack")
        }
        exported().single() shouldContain
            """"data": {"${'$'}map": [[1, {"${'$'}bytes": "Af8="}], ["${'$'}x", {"${'$'}float": "NaN"}], """ +
            """["e", {"${'$'}ext": 5, "base64": "qg=="}]]}}"""
    }

    test("expired entries are left out unless they are wanted, damaged ones always, and both are counted") {
        cache.set("short", "v", Terms(timeToLive = 1.minutes))
        cache.set("long", "v")
        cache.set("bad", "v")
        cache.flush()
        elsewhere { it.alter("bad", "data") { bytes -> bytes[1]++ } }
        clock.advance(Duration.ofMinutes(2))
        val out = ByteArrayOutputStream()
        val told = ArrayList<Pair<Long, Long>>()
        val report = cache.admin.exportTo(out, includeExpired = false) { done, total -> told += done to total }
        report.written shouldBe 1
        report.damaged shouldBe 1
        told.last().first shouldBe 2
        out.toString() shouldContain "\"long\""
        cache.admin.exportTo(OutputStream.nullOutputStream(), includeExpired = true).written shouldBe 2
    }
}

private fun thereAndBack(test: Case) {
    test("whatever the format, an export that is imported gives the same rows to the byte, in their order") {
        for (format in listOf("json", "msgpack", "cbor", "protobuf", "string")) {
            cache.set("in $format \u202e\n", "value\n\"\u00f6\ud83d\ude00\" $format", Terms(format = format))
        }
        cache.setPerson("ada", Person("Ada", 36))
        elsewhere {
            for ((i, data) in PYTHONS.withIndex()) {
                it.python(
                    "json $i",
                    data = "CAST('$data' AS BLOB)",
                    tags = "'[\"t\"]'",
                )
            }
            it.python("orjson", data = "CAST('{\"a\":1.0}' AS BLOB)", format = "orjson")
            for ((i, data) in MESSAGES.withIndex()) it.python("msgpack $i", data = "x'$data'", format = "msgpack")
            it.python("deep", data = "CAST('${"[".repeat(1_024)}${"]".repeat(1_024)}' AS BLOB)")
            it.python("broken", data = "CAST('{\"a\":' AS BLOB)")
            it.python("unknown", data = "x'00ff'", format = "mystery")
        }
        val before = rows()
        val out = ByteArrayOutputStream()
        cache.admin.exportTo(out).written shouldBe before.size.toLong()
        cache.clear()
        val report = cache.admin.importFrom(out.toByteArray().inputStream())
        withClue(report.wrongLines) { report.written shouldBe before.size.toLong() }
        report.read shouldBe report.written
        rows() shouldBe before
        (cache.findPerson("ada").shouldHit().value as Person) shouldBe Person("Ada", 36)
        cache.admin
            .check()
            .findings
            .map { it.subject } shouldBe listOf("\"unknown\"")
    }

    test("bytes stand beside a value only where it does not give them by itself") {
        elsewhere {
            it.python("compact", data = "CAST('{\"a\":[1,\"x\"]}' AS BLOB)")
            it.python("spaced", data = "CAST('{\"a\": 1}' AS BLOB)")
        }
        val (compact, spaced) = exported()
        compact shouldNotContain "\"bytes\""
        spaced shouldContain """"data": {"a": 1}, "bytes": "eyJhIjogMX0=""""
    }
}

private fun intoUse(test: Case) {
    test("what is imported takes the place of what memory and file had, and the rest stays") {
        cache.set("a", "new")
        val out = ByteArrayOutputStream()
        cache.admin.exportTo(out)
        cache.setMany(mapOf("a" to "newer", "b" to "b"))
        cache.get("a") shouldBe "newer"
        cache.admin.importFrom(out.toByteArray().inputStream()).written shouldBe 1
        cache.get("a") shouldBe "new"
        cache.get("b") shouldBe "b"
        reopen()
        cache.getMany(listOf("a", "b")) shouldBe mapOf("a" to "new", "b" to "b")
    }

    test("a line whose time is over is passed over, and one that says little has defaults") {
        val report =
            cache.admin.importFrom(
                """
                {"key": "old", "fmt": "json", "expire_at": "2001-01-01T00:00:00+00:00", "data": 1}

                {"key":"new","fmt":"msgpack","expire_at":"9999-12-31T23:59:59.999999+00:00","data":"v"}
                """.trimIndent().replace("\n", "\r\n").byteInputStream(),
            )
        report.read shouldBe 2
        report.expired shouldBe 1
        report.written shouldBe 1
        report.wrong shouldBe 0
        cache.get("old") shouldBe null
        cache.get("new") shouldBe "v"
        val metadata = cache.metadata("new")!!
        metadata.format shouldBe "msgpack"
        metadata.version shouldBe 1
        metadata.savedByProfile shouldBe "default"
        metadata.expiresAt shouldBe null
    }

    test("thousands of lines go in by the hundred, and progress is told") {
        cache.setMany((1..2_345).associate { "k$it" to "v$it" })
        val out = ByteArrayOutputStream()
        cache.admin.exportTo(out).written shouldBe 2_345
        cache.clear()
        val told = ArrayList<Long>()
        cache.admin.importFrom(out.toByteArray().inputStream()) { done, _ -> told += done }.written shouldBe 2_345
        told shouldBe told.sorted()
        told.last() shouldBe 2_345
        told.size shouldBe 5
        cache.keys() shouldHaveSize 2_345
        cache.get("k2345") shouldBe "v2345"
    }
}

private fun wrongLines(test: Case) {
    test("a wrong line is told with its number and why, without its value, and stops nothing") {
        val good = """{"key": "%s", "fmt": "json", "expire_at": "9999-12-31T23:59:59.999999+00:00", "data": "secret"}"""
        val wrong =
            listOf(
                "secret",
                "[\"secret\"]",
                "{\"key\": \"secret",
                good.format("a").replace("data", "secret"),
                good.format("a").replace("9999-12-31T23", "9999-12-31X23"),
                good.format(""),
                good.format("a").replace("\"json\"", "\"JSON!\""),
                good.format("a").replace("\"json\"", "\"cbor\""),
                good.format("a").replace("\"secret\"", """{"${'$'}bytes": "!secret!"}"""),
                good.format("a").replace("\"secret\"", """{"${'$'}secret": 1}"""),
                good.format("a").replace("\"secret\"", """{"${'$'}float": "secret"}"""),
                good.format("a").replace("\"secret\"", """{"${'$'}bytes": "AAAA"}"""),
                good.format("a").replace("}", ", \"version\": 0}"),
                good.format("a").replace("}", ", \"tags\": [1]}"),
                good.format("a").replace("}", ", \"more\": 1}"),
                good.format("a").replace("}", ", \"bytes\": \"!secret!\"}"),
                good.format("a").replace("}", ", \"shape\": \"secret\"}"),
                good.format("a") + " secret",
            )
        val lines = wrong.flatMapIndexed { i, line -> listOf(line, good.format("good $i")) }.joinToString("\n")
        val report = cache.admin.importFrom(lines.byteInputStream())
        report.wrongLines.map { it.line } shouldContainExactly wrong.indices.map { 2L * it + 1 }
        report.wrong shouldBe wrong.size
        report.written shouldBe wrong.size
        cache.keys() shouldHaveSize wrong.size
        report.wrongLines.forEach { withClue(it) { it.reason.isNotBlank() shouldBe true } }
        report.wrongLines.toString() shouldNotContain "secret"
    }

    test("a line that is no UTF-8 is wrong, and so is one without end") {
        val bytes = byteArrayOf('"'.code.toByte(), -1, '"'.code.toByte(), '\n'.code.toByte())
        cache.admin
            .importFrom(bytes.inputStream())
            .wrongLines
            .single()
            .reason shouldContain "UTF-8"
        cache.admin.importFrom(ByteArray(0).inputStream()).read shouldBe 0
    }
}

private fun streams(test: Case) {
    test("what a stream throws reaches the caller, and what was committed before stays") {
        cache.setMany((1..1_200).associate { "k$it" to "v" })
        val full =
            object : OutputStream() {
                override fun write(b: Int) = throw IOException("no space left")
            }
        shouldThrow<IOException> { cache.admin.exportTo(full) }.message shouldBe "no space left"
        val out = ByteArrayOutputStream()
        cache.admin.exportTo(out)
        cache.clear()
        shouldThrow<IOException> { cache.admin.importFrom(Broken(out.toByteArray())) }.message shouldBe "gone"
        cache.keys().size shouldBe 1_000
        cache.set("after", "v").stored shouldBe true
    }

    test("where there is no file nothing is read", Wish(Ground.FOLDER)) {
        val untouched =
            object : InputStream() {
                override fun read(): Int = error("it is read")
            }
        shouldThrow<StoreUnavailableException> { cache.admin.importFrom(untouched) }
    }
}

/** Gives all of its bytes but the last, and then breaks. */
private class Broken(
    private val bytes: ByteArray,
) : InputStream() {
    private var at = 0

    override fun read(): Int = if (at < bytes.size - 1) bytes[at++].toInt() and 0xff else throw IOException("gone")

    override fun read(
        target: ByteArray,
        from: Int,
        length: Int,
    ): Int {
        target[from] = read().toByte()
        return 1
    }
}

/** JSON in ways in which ours would not write it, numbers of any size among it. */
private val PYTHONS =
    listOf(
        "{\"a\": 1, \"b\": [1.50, NaN, -Infinity]}",
        "123456789012345678901234567890",
        "{\"\$bytes\": \"AAAA\"}",
        "{\"\$raw\":1,\"a\":{\"\$x\":{\"\$y\":[]}}}",
        "\"\\ud83d\"",
        "-0.0",
        "1e400",
        "null",
    )

/** MessagePack in its shortest form and in others. */
private val MESSAGES =
    listOf(
        "C0",
        "CF00000000000000FF",
        "CFFFFFFFFFFFFFFFFF",
        "CA3F800000",
        "8301C40201FFA22478CB7FF8000000000000A165D405AA",
        "D6FF00000000",
        "82C00101C0",
        "DC000101",
    )

private fun Setting.exported(): List<String> {
    val out = ByteArrayOutputStream()
    cache.admin.exportTo(out)
    return out.toString(Charsets.UTF_8).trimEnd('\n').split("\n")
}

/** How a line ends for a value whose class has a shape. */
private fun Setting.shapeOf(key: String): String {
    val header = elsewhere { it.texts("SELECT hex(substr(header, 25, 8)) FROM cache WHERE key = '$key'") }.single()
    val hash = header.orEmpty().trimStart('0').lowercase()
    return if (hash.isEmpty()) "" else ", \"shape\": \"$hash\""
}
