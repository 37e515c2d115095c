package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.Cookie
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.server.application.install
import io.ktor.server.application.isHandled
import io.ktor.server.response.header
import io.ktor.server.response.respondRedirect
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import java.security.MessageDigest
import java.security.SecureRandom
import java.util.Base64
import java.util.concurrent.atomic.AtomicBoolean

/**
 * Lets in who brings a token, once: that browser gets a cookie for what is under [folder], is sent on there, and the
 * token is worth nothing from then on. Thread-safe.
 */
internal class OneTimeToken(
    private val folder: String,
) : Guard {
    private val random = SecureRandom()
    private val session = text()
    private val isUsed = AtomicBoolean()

    /** A browser has one store of cookies for all ports of a machine: another dashboard's shall not replace ours. */
    private val cookie = "cachetronomy_session_" + text().take(NAME_LENGTH)

    /** For the parameter `token` of an address. */
    val token: String = text()

    override fun guard(
        route: Route,
        build: Route.() -> Unit,
    ) {
        route.install(
            createRouteScopedPlugin("CachetronomyDashboardToken") {
                // Whom a guard before this one refused has had an answer, and uses nothing up.
                onCall { call -> if (!call.isHandled) admit(call) }
            },
        )
        route.build()
    }

    private suspend fun admit(call: ApplicationCall) {
        if (isSame(call.request.cookies[cookie], session)) return
        call.response.header(HttpHeaders.CacheControl, "no-store")
        if (!isSame(call.request.queryParameters["token"], token) || !isUsed.compareAndSet(false, true)) {
            return call.respondText(REFUSAL, status = HttpStatusCode.Forbidden)
        }
        call.response.cookies.append(
            Cookie(cookie, session, path = folder, httpOnly = true, extensions = mapOf("SameSite" to "Strict")),
        )
        call.respondRedirect(folder)
    }

    /** Takes as long for a nearly right one as for any other. */
    private fun isSame(
        given: String?,
        right: String,
    ): Boolean = given != null && MessageDigest.isEqual(given.toByteArray(), right.toByteArray())

    private fun text(): String =
        Base64.getUrlEncoder().withoutPadding().encodeToString(ByteArray(SIZE).also(random::nextBytes))

    private companion object {
        const val SIZE = 32
        const val NAME_LENGTH = 8
        const val REFUSAL = "This address was used already, or is not the one that was given."
    }
}
