package io.github.cachetronomy.examples.readme

import io.github.cachetronomy.ktor.Cachetronomy
import io.github.cachetronomy.ktor.cacheResponses
import io.github.cachetronomy.ktor.cachetronomy
import io.github.cachetronomy.ktor.cachetronomyDashboard
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.response.respond
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.util.getOrFail
import kotlin.io.path.Path
import kotlin.time.Duration.Companion.seconds

/** The Ktor application of the README. */
fun Application.shop(
    users: Users,
    products: () -> List<String>,
) {
    // readme:begin kotlin-ktor
    install(Cachetronomy) { file = Path("app.db") }
    routing {
        get("/users/{id}") {
            val id = call.parameters.getOrFail("id")
            call.respond(call.cachetronomy.cached("user:$id") { users.find(id) })
        }
        cacheResponses(timeToLive = 30.seconds, tags = setOf("catalog")) {
            get("/products") { call.respond(products()) }
        }
        cachetronomyDashboard { authenticatedBy("admins") } // or localOnly = true on your own machine
    }
    // readme:end
}

/** Where users come from. */
fun interface Users {
    /** The user's name. */
    fun find(id: String): String
}
