package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.server.application.install
import io.ktor.server.auth.authenticate
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import java.net.InetAddress
import java.net.UnknownHostException

/** Decides who gets to the routes that are built behind it. */
internal fun interface Guard {
    fun guard(
        route: Route,
        build: Route.() -> Unit,
    )

    /** Both: whom this one lets through, [next] looks at. */
    fun then(next: Guard): Guard = Guard { route, build -> guard(route) { next.guard(this, build) } }

    companion object {
        val OPEN: Guard = Guard { route, build -> route.build() }
    }
}

/** Lets in whom Ktor's `Authentication` lets in. Here alone its classes are needed. */
internal fun authenticatedBy(providers: List<String?>): Guard =
    Guard { route, build -> route.authenticate(*providers.toTypedArray(), build = build) }

/**
 * Lets in who connects from this machine. The name that is asked for has to be one of this machine, too: a page from
 * elsewhere, whose own name leads here for the moment, is asked for under that name.
 */
internal class LocalOnly(
    private val peer: (ApplicationCall) -> String = { it.request.local.remoteAddress },
) : Guard {
    override fun guard(
        route: Route,
        build: Route.() -> Unit,
    ) {
        route.install(
            createRouteScopedPlugin("CachetronomyDashboardLocalOnly") {
                onCall { call -> if (!isLocal(call)) call.respondText(REFUSAL, status = HttpStatusCode.Forbidden) }
            },
        )
        route.build()
    }

    private fun isLocal(call: ApplicationCall): Boolean {
        val asked =
            call.request.headers
                .getAll(HttpHeaders.Host)
                ?.singleOrNull() ?: return false
        return isLoopback(peer(call)) && isLoopback(hostOf(asked))
    }

    private companion object {
        const val REFUSAL = "The dashboard is for visitors on its own machine, who ask for localhost."
    }
}

/** The name in a Host header, without the port and the brackets around an address. */
private fun hostOf(header: String): String =
    if (header.startsWith("[")) header.substring(1).substringBefore("]") else header.substringBefore(":")

/**
 * Whether [host] is this machine by its address, or is called `localhost`. Nothing is looked up. Engines give an
 * address; one that was logged by name has that name, which Java checked to lead back to the address.
 */
internal fun isLoopback(host: String): Boolean {
    if (host.equals("localhost", ignoreCase = true) || IPV4_LOOPBACK.matches(host)) return true
    val address = host.substringBefore('%')
    if (':' !in address || !address.all { it in IPV6_CHARS }) return false
    return try {
        InetAddress.getByName(address).isLoopbackAddress
    } catch (_: UnknownHostException) {
        false
    }
}

private val IPV4_LOOPBACK = Regex("""127(\.\d{1,3}){3}""")
private const val IPV6_CHARS = "0123456789abcdefABCDEF:."
