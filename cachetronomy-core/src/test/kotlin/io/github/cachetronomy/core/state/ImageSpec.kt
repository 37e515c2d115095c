package io.github.cachetronomy.core.state

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.random.Random

/** JSON that is taken apart, written as a head and rows, and put together again is the JSON that it was. */
@Tags("fast")
class ImageSpec :
    FunSpec({
        /** As it would be after a save and a restart. */
        fun restored(text: String): String {
            val image = Image.of(text.encodeToByteArray())
            val save = Part.newSave()
            val parts =
                image.pieces.map { piece ->
                    if (image.isInline(piece)) Part.Inline(piece.toByteArray()) else Part.Row(piece.name, save, 7)
                }
            val rows = image.pieces.associate { it.name to Part.row(save, it) }
            val head = Head(save, "labels", image.isObject, parts)
            val read = checkNotNull(Head.parse(head.text()))
            read.isOf(image, rows) shouldBe true
            return checkNotNull(read.assembled(rows)).decodeToString()
        }

        test("what is compact comes back to the letter") {
            val long = "x".repeat(5_000)
            val texts =
                listOf(
                    """{}""",
                    """[]""",
                    """7""",
                    """"text"""",
                    """{"":1}""",
                    """{"a":1,"b":{"c":[1,{"d":"}"}]},"e":"\"],{"}""",
                    """{"a\"b\\":"$long","é😀\u0000":[NaN,-Infinity,1e400],"c":null}""",
                    """["$long",1]""",
                    """{"a":1,"a":"$long"}""",
                )
            for (text in texts) restored(text) shouldBe text
        }

        test("space around the parts is not kept") {
            restored(" { \"a\" : 1 ,\n\"b\":[ 1 ] } ") shouldBe """{"a" : 1,"b":[ 1 ]}"""
        }

        test("whatever is in it") {
            val random = Random(7)

            fun element(depth: Int): JsonElement =
                when (random.nextInt(if (depth == 0) 4 else 6)) {
                    0 -> JsonNull
                    1 -> JsonPrimitive(random.nextLong())
                    2 -> JsonPrimitive(random.nextBoolean())
                    3 -> JsonPrimitive(String(CharArray(random.nextInt(200)) { "ab\"\\{}[]:, \u0001é".random(random) }))
                    4 -> JsonArray(List(random.nextInt(5)) { element(depth - 1) })
                    else -> JsonObject(List(random.nextInt(300)) { "$it \"\\" to element(depth - 1) }.toMap())
                }
            repeat(300) {
                val element = element(2)
                Json.parseToJsonElement(restored(element.toString())) shouldBe element
            }
        }

        test("a field that comes, goes or changes leaves nearly all pieces as they are") {
            val fields = List(5_000) { "field $it" to JsonPrimitive("value $it") }.toMap()

            fun pieces(fields: Map<String, JsonElement>) =
                Image
                    .of(JsonObject(fields).toString().encodeToByteArray())
                    .pieces
                    .map { it.toByteArray().decodeToString() }
                    .toSet()
            val before = pieces(fields)
            val changes =
                listOf(fields + ("field 1234" to JsonNull), fields - "field 1234", mapOf("new" to JsonNull) + fields)
            for (changed in changes) (pieces(changed) - before) shouldHaveSize 1
        }

        test("what is no head is none") {
            val others =
                listOf("", "7", "{}", "[", """{"save":1,"parts":[]}""", """{"save":"","labels":"","parts":[7]}""")
            for (text in others) Head.parse(text.encodeToByteArray()).shouldBeNull()
        }

        test("a row of another save is not taken for one's own") {
            val saves = List(2) { Part.newSave() }
            val piece = Image.of("{\"a\":1}".encodeToByteArray()).pieces.single()
            val head = Head(saves[0], "labels", true, listOf(Part.Row("a", saves[0], 7)))
            head.assembled(mapOf("a" to Part.row(saves[0], piece)))?.decodeToString() shouldBe "{\"a\":1}"
            head.assembled(mapOf("a" to Part.row(saves[1], piece))).shouldBeNull()
            head.assembled(emptyMap()).shouldBeNull()
        }

        test("what cannot be taken apart is refused") {
            for (text in listOf("{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":\"", "{a:1}", "{\"a\":1}2")) {
                shouldThrow<IllegalArgumentException> { JsonSlices.members(text.encodeToByteArray()) }
            }
        }
    })
