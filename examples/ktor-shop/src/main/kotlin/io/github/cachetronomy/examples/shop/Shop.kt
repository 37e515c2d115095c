package io.github.cachetronomy.examples.shop

import io.github.cachetronomy.ktor.Cachetronomy
import io.github.cachetronomy.ktor.cacheResponses
import io.github.cachetronomy.ktor.cachetronomy
import io.github.cachetronomy.ktor.cachetronomyDashboard
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.install
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.server.util.getOrFail
import kotlinx.serialization.json.Json
import java.nio.file.Path
import kotlin.time.Duration.Companion.minutes

/** A shop whose answers come from a cache in [file] for ten minutes, and are right at once when a price changes. */
fun Application.shop(
    file: Path,
    catalogue: Catalogue,
) {
    install(Cachetronomy) { this.file = file }
    routing {
        cacheResponses(
            timeToLive = 10.minutes,
            tags = setOf("catalogue"),
            configure = { tags { call -> setOf("product:${call.parameters["id"] ?: "all"}") } },
        ) {
            get("/products") { call.respondJson(Json.encodeToString(catalogue.all())) }
            get("/products/{id}") {
                val product = catalogue.find(call.id) ?: return@get call.respond(HttpStatusCode.NotFound)
                call.respondJson(Json.encodeToString(product))
            }
        }
        post("/products/{id}/price") {
            val id = call.id
            val cents = call.request.queryParameters.getOrFail<Long>("cents")
            val product = catalogue.price(id, cents) ?: return@post call.respond(HttpStatusCode.NotFound)
            call.cachetronomy.clearByTags(setOf("product:$id", "product:all"))
            call.respondJson(Json.encodeToString(product))
        }
        cachetronomyDashboard {
            localOnly = true
            showValues = true
        }
    }
}

private val ApplicationCall.id: Int get() = parameters.getOrFail<Int>("id")

private suspend fun ApplicationCall.respondJson(json: String) = respondText(json, ContentType.Application.Json)
