package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.ktor.http.HttpStatusCode
import io.ktor.server.request.receiveParameters
import io.ktor.server.routing.Route
import io.ktor.server.routing.RoutingCall
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import kotlinx.html.DL
import kotlinx.html.FlowContent
import kotlinx.html.code
import kotlinx.html.dd
import kotlinx.html.dl
import kotlinx.html.dt
import kotlinx.html.h1
import kotlinx.html.h2
import kotlinx.html.hiddenInput
import kotlinx.html.p
import kotlinx.html.pre
import kotlinx.html.section

/** One key: its entry, or why a reader would find none. By POST where it is too long for an address. */
internal fun Route.entry(dashboard: Dashboard) {
    get("/entry") { call.entry(dashboard, call.request.queryParameters["id"]) }
    post("/entry") {
        val form = call.receiveParameters()
        val refusal = dashboard.csrf.refusal(call, form["token"])
        if (refusal != null) {
            call.message(dashboard, HttpStatusCode.Forbidden, "Nothing is shown", refusal)
        } else {
            call.entry(dashboard, form["id"])
        }
    }
}

private suspend fun RoutingCall.entry(
    dashboard: Dashboard,
    id: String?,
) {
    val key = id?.let(::keyOf)
    if (key == null) {
        val text = "Keys have 1 to 65,536 characters."
        return message(dashboard, HttpStatusCode.BadRequest, "There is no such key", text)
    }
    val entry = dashboard.asking.ask { dashboard.cache.entry(key, dashboard.settings.showValues) }
    val frame = frame(dashboard)
    respondPage("Entry", frame) {
        h1 { +"Entry" }
        pre("whole key") { +shown(key) }
        unread(entry)
        if (entry is Reading.Ready) {
            verdict(entry.value)
            known(entry.value)
            value(entry.value, dashboard.settings.showValues)
        }
        if (frame.allowChanges) removal(frame, key)
    }
}

private fun FlowContent.verdict(entry: Entry) {
    section("card") {
        h2 { +"What a reader finds" }
        val missed = entry.lookup as? Lookup.Miss
        if (missed == null) {
            p { +"A value, ${if (entry.isInMemory) "in memory" else "in the file"}." }
        } else {
            p { +because(missed.reason) }
            p("empty") { +"The reason is ${missed.reason}." }
        }
    }
}

private fun because(reason: MissReason): String =
    when (reason) {
        MissReason.ABSENT -> "Nothing: there is no entry under this key."
        MissReason.EXPIRED -> "Nothing: the time of the entry is over."
        MissReason.VERSION -> "Nothing: the entry has another version than is asked for."
        MissReason.SHAPE -> "Only who reads it as the class that it was written from finds it."
        MissReason.DECODING -> "Only who knows its type finds it: this page cannot decode it without."
        MissReason.FORMAT -> "Nothing: no serializer is registered for its format."
        MissReason.DAMAGED -> "Nothing: the row is damaged."
        MissReason.CLOCK -> "Nothing: it was written at a time that is yet to come; a clock was set back since."
        MissReason.UNAVAILABLE -> "Nothing just now: the file cannot be read."
    }

private fun FlowContent.known(entry: Entry) {
    section("card") {
        h2 { +"What is known of it" }
        dl("facts") {
            entry.metadata?.let { facts(it) }
            entry.row?.forEach { (column, value) -> fact(column, value?.toString() ?: "nothing") }
            val reads = entry.reads
            fact("Reads", if (reads == null) "none counted" else count(reads.reads))
            if (reads != null) fact("Last read", time(reads.lastAccessed))
        }
    }
}

private fun DL.facts(metadata: EntryMetadata) {
    fact("Size", bytes(metadata.size.toLong()))
    fact("Format", metadata.format)
    fact("Expires", metadata.expiresAt?.let(::time) ?: "never")
    fact("Written", metadata.createdAt?.let(::time) ?: "unknown: another program wrote it")
    fact("Tags", metadata.tags.joinToString().ifEmpty { "none" })
    fact("Version", metadata.version.toString())
    fact("Saved by profile", metadata.savedByProfile)
    fact("In the file", if (metadata.stored) "yes" else "not yet")
}

private fun DL.fact(
    name: String,
    value: String,
) {
    dt { +name }
    dd { +cut(shown(value), most = 400) }
}

private fun FlowContent.value(
    entry: Entry,
    show: Boolean,
) {
    if (entry.metadata == null) return
    val hit = entry.lookup as? Lookup.Hit
    section("card") {
        h2 { +"Its value" }
        when {
            hit != null -> pre("value") { code { +valueText(hit.value) } }
            show -> p("empty") { +"It cannot be shown without its type." }
            else -> p("empty") { +"Values are not shown here." }
        }
    }
}

private fun FlowContent.removal(
    frame: Frame,
    key: String,
) {
    section("card actions") {
        action("Take it out of memory…") {
            post(frame, Change.EVICT.action) {
                hiddenInput(name = "id") { value = idOf(key) }
                submit("Take it out of memory", "danger")
            }
        }
        action("Delete it…") {
            post(frame, Change.DELETE.action) {
                hiddenInput(name = "id") { value = idOf(key) }
                submit("Delete the entry", "danger")
            }
        }
    }
}
