package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.Profile
import io.ktor.http.HttpStatusCode
import io.ktor.server.routing.RoutingCall
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.html.div
import kotlinx.html.h1
import kotlinx.html.p

/** What memory knows without asking anybody. */
internal class Now(
    val stats: CacheStats,
    val health: CacheHealth,
    val profile: Profile,
    val hotKeys: List<HotKey>,
    val history: List<Sample>,
)

/** The first page. */
internal suspend fun RoutingCall.overview(dashboard: Dashboard) {
    val now =
        try {
            dashboard.now()
        } catch (_: CacheClosedException) {
            return message(
                dashboard,
                HttpStatusCode.ServiceUnavailable,
                "The cache is closed",
                "It shows nothing more.",
            )
        }
    val (records, figures) =
        coroutineScope {
            val records = async { dashboard.records.look() }
            dashboard.figures.look().let { records.await() to it }
        }
    val frame = frame(dashboard, isFirst = true)
    val notice = notice()
    respondPage("Dashboard", frame, isLive = true) {
        h1("aside") { +"Dashboard" }
        if (notice != null) {
            p("notice") {
                attributes["role"] = "status"
                +notice
            }
        }
        tileRow(now.stats)
        charts(now.history)
        div("columns state") {
            health(now.health, records, figures)
            jobs(now)
            profiles(frame, now.profile, records)
        }
        div("columns") {
            hotKeys(frame, now.hotKeys)
            mostRead(frame, records)
        }
        evictions(frame, now.stats, records)
        shares(frame, figures)
        if (frame.allowChanges) changes(frame)
    }
}

private fun Dashboard.now() =
    Now(cache.stats(), cache.health(), cache.profiles.active, cache.hotKeys(MOST_HOT), samples.history())

/** What the last change did, as the address tells it. */
private fun RoutingCall.notice(): String? {
    val change = Change.entries.find { it.action == request.queryParameters["done"] } ?: return null
    val number = request.queryParameters["count"]?.toLongOrNull() ?: return change.done
    return "${count(number)} ${if (number == 1L) "entry" else "entries"} ${change.done}."
}

private const val MOST_HOT = 15
