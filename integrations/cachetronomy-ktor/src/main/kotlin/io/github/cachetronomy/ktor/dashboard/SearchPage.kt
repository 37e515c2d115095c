package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.HttpStatusCode
import io.ktor.http.Parameters
import io.ktor.http.encodeURLParameter
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.RoutingCall
import io.ktor.server.routing.get
import kotlinx.html.FlowContent
import kotlinx.html.a
import kotlinx.html.h1
import kotlinx.html.nav
import kotlinx.html.p
import kotlinx.html.section

/** Entries by the beginning of their key, or by a tag. One whole key has its own page. */
internal fun Route.search(dashboard: Dashboard) {
    get("/search") {
        val asked = call.request.queryParameters
        val key = asked["q"].orEmpty()
        if (asked["how"] == "key" && key.isNotEmpty()) {
            call.response.header("Location", "entry?id=${idOf(key)}")
            call.respond(HttpStatusCode.SeeOther)
        } else {
            call.results(dashboard, Search.of(asked))
        }
    }
}

/** What is looked for, and which hundred of it. */
private class Search(
    /** Null = by [prefix]. */
    val tag: String?,
    val prefix: String,
    /** From 0. */
    val page: Int,
) {
    /** Where another page of the same is. */
    fun address(page: Int): String {
        val what = if (tag == null) "q=${prefix.encodeURLParameter()}" else "tag=${tag.encodeURLParameter()}"
        return "search?$what&page=${page + 1}"
    }

    companion object {
        fun of(asked: Parameters): Search {
            val page = asked["page"]?.toIntOrNull() ?: 1
            return Search(asked["tag"], asked["q"].orEmpty(), page.coerceIn(1, MOST_PAGES) - 1)
        }
    }
}

private suspend fun RoutingCall.results(
    dashboard: Dashboard,
    search: Search,
) {
    val found =
        dashboard.asking.ask {
            with(dashboard.cache) {
                if (search.tag == null) byPrefix(search.prefix, search.page) else byTag(search.tag, search.page)
            }
        }
    val frame = frame(dashboard)
    respondPage("Search", frame) {
        h1 {
            +(if (search.tag == null) "Keys that begin with " else "Entries with the tag ")
            keyText(search.tag ?: search.prefix)
        }
        unread(found)
        if (found is Reading.Ready) {
            section("card") {
                list(frame, found.value)
                pages(search, found.value)
            }
        }
    }
}

private fun FlowContent.list(
    frame: Frame,
    found: Found,
) {
    grid(
        if (found.entries.isEmpty()) "Live entries" else "Live entries ${found.first} to ${found.last}, by key",
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

private fun FlowContent.pages(
    search: Search,
    found: Found,
) {
    val isLast = search.page == MOST_PAGES - 1
    if (found.more && isLast) p { +"There are more. Say more of the key to see them." }
    if (search.page == 0 && !found.more) return
    nav("pages") {
        attributes["aria-label"] = "Pages"
        if (search.page > 0) a(href = search.address(search.page - 1)) { +"← The ones before" }
        if (found.more && !isLast) a(href = search.address(search.page + 1)) { +"The next ones →" }
    }
}

/** Each page passes by those before it, so the last ones take longest. */
private const val MOST_PAGES = 1_000
