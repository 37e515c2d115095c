package io.github.cachetronomy.core.text

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.property.Arb
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll

@Tags("fast")
class TagTextSpec :
    FunSpec({
        // The right side is what Python's json.dumps gives for the left.
        listOf(
            emptyList<String>() to "[]",
            listOf("users") to """["users"]""",
            listOf("users", "api") to """["users", "api"]""",
            listOf("b", "a", "b") to """["b", "a", "b"]""",
            listOf("") to """[""]""",
            listOf("\u00fcber", "\u20ac") to """["\u00fcber", "\u20ac"]""",
            listOf("\uD83D\uDE00") to """["\ud83d\ude00"]""",
            listOf("say \"hi\"", "back\\slash", "a/b") to """["say \"hi\"", "back\\slash", "a/b"]""",
            listOf("\n\r\t\b\u000c") to """["\n\r\t\b\f"]""",
            listOf("\u0000\u001f\u007f\u0080") to """["\u0000\u001f\u007f\u0080"]""",
            listOf(" ~") to """[" ~"]""",
        ).forEach { (tags, text) ->
            test("tags are written as Python writes $text") {
                TagText.format(tags) shouldBe text
                TagText.parse(text) shouldBe tags
            }
        }

        test("any tags come back as written, in ASCII") {
            checkAll(Arb.list(texts, 0..5)) { tags ->
                val text = TagText.format(tags)
                text shouldMatch Regex("[ -~]*")
                TagText.parse(text) shouldBe tags
            }
        }

        test("other spellings of the same list are read") {
            TagText.parse("""[ "a","b" ]""") shouldBe listOf("a", "b")
            TagText.parse("[ ]") shouldBe emptyList<String>()
            TagText.parse("[\"\u00fc\"]") shouldBe listOf("\u00fc")
            TagText.parse("""["\u00FC"]""") shouldBe listOf("\u00fc")
        }

        listOf(
            "",
            " ",
            "null",
            "{}",
            "\"a\"",
            "a",
            "[",
            "]",
            "[a]",
            "[1]",
            "[true]",
            "[null]",
            "[[]]",
            """["a", 1]""",
            """["a"""",
            """["a"],""",
            """{"a": "b"}""",
            """["a" "b"]""",
        ).forEach { text ->
            test("«$text» is no list of texts") { TagText.parse(text).shouldBeNull() }
        }

        test("brackets without end are no list of texts and harm nothing") {
            TagText.parse("[".repeat(100_000)).shouldBeNull()
            TagText.parse("[".repeat(100_000) + "]".repeat(100_000)).shouldBeNull()
        }
    })
