package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.MessagePackExtension
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.spi.ValueType
import io.kotest.assertions.assertSoftly
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.serialization.Serializable
import java.math.BigInteger

/** Values whose type the reader does not know. */
@Tags("fast")
class UntypedSpec :
    FunSpec({
        val codec = codec()

        fun read(
            bytes: ByteArray,
            format: String,
        ): Any? = codec.decode(row(bytes, format), type<Any?>())

        fun json(text: String): Any? = read(text.toByteArray(), "json")

        fun msgpack(hex: String): Any? = read(bytes(hex), "msgpack")

        fun refused(read: () -> Any?) = shouldThrow<Unreadable> { read() }.reason shouldBe MissReason.DECODING

        test("every value that Python's json writes is read as it is") {
            val values =
                listOf<Pair<String, Any?>>(
                    "null" to null,
                    "true" to true,
                    "false" to false,
                    "0" to 0L,
                    "-0" to 0L,
                    "9223372036854775807" to Long.MAX_VALUE,
                    "-9223372036854775808" to Long.MIN_VALUE,
                    "9223372036854775808" to BigInteger.TWO.pow(63),
                    "1180591620717411303424" to BigInteger.TWO.pow(70),
                    "-1180591620717411303424" to BigInteger.TWO.pow(70).negate(),
                    "1.0" to 1.0,
                    "-0.0" to -0.0,
                    "1e400" to Double.POSITIVE_INFINITY,
                    "1.5E-3" to 0.0015,
                    "2e+2" to 200.0,
                    "5e-324" to Double.MIN_VALUE,
                    "NaN" to Double.NaN,
                    "Infinity" to Double.POSITIVE_INFINITY,
                    "-Infinity" to Double.NEGATIVE_INFINITY,
                    "\"\"" to "",
                    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\uDE00\"" to "\"\\/\b\u000c\n\r\té😀",
                    "\"Çé 😀 \u007f\"" to "Çé 😀 \u007f",
                    "\"\\ud800\"" to "\ud800",
                    " [ 1 , [ ] , { } ] " to listOf(1L, emptyList<Any?>(), emptyMap<String, Any?>()),
                    "{\"a\": [1, 2, 3], \"b\": 2}" to mapOf("a" to listOf(1L, 2L, 3L), "b" to 2L),
                    "\n{\"name\":\"Bob\"}\r\n\t" to mapOf("name" to "Bob"),
                )
            assertSoftly {
                for ((text, value) in values) {
                    withClue(text) {
                        json(text) shouldEqual value
                        read(text.toByteArray(), "orjson") shouldEqual value
                    }
                }
            }
        }

        test("maps keep the order of the text, and of two equal keys the last one holds") {
            val map = json("""{"z": 1, "a": 2, "m": 3, "z": 4}""") as Map<*, *>
            map.entries.map { it.key to it.value } shouldContainExactly listOf("z" to 4L, "a" to 2L, "m" to 3L)
            val packed = msgpack("83 a17a 01 a161 02 a17a 04") as Map<*, *>
            packed.entries.map { it.key to it.value } shouldContainExactly listOf("z" to 4L, "a" to 2L)
        }

        test("what Python's json refuses is a miss") {
            val texts =
                listOf(
                    "",
                    " ",
                    "nul",
                    "truefalse",
                    "True",
                    "nan",
                    "+1",
                    "01",
                    "-",
                    "-01",
                    "1.",
                    ".5",
                    "1e",
                    "1e+",
                    "0x1",
                    "'a'",
                    "\"a",
                    "\"\\x\"",
                    "\"\\u12g4\"",
                    "\"\\u12\"",
                    "\"a\tb\"",
                    "\"\u0000\"",
                    "[",
                    "[1",
                    "[1,",
                    "[1,]",
                    "[,1]",
                    "[1 2]",
                    "]",
                    "[}",
                    "{",
                    "{]",
                    "{\"a\"}",
                    "{\"a\":}",
                    "{\"a\":1,}",
                    "{a:1}",
                    "{1:2}",
                    "{\"a\":1 \"b\":2}",
                    "{,}",
                    "1 2",
                    "1,",
                    "[] []",
                    "\"a\"b",
                    "\ufeff1",
                    "// x\n1",
                    "-NaN",
                    "+Infinity",
                    "1_000",
                    "\u0661",
                    "\u00a01",
                    "1\u000b",
                )
            assertSoftly { for (text in texts) withClue(text) { refused { json(text) } } }
            for (hex in listOf("22ff22", "22c322", "22eda08022", "22c08022", "22f4908080 22", "fffe3100")) {
                withClue(hex) { refused { read(bytes(hex), "json") } }
            }
        }

        test("every value that Python's msgpack writes is read as it is") {
            val values =
                listOf<Pair<String, Any?>>(
                    "c0" to null,
                    "c2" to false,
                    "c3" to true,
                    "00" to 0L,
                    "7f" to 127L,
                    "cc ff" to 255L,
                    "cd ffff" to 65_535L,
                    "ce ffffffff" to 4_294_967_295L,
                    "cf 7fffffffffffffff" to Long.MAX_VALUE,
                    "cf 8000000000000000" to BigInteger.TWO.pow(63),
                    "cf ffffffffffffffff" to BigInteger.TWO.pow(64) - BigInteger.ONE,
                    "ff" to -1L,
                    "e0" to -32L,
                    "d0 80" to -128L,
                    "d1 8000" to -32_768L,
                    "d2 80000000" to Int.MIN_VALUE.toLong(),
                    "d3 8000000000000000" to Long.MIN_VALUE,
                    "ca 3fc00000" to 1.5,
                    "cb 3ff8000000000000" to 1.5,
                    "cb 7ff8000000000000" to Double.NaN,
                    "cb fff0000000000000" to Double.NEGATIVE_INFINITY,
                    "cb 8000000000000000" to -0.0,
                    "a0" to "",
                    "a4 c387c3a9" to "Çé",
                    "d9 01 61" to "a",
                    "da 0001 61" to "a",
                    "db 00000001 61" to "a",
                    "90" to emptyList<Any?>(),
                    "93 01 90 91c0" to listOf(1L, emptyList<Any?>(), listOf(null)),
                    "dc 0001 c3" to listOf(true),
                    "dd 00000001 c3" to listOf(true),
                    "80" to emptyMap<Any?, Any?>(),
                    "82 01 a161 c0 80" to mapOf(1L to "a", null to emptyMap<Any?, Any?>()),
                    "de 0001 a161 81 c3 91 80" to mapOf("a" to mapOf(true to listOf(emptyMap<Any?, Any?>()))),
                    "df 00000001 a161 01" to mapOf("a" to 1L),
                    "d4 05 00" to MessagePackExtension(5, bytes("00")),
                    "d6 ff 5fc3e2a0" to MessagePackExtension(-1, bytes("5fc3e2a0")),
                    "d8 80 000102030405060708090a0b0c0d0e0f" to
                        MessagePackExtension(-128, ByteArray(16) { it.toByte() }),
                    "c7 00 7f" to MessagePackExtension(127, ByteArray(0)),
                    "c8 0001 01 ff" to MessagePackExtension(1, bytes("ff")),
                    "c9 00000001 01 ff" to MessagePackExtension(1, bytes("ff")),
                    "81 d40100 01" to mapOf(MessagePackExtension(1, bytes("00")) to 1L),
                )
            assertSoftly { for ((hex, value) in values) withClue(hex) { msgpack(hex) shouldEqual value } }
            for (hex in listOf("c4 02 00ff", "c5 0002 00ff", "c6 00000002 00ff")) {
                msgpack(hex) as ByteArray shouldBe bytes("00ff")
            }
            (msgpack("81 c401ff 01") as Map<*, *>).keys.single() as ByteArray shouldBe bytes("ff")
        }

        test("bytes that are no MessagePack, or too few or too many, are a miss") {
            val wrong =
                listOf(
                    "",
                    "c1",
                    "cc",
                    "cd 00",
                    "ce 000000",
                    "cf 00",
                    "ca 00",
                    "cb 00",
                    "d0",
                    "d3 00",
                    "a1",
                    "a2 61",
                    "d9 02 61",
                    "db ffffffff 61",
                    "c4 01",
                    "c6 7fffffff 00",
                    "c6 ffffffff 00",
                    "c7 01 01",
                    "c9 ffffffff 01",
                    "d4 01",
                    "91",
                    "92 01",
                    "dd ffffffff",
                    "dd 7fffffff 01",
                    "81",
                    "81 a161",
                    "df ffffffff",
                    "df 00000002 a16101",
                    "c0 c0",
                    "90 00",
                    "81 a161 01 02",
                    "a1 ff",
                    "a3 eda080",
                    "81 90 01",
                    "81 80 01",
                )
            assertSoftly { for (hex in wrong) withClue(hex) { refused { msgpack(hex) } } }
        }

        test("what was written without a type comes back") {
            val shared =
                listOf<Any?>(
                    null,
                    true,
                    0L,
                    -1L,
                    127L,
                    128L,
                    255L,
                    256L,
                    65_535L,
                    65_536L,
                    1L shl 32,
                    Long.MAX_VALUE,
                    -32L,
                    -33L,
                    -128L,
                    -129L,
                    -32_768L,
                    -32_769L,
                    Int.MIN_VALUE.toLong(),
                    Int.MIN_VALUE - 1L,
                    Long.MIN_VALUE,
                    BigInteger.TWO.pow(63),
                    1.5,
                    -0.0,
                    1e300,
                    Double.MIN_VALUE,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    "",
                    "a\"\\\n\u0000é😀",
                    "x".repeat(31),
                    "x".repeat(32),
                    "x".repeat(256),
                    "x".repeat(70_000),
                    emptyList<Any?>(),
                    List(15) { it.toLong() },
                    List(16) { it.toLong() },
                    List(70_000) { null },
                    mapOf("z" to 1L, "a" to listOf(mapOf("b" to null))),
                    (0L..20L).associateBy { "$it" },
                )
            assertSoftly {
                for (format in listOf("json", "msgpack")) {
                    for (value in shared) codec.roundTrip<Any?>(value, format) shouldEqual value
                }
            }
            codec.roundTrip<Any?>(BigInteger.TWO.pow(70), "json") shouldBe BigInteger.TWO.pow(70)
            codec.roundTrip<Any?>("a\ud800b\udc00", "json") shouldBe "a\ud800b\udc00"
            val keys =
                mapOf(
                    1L to "a",
                    null to true,
                    1.5 to 2L,
                    true to null,
                    MessagePackExtension(3, ByteArray(9)) to "x",
                )
            codec.roundTrip<Any?>(keys, "msgpack") shouldBe keys
            for (size in listOf(0, 1, 2, 3, 4, 8, 16, 17, 256, 70_000)) {
                codec.roundTrip<Any?>(ByteArray(size) { 7 }, "msgpack") as ByteArray shouldBe ByteArray(size) { 7 }
                val extension = MessagePackExtension(-7, ByteArray(size) { 7 })
                codec.roundTrip<Any?>(extension, "msgpack") shouldBe extension
            }
        }

        test("small numbers come back as the widest of their kind") {
            for (format in listOf("json", "msgpack")) {
                codec.roundTrip<Any?>(listOf(1, 2.toShort(), 3.toByte(), 1.5f, BigInteger.TEN), format) shouldBe
                    listOf(1L, 2L, 3L, 1.5, 10L)
            }
        }

        test("JSON is written as Python reads it") {
            val value = mapOf("a" to listOf(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1.0, "ü"))
            codec.encode("k", value, type<Any?>(), "json").data.decodeToString() shouldBe
                """{"a":[NaN,-Infinity,Infinity,1.0,"ü"]}"""
        }

        test("what would not come back is refused") {
            val both = listOf<Any>(Opaque(), listOf(Opaque()), setOf(1), 'c', 1.5.toBigDecimal(), Role.ADMIN)
            val json =
                both + listOf(ByteArray(1), mapOf(1 to 2), mapOf(null to 1), MessagePackExtension(1, ByteArray(1)))
            val msgpack =
                both +
                    listOf(
                        BigInteger.TWO.pow(64),
                        -BigInteger.TWO.pow(64),
                        mapOf(listOf(1) to 2),
                        mapOf(mapOf(1 to 1) to 2),
                        "\ud800",
                    )
            assertSoftly {
                for (value in json) {
                    shouldThrow<EncodingFailedException> {
                        codec.encode(
                            "k",
                            value,
                            type<Any>(),
                            "json",
                        )
                    }
                }
                for (value in msgpack) {
                    shouldThrow<EncodingFailedException> {
                        codec.encode(
                            "k",
                            value,
                            type<Any>(),
                            "msgpack",
                        )
                    }
                }
            }
        }

        test("a value may be nested 1,024 deep, also on a small stack; whatever is deeper is a miss") {
            val outcome = mutableListOf<Any?>()
            val reader =
                Thread(null, {
                    for ((format, open, close) in listOf(Triple("json", "[", "]"), Triple("msgpack", "\u0091", ""))) {
                        fun nested(depth: Int) =
                            read(
                                (
                                    open.repeat(depth - 1) + (if (format == "json") "[]" else "\u0090") +
                                        close.repeat(depth - 1)
                                ).toByteArray(Charsets.ISO_8859_1),
                                format,
                            )
                        var inner = nested(1_024)
                        var depth = 0
                        while (inner is List<*>) inner = inner.firstOrNull().also { depth++ }
                        outcome += depth
                        for (tooDeep in listOf(1_025, 100_000)) {
                            val refusal = runCatching { nested(tooDeep) }.exceptionOrNull() as? Unreadable
                            outcome += refusal?.cause?.javaClass
                        }
                    }
                    outcome += runCatching { json("[".repeat(100_000)) }.exceptionOrNull()?.cause?.javaClass
                    outcome += runCatching { json("{\"a\":".repeat(100_000)) }.exceptionOrNull()?.cause?.javaClass
                    outcome += runCatching { msgpack("81a161".repeat(100_000)) }.exceptionOrNull()?.cause?.javaClass
                }, "small", 160 * 1024)
            reader.start()
            reader.join()
            val refused = IllegalArgumentException::class.java
            outcome shouldContainExactly
                listOf(1_024, refused, refused, 1_024, refused, refused, refused, refused, refused)
        }

        test("a value that is nested too deep, or in itself, is refused on writing") {
            var deep: Any = emptyList<Any>()
            repeat(1_023) { deep = listOf(deep) }
            val round = ArrayList<Any>().apply { add(this) }
            for (format in listOf("json", "msgpack")) {
                codec.encode("k", deep, type<Any>(), format)
                shouldThrow<EncodingFailedException> { codec.encode("k", listOf(deep), type<Any>(), format) }
                shouldThrow<EncodingFailedException> { codec.encode("k", round, type<Any>(), format) }
            }
        }

        test("a list or map of anything is read as one, and nothing else is") {
            fun at(
                type: ValueType,
                text: String,
            ) = codec.decode(row(text.toByteArray(), "json"), type)
            at(type<Map<String, Any?>>(), """{"a": null}""") shouldBe mapOf("a" to null)
            at(type<Map<Any?, Any?>>(), """{"a": 1}""") shouldBe mapOf("a" to 1L)
            at(type<List<Any?>>(), "[1, null]") shouldBe listOf(1L, null)
            at(type<List<Any?>>(), "null") shouldBe null
            refused { at(type<Map<String, Any?>>(), "[]") }
            refused { at(type<List<Any?>>(), "{}") }
            // Nulls could not be kept out of it.
            refused { at(type<List<Any>>(), "[1]") }
            refused { at(type<Map<String, Any>>(), "{}") }
            refused { codec.decode(row(bytes("81 01 02"), "msgpack"), type<Map<String, Any?>>()) }
            codec.decode(row(bytes("81 01 02"), "msgpack"), type<Map<Any?, Any?>>()) shouldBe mapOf(1L to 2L)
        }

        test("Python's rows are read as typed values, too") {
            fun <T> at(
                type: ValueType,
                text: String,
                format: String = "json",
            ) = codec.decode(row(if (format == "msgpack") bytes(text) else text.toByteArray(), format), type)
            assertSoftly {
                at<Any>(type<String>(), "\"x\"") shouldBe "x"
                at<Any>(type<Long>(), "42") shouldBe 42L
                at<Any>(type<Double>(), "1") shouldBe 1.0
                at<Any>(type<Double>(), "NaN") shouldEqual Double.NaN
                at<Any>(type<Double>(), "-Infinity") shouldBe Double.NEGATIVE_INFINITY
                at<Any>(type<List<Double>>(), "[1, 1.5, Infinity]") shouldBe listOf(1.0, 1.5, Double.POSITIVE_INFINITY)
                at<Any>(type<Map<String, Long>>(), "{\"a\": 1, \"b\": 2}", "orjson") shouldBe
                    mapOf("a" to 1L, "b" to 2L)
                at<Any>(type<PythonUser>(), "{\"id\": 9, \"name\": \"n\", \"score\": 2}") shouldBe
                    PythonUser("n", 9, 2.0)
                at<Any>(type<String>(), "a1 78", "msgpack") shouldBe "x"
                for (hex in listOf("2a", "cc2a", "cd002a", "d02a", "d2 0000002a", "cf 000000000000002a")) {
                    withClue(hex) {
                        at<Any>(type<Long>(), hex, "msgpack") shouldBe 42L
                        // No writer spends eight bytes on what an Int holds.
                        if (!hex.startsWith("cf")) at<Any>(type<Int>(), hex, "msgpack") shouldBe 42
                    }
                }
                at<Any>(type<Double>(), "cb 3ff8000000000000", "msgpack") shouldBe 1.5
                at<Any>(type<ByteArray>(), "c4 02 00ff", "msgpack") as ByteArray shouldBe bytes("00ff")
                at<Any>(type<List<Long>>(), "93 01 cc ff cd 0100", "msgpack") shouldBe listOf(1L, 255L, 256L)
                at<Any>(type<Map<String, Long>>(), "81 a161 01", "msgpack") shouldBe mapOf("a" to 1L)
                withClue("map into class") {
                    at<Any>(
                        type<PythonUser>(),
                        "83 a26964 09 a46e616d65 a16e a573636f7265 cb4000000000000000",
                        "msgpack",
                    ) shouldBe
                        PythonUser("n", 9, 2.0)
                }
                at<Any>(type<Boolean?>(), "c0", "msgpack") shouldBe null
            }
        }
    })

@Serializable
internal data class PythonUser(
    val name: String,
    val id: Long,
    val score: Double,
)

private fun bytes(hex: String): ByteArray =
    hex
        .filterNot(Char::isWhitespace)
        .chunked(2)
        .map { it.toInt(16).toByte() }
        .toByteArray()

/** Equal as objects are, so that NaN equals itself and -0.0 is not 0.0. */
private infix fun Any?.shouldEqual(expected: Any?) =
    withClue("$this for $expected") { (this == expected) shouldBe true }
