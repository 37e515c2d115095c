package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.HttpStatusCode
import io.ktor.server.html.respondHtml
import io.ktor.server.request.path
import io.ktor.server.routing.RoutingCall
import kotlinx.html.FlowContent
import kotlinx.html.FormMethod
import kotlinx.html.HTML
import kotlinx.html.InputType
import kotlinx.html.a
import kotlinx.html.body
import kotlinx.html.button
import kotlinx.html.form
import kotlinx.html.h1
import kotlinx.html.head
import kotlinx.html.header
import kotlinx.html.id
import kotlinx.html.input
import kotlinx.html.lang
import kotlinx.html.link
import kotlinx.html.main
import kotlinx.html.meta
import kotlinx.html.p
import kotlinx.html.script
import kotlinx.html.span
import kotlinx.html.title

/** What every page needs to know of where it is and who looks at it. */
internal class Frame(
    /** The dashboard's folder, seen from this page: ends with a slash. */
    val base: String,
    /** The first page, seen from this one. */
    val home: String,
    /** What forms have to bring. */
    val token: String,
    val allowChanges: Boolean,
)

/** Names are relative, so that they hold behind a proxy that puts something in front of the path. */
internal fun RoutingCall.frame(
    dashboard: Dashboard,
    isFirst: Boolean = false,
): Frame {
    val inFolder = !isFirst || request.path().endsWith("/")
    val name = dashboard.path.trimEnd('/').substringAfterLast('/')
    return Frame(
        base = if (inFolder) "./" else "$name/",
        home = if (inFolder) home(dashboard.path) else name,
        token = dashboard.csrf.token(this),
        allowChanges = dashboard.settings.allowChanges,
    )
}

/** The first page of a dashboard under [path], seen from its folder. */
internal fun home(path: String): String {
    val name = path.trimEnd('/').substringAfterLast('/')
    return if (name.isEmpty()) "./" else "../$name"
}

internal suspend fun RoutingCall.respondPage(
    title: String,
    frame: Frame,
    status: HttpStatusCode = HttpStatusCode.OK,
    isLive: Boolean = false,
    content: FlowContent.() -> Unit,
) {
    respondHtml(status) { page(title, frame, isLive, content) }
}

/** A page that says one thing. */
internal suspend fun RoutingCall.message(
    dashboard: Dashboard,
    status: HttpStatusCode,
    heading: String,
    text: String?,
) {
    val frame = frame(dashboard)
    respondPage(heading, frame, status) {
        h1 { +heading }
        p { +shown(text.orEmpty()) }
        p { a(href = frame.home) { +"Back to the dashboard" } }
    }
}

private fun HTML.page(
    title: String,
    frame: Frame,
    isLive: Boolean,
    content: FlowContent.() -> Unit,
) {
    lang = "en"
    head {
        meta(charset = "utf-8")
        meta(name = "viewport", content = "width=device-width, initial-scale=1")
        meta(name = "color-scheme", content = "light dark")
        title("$title · Cachetronomy")
        link(rel = "icon", href = frame.base + Assets.path(Assets.ICON), type = "image/svg+xml")
        link(rel = "stylesheet", href = frame.base + Assets.path(Assets.STYLE))
        if (isLive) {
            script(src = frame.base + Assets.path(Assets.CHARTS)) { defer = true }
            script(src = frame.base + Assets.path(Assets.SCRIPT)) { defer = true }
        }
    }
    body {
        if (isLive) attributes["data-live"] = frame.base + "live"
        header {
            a(href = frame.home, classes = "brand") { +"Cachetronomy" }
            searchForm(frame)
            if (isLive) {
                span("live") {
                    id = "live"
                    attributes["role"] = "status"
                }
            }
        }
        main { content() }
    }
}

private fun FlowContent.searchForm(frame: Frame) {
    form(action = frame.base + "search", method = FormMethod.get, classes = "search") {
        attributes["role"] = "search"
        input(InputType.search, name = "q") {
            attributes["aria-label"] = "A key, or its beginning"
            placeholder = "A key, or its beginning"
            required = true
            autoComplete = "off"
        }
        button(classes = "primary") {
            name = "how"
            value = "prefix"
            +"Search"
        }
        button {
            name = "how"
            value = "key"
            +"This key"
        }
    }
}
