package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.HttpStatusCode
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.RoutingCall
import io.ktor.server.routing.get
import kotlinx.html.FlowContent
import kotlinx.html.h1
import kotlinx.html.p
import kotlinx.html.section

/** Entries by the beginning of their key, or by a tag. One whole key has its own page. */
internal fun Route.search(dashboard: Dashboard) {
    get("/search") {
        val asked = call.request.queryParameters["q"].orEmpty()
        val tag = call.request.queryParameters["tag"]
        if (tag == null && asked.isNotEmpty() && call.request.queryParameters["how"] == "key") {
            call.response.header("Location", "entry?id=${idOf(asked)}")
            call.respond(HttpStatusCode.SeeOther)
        } else {
            val found =
                dashboard.asking.ask {
                    dashboard.cache.run {
                        if (tag ==
                            null
                        ) {
                            byPrefix(asked)
                        } else {
                            byTag(tag)
                        }
                    }
                }
            call.results(
                dashboard,
                if (tag ==
                    null
                ) {
                    "Keys that begin with "
                } else {
                    "Entries with the tag "
                },
                tag ?: asked,
                found,
            )
        }
    }
}

private suspend fun RoutingCall.results(
    dashboard: Dashboard,
    said: String,
    asked: String,
    found: Reading<Found>,
) {
    val frame = frame(dashboard)
    respondPage("Search", frame) {
        h1 {
            +said
            keyText(asked)
        }
        unread(found)
        if (found is Reading.Ready) section("card") { list(frame, found.value) }
    }
}

private fun FlowContent.list(
    frame: Frame,
    found: Found,
) {
    if (found.more) p { +"These are the first ${found.entries.size}, by key. Say more of the key to see others." }
    grid(
        "Live entries, by key",
        listOf(
            Column("Key"),
            Column("Bytes", isNumber = true),
            Column("Format"),
            Column("Expires"),
            Column("Tags"),
            Column("Profile"),
        ),
        found.entries.map { entry ->
            val metadata = entry.metadata
            row(
                keyCell(frame, entry.key),
                textCell(metadata?.let { bytes(it.size.toLong()) } ?: "gone"),
                textCell(metadata?.format?.let(::shown).orEmpty()),
                textCell(metadata?.let { it.expiresAt?.let(::time) ?: "never" }.orEmpty()),
                textCell(cut(shown(metadata?.tags?.joinToString().orEmpty()))),
                textCell(cut(shown(metadata?.savedByProfile.orEmpty()), most = 30)),
            )
        },
        empty = "none.",
    )
}
