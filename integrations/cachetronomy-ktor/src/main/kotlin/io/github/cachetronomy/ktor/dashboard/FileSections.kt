package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheVolume
import io.ktor.http.encodeURLParameter
import kotlinx.html.FlowContent
import kotlinx.html.InputType
import kotlinx.html.a
import kotlinx.html.details
import kotlinx.html.div
import kotlinx.html.id
import kotlinx.html.input
import kotlinx.html.label
import kotlinx.html.p
import kotlinx.html.summary

/** What the file holds, whole: of all namespaces. */
internal fun FlowContent.shares(
    frame: Frame,
    figures: Reading<Figures>,
) {
    card("file", "The file") {
        unread(figures)
        if (figures !is Reading.Ready) return@card
        with(figures.value) {
            p { +summary(volume) }
            div("columns") {
                share("By tag", "Tag", byTag, link = { frame.base + "search?tag=" + it.encodeURLParameter() })
                share("By profile", "Profile", byProfile)
                share("By format", "Format", byFormat)
                share("By size", "Size", bySize)
            }
        }
    }
}

private fun summary(volume: CacheVolume): String =
    "${count(volume.liveEntries)} live entries, ${count(volume.expiredEntries)} expired ones still there, " +
        "${bytes(volume.valueBytes)} of values; ${bytes(volume.bytesOnDisk)} on the disk, " +
        "of which ${bytes(volume.freeBytes)} are free."

private fun FlowContent.share(
    caption: String,
    column: String,
    shares: List<Share>,
    link: ((String) -> String)? = null,
) {
    val most = shares.maxOfOrNull { it.entries } ?: 0
    div {
        grid(
            caption,
            listOf(Column(column), Column("Entries", isNumber = true), Column("Bytes", isNumber = true), Column("")),
            shares.map { share ->
                row(
                    {
                        val fits = share.name.length <= LONGEST_TAG_IN_ADDRESS
                        if (link != null &&
                            fits
                        ) {
                            a(href = link(share.name)) { keyText(share.name) }
                        } else {
                            keyText(share.name)
                        }
                    },
                    textCell(count(share.entries)),
                    textCell(bytes(share.bytes)),
                    barCell(share.entries, most),
                )
            },
            empty = "none.",
        )
    }
}

/** What removes more than one entry. */
internal fun FlowContent.changes(frame: Frame) {
    card("changes", "Clean up", isLive = false) {
        div("actions") {
            action("Delete by tag…") {
                post(frame, Change.CLEAR_TAG.action) {
                    label {
                        htmlFor = "clear-tag"
                        +"Every entry with the tag"
                    }
                    input(InputType.text, name = "tag") {
                        id = "clear-tag"
                        required = true
                        autoComplete = "off"
                    }
                    submit("Delete them", "danger")
                }
            }
            action("Delete what is expired…") {
                post(frame, Change.CLEAR_EXPIRED.action) { submit("Delete expired entries", "danger") }
            }
            action("Empty memory…") {
                p { +"The file keeps its entries; the next reads are slower." }
                post(frame, Change.EVICT_ALL.action) { submit("Empty memory", "danger") }
            }
        }
    }
}

/** Two steps, so that nothing is removed by one wrong touch; and no script is needed to ask. */
internal fun FlowContent.action(
    label: String,
    content: FlowContent.() -> Unit,
) {
    details("action") {
        summary { +label }
        content()
    }
}

private const val LONGEST_TAG_IN_ADDRESS = 300
