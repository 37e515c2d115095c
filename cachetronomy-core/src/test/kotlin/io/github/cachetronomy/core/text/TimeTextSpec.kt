package io.github.cachetronomy.core.text

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.time.Instant
import java.time.LocalDateTime
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter

private const val FIRST = -62_135_596_800_000_000L

@Tags("fast")
class TimeTextSpec :
    FunSpec({
        val micros = Arb.long(FIRST..TimeText.NEVER)

        test("every microsecond of the years 1 to 9999 comes back as written") {
            checkAll(micros) { TimeText.parse(TimeText.format(it)) shouldBe it }
        }

        test("whole seconds come back as written") {
            checkAll(micros) { micro ->
                val second = Math.floorDiv(micro, 1_000_000L) * 1_000_000L
                TimeText.parse(TimeText.format(second)) shouldBe second
            }
        }

        test("the fraction has six digits or is absent, the offset is +00:00") {
            checkAll(micros) {
                TimeText.format(it) shouldMatch Regex("""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00""")
            }
        }

        test("the text is what java.time makes of it") {
            val seconds = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss")
            checkAll(micros) {
                val time = LocalDateTime.ofInstant(TimeText.instant(it), ZoneOffset.UTC)
                TimeText.format(it).take(19) shouldBe seconds.format(time)
            }
        }

        test("texts sort as their times do") {
            checkAll(micros, Arb.int(1..2_000_000)) { earlier, gap ->
                val later = earlier + gap
                if (later <= TimeText.NEVER) TimeText.format(earlier) shouldBeLessThan TimeText.format(later)
            }
        }

        listOf(
            4_102_444_799_516_821L to "2099-12-31T23:59:59.516821+00:00",
            4_102_444_800_000_000L to "2100-01-01T00:00:00+00:00",
            0L to "1970-01-01T00:00:00+00:00",
            1L to "1970-01-01T00:00:00.000001+00:00",
            -1L to "1969-12-31T23:59:59.999999+00:00",
            100_000L to "1970-01-01T00:00:00.100000+00:00",
            951_782_400_000_000L to "2000-02-29T00:00:00+00:00",
            FIRST to "0001-01-01T00:00:00+00:00",
            TimeText.NEVER to "9999-12-31T23:59:59.999999+00:00",
        ).forEach { (micro, text) ->
            test("$micro µs is written as $text") {
                TimeText.format(micro) shouldBe text
                TimeText.parse(text) shouldBe micro
            }
        }

        listOf(
            "2030-01-01T12:00:00Z",
            "2030-01-01 12:00:00+00:00",
            "2030-01-01T12:00:00-00:00",
            "2030-01-01T14:00:00+02:00",
            "2030-01-01T07:00:00-05:00",
            "2030-01-01T17:45:00+05:45",
            "2030-01-02T11:59:00+23:59",
            "2030-01-01T12:00:00.000+00:00",
            "2030-01-01T12:00:00.000000+00:00",
            "2030-01-01T12:00:00.000000999Z",
            "2029-12-31T12:01:00-23:59",
        ).forEach { text ->
            test("$text is read as noon UTC") { TimeText.parse(text) shouldBe 1_893_499_200_000_000L }
        }

        test("fractions of any length up to nine digits are read, cut after the sixth") {
            TimeText.parse("1970-01-01T00:00:00.5Z") shouldBe 500_000L
            TimeText.parse("1970-01-01T00:00:00.123Z") shouldBe 123_000L
            TimeText.parse("1970-01-01T00:00:00.123456Z") shouldBe 123_456L
            TimeText.parse("1970-01-01T00:00:00.123456789Z") shouldBe 123_456L
        }

        listOf(
            "",
            "never",
            "2030-01-01",
            "2030-01-01T12:00:00",
            "2030-01-01T12:00:00.5",
            "2030-01-01T12:00:00.+00:00",
            "2030-01-01T12:00:00.1234567890+00:00",
            "2030-01-01T12:00:00,5+00:00",
            "2030-02-29T12:00:00+00:00",
            "2030-02-30T12:00:00+00:00",
            "2030-13-01T12:00:00+00:00",
            "2030-00-01T12:00:00+00:00",
            "2030-01-00T12:00:00+00:00",
            "2030-01-01T24:00:00+00:00",
            "2030-01-01T12:60:00+00:00",
            "2030-01-01T12:00:60+00:00",
            "2030-01-01T12:00+00:00",
            "2030-01-01T12:00:00+00",
            "2030-01-01T12:00:00+0000",
            "2030-01-01T12:00:00+24:00",
            "2030-01-01T12:00:00+00:60",
            "2030-01-01T12:00:00 00:00",
            "2030-01-01T12:00:00 +00:00",
            "2030-01-01T12:00:00+00:00 ",
            " 2030-01-01T12:00:00+00:00",
            "2030-01-01t12:00:00+00:00",
            "2030-01-01T12:00:00z",
            "2030-01-01T12:00:00ZZ",
            "2030-1-1T12:00:00+00:00",
            "20300101T120000+00:00",
            "0000-01-01T12:00:00+00:00",
            "year-01-01T12:00:00+00:00",
            "12030-01-01T12:00:00+00:00",
            "-030-01-01T12:00:00+00:00",
            "2030-01-01T12:00:-1+00:00",
            "2030/01/01T12:00:00+00:00",
            "2030-01-01T12.00.00+00:00",
            "\u0662\u0660\u0663\u0660-01-01T12:00:00+00:00",
            "2030-01-01T12:00:00+00:00\u0000",
            "1893499200",
            "2030-01-01T12:00:00+-1:00",
        ).forEach { text ->
            test("«$text» is no time") { TimeText.parse(text).shouldBeNull() }
        }

        test("a text cut anywhere is no time") {
            val text = "2030-01-01T12:00:00.123456+00:00"
            for (length in text.indices) TimeText.parse(text.take(length)).shouldBeNull()
        }

        test("what an offset carries past the years 1 to 9999 is read as their first or last microsecond") {
            TimeText.parse("9999-12-31T23:59:59-05:00") shouldBe TimeText.NEVER
            TimeText.parse("0001-01-01T00:00:00+05:00") shouldBe FIRST
        }

        test("instants become microseconds, and come back") {
            TimeText.micros(Instant.parse("1970-01-01T00:00:00.000001999Z")) shouldBe 1L
            TimeText.micros(Instant.parse("1969-12-31T23:59:59.999999Z")) shouldBe -1L
            checkAll(micros) { TimeText.micros(TimeText.instant(it)) shouldBe it }
        }

        test("instants too far away become the nearest number there is") {
            TimeText.micros(Instant.MAX) shouldBe Long.MAX_VALUE
            TimeText.micros(Instant.MIN) shouldBe Long.MIN_VALUE
        }
    })
