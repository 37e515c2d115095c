package io.github.cachetronomy.ktor.dashboard

import kotlinx.html.FlowContent
import kotlinx.html.canvas
import kotlinx.html.details
import kotlinx.html.div
import kotlinx.html.h2
import kotlinx.html.h3
import kotlinx.html.id
import kotlinx.html.noScript
import kotlinx.html.p
import kotlinx.html.section
import kotlinx.html.summary
import java.time.temporal.ChronoUnit

/** The last ten minutes: drawn by the script, and in a table for whoever wants numbers. */
internal fun FlowContent.charts(history: List<Sample>) {
    section("card") {
        id = "charts"
        attributes["aria-labelledby"] = "charts-heading"
        h2 {
            id = "charts-heading"
            +"The last ten minutes"
        }
        noScript { p("empty") { +"Charts and live numbers need scripts. The table has the same figures." } }
        div("charts") {
            CHARTS.forEach { (id, heading) -> chart(id, heading) }
        }
        minutes(history)
    }
}

private fun FlowContent.chart(
    id: String,
    heading: String,
) {
    div("chart") {
        h3 { +heading }
        div("plot") {
            canvas {
                this.id = id
                attributes["role"] = "img"
                attributes["aria-label"] = "$heading over the last ten minutes; the table below has the figures"
            }
        }
    }
}

private fun FlowContent.minutes(history: List<Sample>) {
    details {
        id = "minutes"
        attributes["data-part"] = ""
        summary { +"As a table" }
        val byMinute = history.groupBy { it.at.truncatedTo(ChronoUnit.MINUTES) }
        val rows =
            byMinute.entries.reversed().map { (minute, samples) ->
                val sum = samples.reduce(Sample::plus)
                row(
                    textCell(timeOfDay(minute)),
                    textCell(sum.hitRatio?.let(::percent) ?: "–"),
                    textCell(count(sum.memoryHits)),
                    textCell(count(sum.storeHits)),
                    textCell(count(sum.misses)),
                    textCell(sum.meanLoadTime?.let(::millis) ?: "–"),
                    textCell(
                        sum.evictions
                            .filterValues { it > 0 }
                            .entries
                            .joinToString { "${it.value} ${words(it.key)}" },
                    ),
                )
            }
        grid("What the cache did, minute by minute", COLUMNS, rows)
    }
}

private val CHARTS =
    listOf(
        "chart-ratio" to "Hit ratio",
        "chart-reads" to "Reads by where they were answered",
        "chart-load" to "Mean load time",
        "chart-evictions" to "Evictions by cause",
    )

private val COLUMNS =
    listOf(
        Column("Minute"),
        Column("Hit ratio", isNumber = true),
        Column("From memory", isNumber = true),
        Column("From the file", isNumber = true),
        Column("Missed", isNumber = true),
        Column("Mean load time", isNumber = true),
        Column("Evictions"),
    )
