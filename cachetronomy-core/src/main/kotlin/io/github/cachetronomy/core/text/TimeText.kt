package io.github.cachetronomy.core.text

import java.time.DateTimeException
import java.time.Instant
import java.time.LocalDate

/**
 * Times as the file holds them: ISO 8601 with an offset and six fraction digits or none, the way
 * Python's `datetime.isoformat()` writes a time in UTC, for example
 * `2099-12-31T23:59:59.516821+00:00`. Inside the engine a time is a Long of microseconds since the
 * epoch.
 */
internal object TimeText {
    /** What «never» is stored as: the last microsecond of the year 9999. */
    const val NEVER: Long = 253_402_300_799_999_999L

    /** The first microsecond of the year 1, the earliest that a Python `datetime` can be. */
    private const val FIRST = -62_135_596_800_000_000L

    private const val MICROS = 1_000_000L
    private const val DAY = 86_400L
    private const val DATE_TIME_LENGTH = 19

    /** Writes [micros]; the caller keeps it within the years 1 to 9999. */
    fun format(micros: Long): String {
        val seconds = Math.floorDiv(micros, MICROS)
        val fraction = Math.floorMod(micros, MICROS).toInt()
        val date = LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY))
        val second = Math.floorMod(seconds, DAY).toInt()
        val text = StringBuilder(32)
        text
            .digits(date.year, 4)
            .append('-')
            .digits(date.monthValue, 2)
            .append('-')
            .digits(date.dayOfMonth, 2)
        text
            .append('T')
            .digits(second / 3600, 2)
            .append(':')
            .digits(second / 60 % 60, 2)
            .append(':')
            .digits(second % 60, 2)
        if (fraction != 0) text.append('.').digits(fraction, 6)
        return text.append("+00:00").toString()
    }

    /**
     * Reads a time, or gives null where the text is none: a date, `T` or a space, a time of day, up
     * to nine fraction digits, and an offset, which must be there. Digits past the sixth are cut. What
     * the offset carries past the years 1 to 9999 is their first or last microsecond.
     */
    fun parse(text: String): Long? {
        if (text.length <= DATE_TIME_LENGTH || text[4] != '-' || text[7] != '-') return null
        if ((text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') return null
        val year = text.number(0, 4)
        val hour = text.number(11, 13)
        val minute = text.number(14, 16)
        val second = text.number(17, 19)
        if (year < 1 || hour !in 0..23 || minute !in 0..59 || second !in 0..59) return null
        var at = DATE_TIME_LENGTH
        var fraction = 0L
        if (text[at] == '.') {
            val from = ++at
            while (at < text.length && text[at] in '0'..'9') at++
            if (at - from !in 1..9) return null
            fraction = text.substring(from, minOf(at, from + 6)).padEnd(6, '0').toLong()
        }
        val offset = offsetSeconds(text, at) ?: return null
        val day =
            try {
                LocalDate.of(year, text.number(5, 7), text.number(8, 10)).toEpochDay()
            } catch (_: DateTimeException) {
                return null
            }
        val seconds = day * DAY + hour * 3600 + minute * 60 + second - offset
        return (seconds * MICROS + fraction).coerceIn(FIRST, NEVER)
    }

    /** [instant] in microseconds, cut; the nearest there is where it is hundreds of thousands of years away. */
    fun micros(instant: Instant): Long =
        try {
            Math.addExact(Math.multiplyExact(instant.epochSecond, MICROS), instant.nano / 1_000L)
        } catch (_: ArithmeticException) {
            if (instant.epochSecond < 0) Long.MIN_VALUE else Long.MAX_VALUE
        }

    fun instant(micros: Long): Instant =
        Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000)

    private fun offsetSeconds(
        text: String,
        at: Int,
    ): Int? {
        if (text.length == at + 1 && text[at] == 'Z') return 0
        if (text.length != at + 6 || text[at + 3] != ':') return null
        val hours = text.number(at + 1, at + 3)
        val minutes = text.number(at + 4, at + 6)
        if (hours !in 0..23 || minutes !in 0..59) return null
        return when (text[at]) {
            '+' -> hours * 3600 + minutes * 60
            '-' -> -(hours * 3600 + minutes * 60)
            else -> null
        }
    }

    /** The decimal digits from [from] until [to] as a number, or -1 where there are others. */
    private fun String.number(
        from: Int,
        to: Int,
    ): Int {
        var number = 0
        for (i in from until to) {
            val digit = this[i] - '0'
            if (digit !in 0..9) return -1
            number = number * 10 + digit
        }
        return number
    }

    private fun StringBuilder.digits(
        number: Int,
        width: Int,
    ): StringBuilder {
        var scale = 1
        repeat(width - 1) { scale *= 10 }
        var rest = number
        while (scale > 0) {
            append('0' + rest / scale)
            rest %= scale
            scale /= 10
        }
        return this
    }
}
