package io.github.cachetronomy.ktor.dashboard

import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.util.Base64
import java.util.HexFormat
import java.util.Locale

/** [text] on one line: what a browser or a terminal would obey, or could not show, becomes an escape. */
internal fun shown(text: String): String {
    if (text.codePoints().noneMatch(::isUnsafe)) return text
    val safe = StringBuilder(text.length + 16)
    text.codePoints().forEach { c ->
        when {
            c == '\n'.code -> safe.append("\\n")
            c == '\r'.code -> safe.append("\\r")
            c == '\t'.code -> safe.append("\\t")
            !isUnsafe(c) -> safe.appendCodePoint(c)
            Character.isBmpCodePoint(c) -> safe.append("\\u").append(HEX.toHexDigits(c.toLong(), 4))
            else -> safe.append("\\U").append(HEX.toHexDigits(c.toLong(), 8))
        }
    }
    return safe.toString()
}

/** As the command line has it: controls, marks that turn the direction of writing, and what is no character. */
private fun isUnsafe(c: Int): Boolean = Character.getType(c).toByte() in UNSAFE

private val UNSAFE =
    setOf(
        Character.CONTROL,
        Character.FORMAT,
        Character.SURROGATE,
        Character.LINE_SEPARATOR,
        Character.PARAGRAPH_SEPARATOR,
        Character.UNASSIGNED,
    )

private val HEX = HexFormat.of().withUpperCase()

/** [text] without its middle where it is long: its beginning and its end tell it from others. */
internal fun cut(
    text: String,
    most: Int = 48,
): String {
    if (text.length <= most) return text
    val end = most / 3
    return "${whole(text.take(most - end))}…${whole(text.takeLast(end))}"
}

/** Without the halves of characters that a cut leaves at either side. */
private fun whole(text: String): String = text.dropWhile(Char::isLowSurrogate).dropLastWhile(Char::isHighSurrogate)

/** A key as links and forms carry it: browsers change line ends, and what they cannot show. */
internal fun idOf(key: String): String = ID_ENCODER.encodeToString(key.toByteArray())

/** The key of an [id]; null where it is none. */
internal fun keyOf(id: String): String? =
    try {
        Base64
            .getUrlDecoder()
            .decode(id)
            .toString(Charsets.UTF_8)
            .takeIf { it.isNotEmpty() && it.length <= LONGEST_KEY && idOf(it) == id }
    } catch (_: IllegalArgumentException) {
        null
    }

private val ID_ENCODER = Base64.getUrlEncoder().withoutPadding()

internal const val LONGEST_KEY = 65_536

internal fun count(number: Long): String = String.format(Locale.ROOT, "%,d", number).replace(',', '\u202F')

internal fun percent(ratio: Double): String = String.format(Locale.ROOT, "%.1f %%", ratio * 100)

internal fun millis(millis: Double): String =
    String.format(Locale.ROOT, if (millis < 10) "%.2f ms" else "%.0f ms", millis)

internal fun bytes(bytes: Long): String {
    var size = bytes.toDouble()
    var unit = 0
    while (size >= 1024 && unit < UNITS.lastIndex) {
        size /= 1024
        unit++
    }
    return if (unit == 0) "$bytes B" else String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit])
}

private val UNITS = listOf("B", "KiB", "MiB", "GiB", "TiB")

internal fun time(instant: Instant): String = TIME.format(instant)

internal fun timeOfDay(instant: Instant): String = TIME_OF_DAY.format(instant)

private val TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC)
private val TIME_OF_DAY = DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC)

/** In its two largest units. */
internal fun span(duration: Duration): String {
    val parts =
        listOf(
            duration.toDaysPart() to "d",
            duration.toHoursPart().toLong() to "h",
            duration.toMinutesPart().toLong() to "min",
            duration.toSecondsPart().toLong() to "s",
        ).dropWhile { it.first == 0L }.take(2).filter { it.first != 0L }
    return parts.joinToString(" ") { (number, unit) -> "$number $unit" }.ifEmpty { "0 s" }
}

/** `STORE_SIZE` as `store size`. */
internal fun words(constant: Enum<*>): String = constant.name.lowercase(Locale.ROOT).replace('_', ' ')
