package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.MissReason
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

@Tags("fast")
class FormatsSpec :
    FunSpec({
        val codec = codec()
        val boss = Person("\u00dcrs \uD83D\uDE00", 61, "boss", listOf(Role.ADMIN))
        val person =
            Person(
                "Ann",
                -1,
                null,
                listOf(Role.GUEST, Role.ADMIN),
                mapOf(
                    "a" to listOf(1, 2),
                    "" to emptyList(),
                ),
            )
        val team = Team(person, listOf(boss, person))

        for (format in listOf(Formats.JSON, Formats.CBOR, Formats.PROTOBUF, Formats.MSGPACK)) {
            test("$format gives a class back, nested ones, enums, lists and maps in it too") {
                codec.roundTrip(boss, format) shouldBe boss
                codec.roundTrip(person, format) shouldBe person
                codec.roundTrip(team, format) shouldBe team
            }

            test("$format gives lists, maps, enums and plain values back") {
                codec.roundTrip(listOf(person, boss), format) shouldBe listOf(person, boss)
                codec.roundTrip(emptyList<Person>(), format) shouldBe emptyList<Person>()
                codec.roundTrip(mapOf("a" to person), format) shouldBe mapOf("a" to person)
                codec.roundTrip(mapOf("a" to listOf(1, 2)), format) shouldBe mapOf("a" to listOf(1, 2))
                codec.roundTrip(Role.GUEST, format) shouldBe Role.GUEST
                codec.roundTrip(listOf(Role.GUEST, Role.ADMIN), format) shouldBe listOf(Role.GUEST, Role.ADMIN)
                codec.roundTrip("text \uD83D\uDE00", format) shouldBe "text \uD83D\uDE00"
                codec.roundTrip("", format) shouldBe ""
                codec.roundTrip(Int.MIN_VALUE, format) shouldBe Int.MIN_VALUE
                codec.roundTrip(Long.MAX_VALUE, format) shouldBe Long.MAX_VALUE
                codec.roundTrip(true, format) shouldBe true
                codec.roundTrip(-0.1, format) shouldBe -0.1
                codec.roundTrip(Double.NEGATIVE_INFINITY, format) shouldBe Double.NEGATIVE_INFINITY
                codec.roundTrip(Double.NaN, format).toString() shouldBe "NaN"
            }
        }

        for (format in listOf(Formats.JSON, Formats.CBOR)) {
            test("$format does not give a value for bytes that were cut") {
                val data = codec.encode("key", team, type<Team>(), format).data
                for (length in data.indices) {
                    val failure =
                        shouldThrow<Unreadable> { codec.decode(row(data.copyOf(length), format), type<Team>()) }
                    failure.reason shouldBe MissReason.DECODING
                }
            }
        }

        test("ProtoBuf has no form for null, neither at the top nor in a property that has a default") {
            shouldThrow<EncodingFailedException> { codec.encode("key", null, type<String>(), Formats.PROTOBUF) }
            shouldThrow<EncodingFailedException> { codec.encode("key", Node(), type<Node>(), Formats.PROTOBUF) }
        }

        for (format in listOf(Formats.JSON, Formats.CBOR, Formats.MSGPACK)) {
            test("$format gives null back, at the top and inside") {
                codec.roundTrip<Person?>(null, format) shouldBe null
                codec.roundTrip<String?>(null, format) shouldBe null
                codec.roundTrip(listOf("a", null), format) shouldBe listOf("a", null)
                codec.roundTrip(mapOf("a" to null, "b" to 1), format) shouldBe mapOf("a" to null, "b" to 1)
            }
        }

        test("JSON is what Python reads, defaults included") {
            val encoded = codec.encode("key", Person("Ann", 1, null), type<Person>(), null)
            encoded.format shouldBe "json"
            encoded.data.decodeToString() shouldBe """{"name":"Ann","age":1,"title":null,"roles":[],"notes":{}}"""
        }

        test("JSON that Python wrote is read, whatever it is called") {
            val text =
                """{"age": 1, "title": null, "name": "Ann", "notes": {}, "roles": ["ADMIN"]}"""
                    .encodeToByteArray()
            for (format in listOf("json", "orjson")) {
                codec.decode(row(text, format), type<Person>()) shouldBe Person("Ann", 1, null, listOf(Role.ADMIN))
            }
        }

        for (format in listOf(Formats.JSON, Formats.CBOR, Formats.MSGPACK)) {
            test("$format with a property that the class does not have is not taken for the class") {
                val data =
                    codec
                        .encode(
                            "key",
                            mapOf("next" to null, "other" to null),
                            type<Map<String, String?>>(),
                            format,
                        ).data
                shouldThrow<Unreadable> { codec.decode(row(data, format), type<Node>()) }.reason shouldBe
                    MissReason.DECODING
            }
        }

        test("text that is no UTF-8 is not read") {
            val broken = byteArrayOf('"'.code.toByte(), 0xC3.toByte(), '"'.code.toByte())
            shouldThrow<Unreadable> { codec.decode(row(broken, "json"), type<String>()) }.reason shouldBe
                MissReason.DECODING
            shouldThrow<Unreadable> { codec.decode(row(broken, "string"), type<String>()) }.reason shouldBe
                MissReason.DECODING
        }

        test("text without a UTF-8 form is not written") {
            for (format in listOf(Formats.JSON, Formats.STRING)) {
                shouldThrow<EncodingFailedException> { codec.encode("key", "\uD800", type<String>(), format) }
            }
        }

        test("byte arrays are kept as they are, by default and by name") {
            val bytes = ByteArray(256) { it.toByte() }
            for (format in listOf(null, Formats.BYTES)) {
                val encoded = codec.encode("key", bytes, type<ByteArray>(), format)
                encoded.format shouldBe "bytes"
                encoded.data shouldBe bytes
                codec.decode(row(encoded), type<ByteArray>()) shouldBe bytes
            }
        }

        test("a byte array changed after the write or after a read changes nothing stored") {
            val bytes = byteArrayOf(1, 2, 3)
            val row = row(codec.encode("key", bytes, type<ByteArray>(), null))
            bytes[0] = 9
            (codec.decode(row, type<ByteArray>()) as ByteArray)[1] = 9
            codec.decode(row, type<ByteArray>()) shouldBe byteArrayOf(1, 2, 3)
        }

        test("strings are kept without quotes by their own format") {
            codec.encode("key", "\u00fc", type<String>(), Formats.STRING).data shouldBe "\u00fc".encodeToByteArray()
            codec.roundTrip("\u00fc \uD83D\uDE00\u0000", Formats.STRING) shouldBe "\u00fc \uD83D\uDE00\u0000"
        }

        test("null has no form as bytes or string") {
            shouldThrow<EncodingFailedException> { codec.encode("key", null, type<ByteArray>(), Formats.BYTES) }
            shouldThrow<EncodingFailedException> { codec.encode("key", null, type<String>(), Formats.STRING) }
        }
    })
