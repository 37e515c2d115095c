package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CachetronomyException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.Parameters
import io.ktor.server.request.receiveParameters
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.RoutingCall
import io.ktor.server.routing.post
import kotlinx.coroutines.CancellationException

/** What a visitor can change, each with the words that tell it. */
internal enum class Change(
    val action: String,
    val done: String,
    /** Gives how many entries it concerned; null = that is not known. */
    val make: suspend Cachetronaut.(Parameters) -> Long?,
) {
    DELETE("delete", "deleted", { form -> if (delete(form.key())) 1 else 0 }),
    EVICT("evict", "taken out of memory", { form -> if (evict(form.key())) 1 else 0 }),
    EVICT_ALL("evict-all", "Memory is empty; the file still has its entries.", {
        evictAll()
        null
    }),
    CLEAR_TAG("clear-tag", "deleted", { form -> clearByTags(setOf(form.field("tag"))) }),
    CLEAR_EXPIRED("clear-expired", "deleted", { clearExpired().size.toLong() }),
    PROFILE("profile", "The profile is switched.", { form ->
        profiles.activate(form.field("name"))
        null
    }),
}

internal fun Route.changes(dashboard: Dashboard) {
    Change.entries.forEach { change -> post("/${change.action}") { call.change(dashboard, change) } }
}

private suspend fun RoutingCall.change(
    dashboard: Dashboard,
    change: Change,
) {
    val form = receiveParameters()
    val refusal = dashboard.csrf.refusal(this, form["token"])
    when {
        refusal != null -> {
            message(dashboard, HttpStatusCode.Forbidden, "Nothing is changed", refusal)
        }

        !dashboard.settings.allowChanges -> {
            message(dashboard, HttpStatusCode.Forbidden, "Nothing is changed", "This dashboard only shows.")
        }

        else -> {
            make(dashboard, change, form)
        }
    }
}

private suspend fun RoutingCall.make(
    dashboard: Dashboard,
    change: Change,
    form: Parameters,
) {
    val number =
        try {
            change.make(dashboard.cache, form)
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (failure: CachetronomyException) {
            return message(dashboard, HttpStatusCode.ServiceUnavailable, "It could not be done", failure.message)
        } catch (refused: IllegalArgumentException) {
            return message(dashboard, HttpStatusCode.BadRequest, "It could not be done", refused.message)
        } catch (readOnly: IllegalStateException) {
            return message(dashboard, HttpStatusCode.Conflict, "It could not be done", readOnly.message)
        }
    dashboard.records.forget()
    dashboard.figures.forget()
    val told = "done=${change.action}" + number?.let { "&count=$it" }.orEmpty()
    response.header(HttpHeaders.Location, "${home(dashboard.path)}?$told")
    respond(HttpStatusCode.SeeOther)
}

private fun Parameters.key(): String = requireNotNull(keyOf(field("id"))) { "there can be no such key" }

private fun Parameters.field(name: String): String = requireNotNull(this[name]) { "the form has no field $name" }
