package io.github.cachetronomy.core.serialization

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.MessagePackExtension
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.math.BigInteger

/** Values of every kind as text that people, scripts and imports can read. */
@OptIn(InternalCachetronomyApi::class)
@Tags("fast")
class MarkedJsonSpec :
    FunSpec({
        val texts: Map<Any?, String> =
            mapOf(
                null to "null",
                true to "true",
                -7L to "-7",
                BigInteger("123456789012345678901234567890") to "123456789012345678901234567890",
                1.5 to "1.5",
                Double.NaN to """{"${'$'}float": "NaN"}""",
                Double.POSITIVE_INFINITY to """{"${'$'}float": "Infinity"}""",
                Double.NEGATIVE_INFINITY to """{"${'$'}float": "-Infinity"}""",
                "a\"\\\n\t\u202e\u007f\ud83d\ude00\ud83d" to
                    "\"a\\\"\\\\\\n\\t\\u202e\\u007f\ud83d\ude00\\ud83d\"",
                emptyList<Any>() to "[]",
                listOf(1L, null, listOf("x")) to """[1, null, ["x"]]""",
                emptyMap<Any, Any>() to "{}",
                mapOf("a" to 1L, "b" to mapOf("c" to 2L)) to """{"a": 1, "b": {"c": 2}}""",
                mapOf(1L to "one", null to "none") to """{"${'$'}map": [[1, "one"], [null, "none"]]}""",
                mapOf("${'$'}bytes" to "AAAA") to """{"${'$'}map": [["${'$'}bytes", "AAAA"]]}""",
                MessagePackExtension(-1, byteArrayOf(0)) to """{"${'$'}ext": -1, "base64": "AA=="}""",
            )

        test("each value has one text, and that stands for the value") {
            for ((value, text) in texts) {
                withClue(text) {
                    MarkedJson.text(value) shouldBe text
                    (MarkedJson.read(text) == value) shouldBe true
                }
            }
            MarkedJson.text(byteArrayOf(1, -1)) shouldBe """{"${'$'}bytes": "Af8="}"""
            (MarkedJson.read("""{"${'$'}bytes":"Af8="}""") as ByteArray).toList() shouldBe listOf<Byte>(1, -1)
        }

        test("an object with a mark that does not fit is refused") {
            val wrong =
                listOf(
                    """{"${'$'}bytes": 1}""",
                    """{"${'$'}bytes": "*"}""",
                    """{"${'$'}bytes": "AAAA", "more": 1}""",
                    """{"${'$'}float": "1"}""",
                    """{"${'$'}map": {}}""",
                    """{"${'$'}map": [[1]]}""",
                    """{"${'$'}ext": 128, "base64": ""}""",
                    """{"${'$'}ext": 1}""",
                    """{"${'$'}other": 1}""",
                )
            for (text in wrong) withClue(text) { shouldThrow<IllegalArgumentException> { MarkedJson.read(text) } }
        }

        test("what is nested too deeply to be read again has no readable text, and can be printed all the same") {
            fun nested(depth: Int) = (1..depth).fold<Int, Any?>(null) { inner, _ -> listOf(inner) }
            val lists = nested(Untyped.MAX_DEPTH)
            (MarkedJson.read(MarkedJson.readableText(lists)!!) == lists) shouldBe true
            MarkedJson.readableText(nested(Untyped.MAX_DEPTH + 1)).shouldBeNull()
            MarkedJson.text(nested(100_000)).length shouldBe 200_004

            fun maps(depth: Int) = (1..depth).fold<Int, Any?>(null) { inner, i -> mapOf(i to inner) }
            // An object, a list and a pair each.
            val deepest = Untyped.MAX_DEPTH / 3
            MarkedJson.read(MarkedJson.readableText(maps(deepest))!!).toString() shouldBe maps(deepest).toString()
            MarkedJson.readableText(maps(deepest + 1)).shouldBeNull()
        }
    })
