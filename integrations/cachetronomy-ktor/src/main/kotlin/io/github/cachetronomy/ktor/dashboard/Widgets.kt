package io.github.cachetronomy.ktor.dashboard

import kotlinx.html.ButtonType
import kotlinx.html.FORM
import kotlinx.html.FlowContent
import kotlinx.html.FormMethod
import kotlinx.html.SECTION
import kotlinx.html.TD
import kotlinx.html.ThScope
import kotlinx.html.a
import kotlinx.html.button
import kotlinx.html.caption
import kotlinx.html.code
import kotlinx.html.div
import kotlinx.html.form
import kotlinx.html.h2
import kotlinx.html.hiddenInput
import kotlinx.html.id
import kotlinx.html.meter
import kotlinx.html.p
import kotlinx.html.section
import kotlinx.html.table
import kotlinx.html.tbody
import kotlinx.html.td
import kotlinx.html.th
import kotlinx.html.thead
import kotlinx.html.title
import kotlinx.html.tr

/** A part of the page; one that [isLive] is drawn anew while somebody looks. */
internal fun FlowContent.card(
    id: String,
    heading: String,
    isLive: Boolean = true,
    classes: String = "",
    content: SECTION.() -> Unit,
) {
    section("card $classes") {
        this.id = id
        attributes["aria-labelledby"] = "$id-heading"
        if (isLive) attributes["data-part"] = ""
        h2 {
            this.id = "$id-heading"
            +heading
        }
        content()
    }
}

/** A column of numbers stands to the right. */
internal class Column(
    val name: String,
    val isNumber: Boolean = false,
)

internal typealias Cell = TD.() -> Unit

/** Scrolls inside of its own box where it is too wide. */
internal fun FlowContent.grid(
    caption: String,
    columns: List<Column>,
    rows: List<List<Cell>>,
    empty: String = "Nothing yet.",
) {
    if (rows.isEmpty()) {
        p("empty") { +"$caption: $empty" }
        return
    }
    div("scroll") {
        attributes["tabindex"] = "0"
        attributes["role"] = "region"
        attributes["aria-label"] = caption
        table {
            caption { +caption }
            thead {
                tr { columns.forEach { column -> th(ThScope.col, classes = align(column)) { +column.name } } }
            }
            tbody {
                rows.forEach { row ->
                    tr { row.forEachIndexed { i, cell -> td(align(columns[i])) { cell() } } }
                }
            }
        }
    }
}

private fun align(column: Column): String? = if (column.isNumber) "number" else null

internal fun row(vararg cells: Cell): List<Cell> = cells.asList()

internal fun textCell(text: String): Cell = { +text }

internal fun keyCell(
    frame: Frame,
    key: String,
): Cell = { keyLink(frame, key) }

/** How much of [most] it is, for the eye alone: the number stands beside it. */
internal fun barCell(
    value: Long,
    most: Long,
): Cell =
    {
        meter {
            attributes["aria-hidden"] = "true"
            min = "0"
            max = most.coerceAtLeast(1).toString()
            this.value = value.toString()
        }
    }

/** Leads to the key's own page. A key too long for an address goes by a form. */
internal fun FlowContent.keyLink(
    frame: Frame,
    key: String,
) {
    val id = idOf(key)
    if (id.length <= LONGEST_ID_IN_ADDRESS) {
        a(href = "${frame.base}entry?id=$id") { keyText(key) }
    } else {
        post(frame, "entry") {
            hiddenInput(name = "id") { value = id }
            button(type = ButtonType.submit, classes = "link") { keyText(key) }
        }
    }
}

internal fun FlowContent.keyText(key: String) {
    val safe = shown(key)
    code("key") {
        title = safe.take(LONGEST_TITLE)
        +cut(safe)
    }
}

internal fun FlowContent.post(
    frame: Frame,
    action: String,
    content: FORM.() -> Unit,
) {
    form(action = frame.base + action, method = FormMethod.post) {
        hiddenInput(name = "token") { value = frame.token }
        content()
    }
}

/** What could not be read, in the place where it would stand. */
internal fun FlowContent.unread(reading: Reading<*>) {
    val told =
        when (reading) {
            is Reading.Ready -> return
            is Reading.Late -> "The file has not answered yet. The rest of the page does not wait for it."
            is Reading.Failed -> shown(reading.reason)
        }
    p("unread") { +told }
}

internal fun FlowContent.submit(
    label: String,
    classes: String? = null,
) {
    button(type = ButtonType.submit, classes = classes) { +label }
}

private const val LONGEST_ID_IN_ADDRESS = 1_500
private const val LONGEST_TITLE = 10_000
