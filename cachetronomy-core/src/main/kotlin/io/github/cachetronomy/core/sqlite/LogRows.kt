package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.text.TimeText
import org.jetbrains.exposed.v1.core.Column
import org.jetbrains.exposed.v1.core.Op
import org.jetbrains.exposed.v1.core.ResultRow
import org.jetbrains.exposed.v1.core.and
import org.jetbrains.exposed.v1.core.less
import org.jetbrains.exposed.v1.core.like
import java.time.Instant

/** What both logs have in common. A row with something unreadable in it is still worth showing. */
internal object LogRows {
    private const val CHUNK = 500
    private const val UTC = "%T%+00:00"

    /** The text of [column], empty where there is none. */
    fun text(
        row: ResultRow,
        column: Column<String>,
    ): String {
        val text: String? = row.getOrNull(column)
        return text.orEmpty()
    }

    /** The time of [column], the epoch where it is none. */
    fun time(
        row: ResultRow,
        column: Column<String>,
    ): Instant = TimeText.parse(text(row, column))?.let(TimeText::instant) ?: Instant.EPOCH

    /** Rows with a time before [time]; what is no time in UTC is before nothing. */
    fun before(
        column: Column<String>,
        time: Instant,
    ): Op<Boolean> = (column less TimeText.format(TimeText.micros(time))) and (column like UTC)

    /** As many [places] at a time as a statement may have parameters. */
    fun chunked(
        places: List<Long>,
        delete: (List<Long>) -> Unit,
    ) = places.chunked(CHUNK).forEach(delete)
}
