package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.HttpHeaders
import io.ktor.server.application.RouteScopedPlugin
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.server.application.isHandled
import io.ktor.server.response.header

/** What every answer says, a refusal too: nothing from elsewhere runs here, nobody frames it, and no other site is told of it. */
internal val SafeHeaders: RouteScopedPlugin<Unit> =
    createRouteScopedPlugin("CachetronomyDashboardHeaders") {
        onCall { call ->
            call.response.header("Content-Security-Policy", POLICY)
            // Not "no-referrer": browsers then hide the origin of our own forms, too.
            call.response.header("Referrer-Policy", "same-origin")
            call.response.header("X-Content-Type-Options", "nosniff")
            call.response.header("X-Frame-Options", "DENY")
            call.response.header("Cross-Origin-Resource-Policy", "same-origin")
        }
    }

/** What every page says: it shows what is true now, and for this visitor. */
internal val NotKept: RouteScopedPlugin<Unit> =
    createRouteScopedPlugin("CachetronomyDashboardNotKept") {
        onCall { call ->
            // A guard may have refused the call, and then there is no page.
            if (!call.isHandled) call.response.header(HttpHeaders.CacheControl, "no-store")
        }
    }

private const val POLICY =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
