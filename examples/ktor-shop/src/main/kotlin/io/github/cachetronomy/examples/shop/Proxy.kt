package io.github.cachetronomy.examples.shop

import io.github.cachetronomy.ktor.Cachetronomy
import io.github.cachetronomy.ktor.cacheResponses
import io.github.cachetronomy.ktor.keptValidators
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.install
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.httpMethod
import io.ktor.server.request.receive
import io.ktor.server.request.uri
import io.ktor.server.response.respond
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import kotlinx.coroutines.future.await
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import kotlin.io.path.Path

/** `Proxy PORT ORIGIN FILE`: answers on the loopback with what the server at ORIGIN says, and keeps what may be kept in FILE. */
fun main(args: Array<String>) {
    val (port, origin, file) = args
    embeddedServer(CIO, port.toInt(), host = "127.0.0.1") { proxy(URI(origin), Path(file)) }.start(wait = true)
}

/** Everything that [origin] has, through a cache in [file]. */
fun Application.proxy(
    origin: URI,
    file: Path,
) {
    install(Cachetronomy) { this.file = file }
    val upstream = Upstream(origin)
    routing {
        cacheResponses {
            route("{path...}") { handle { upstream.pass(call) } }
        }
    }
}

private class Upstream(
    private val origin: URI,
) {
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    suspend fun pass(call: ApplicationCall) {
        val answer =
            try {
                client.sendAsync(request(call), BodyHandlers.ofByteArray()).await()
            } catch (_: IOException) {
                return call.respond(HttpStatusCode.BadGateway)
            }
        answer.headers().firstValue("content-type").ifPresent {
            call.response.headers.append(HttpHeaders.ContentType, it, safeOnly = false)
        }
        call.respond(Passed(answer))
    }

    private suspend fun request(call: ApplicationCall): HttpRequest {
        val body = call.receive<ByteArray>()
        val publisher = if (body.isEmpty()) BodyPublishers.noBody() else BodyPublishers.ofByteArray(body)
        val request =
            HttpRequest
                .newBuilder(
                    origin.resolve(call.request.uri),
                ).method(call.request.httpMethod.value, publisher)
        call.request.headers.forEach { name, values ->
            if (name.lowercase() !in NOT_PASSED) values.forEach { request.header(name, it) }
        }
        val kept = call.keptValidators
        kept?.etag?.let { request.header(HttpHeaders.IfNoneMatch, it) }
        kept?.lastModified?.let { request.header(HttpHeaders.IfModifiedSince, it) }
        return request.build()
    }

    private companion object {
        /** The cache answers conditions by itself, and needs the whole for that. */
        val NOT_PASSED =
            OF_THE_CONNECTION + setOf("expect", "host", "if-modified-since", "if-none-match", "if-range", "range")
    }
}

/** What the origin answered. */
private class Passed(
    private val answer: HttpResponse<ByteArray>,
) : OutgoingContent.ByteArrayContent() {
    override val status = HttpStatusCode.fromValue(answer.statusCode())
    override val contentLength get() = answer.body().size.toLong()

    override val headers =
        Headers.build {
            val ofConnection =
                OF_THE_CONNECTION + answer.headers().allValues("connection").flatMap { it.lowercase().split(", ") }
            answer.headers().map().forEach { (name, values) ->
                if (name !in ofConnection && name != "content-type") appendAll(name, values)
            }
        }

    override fun bytes(): ByteArray = answer.body()
}

private val OF_THE_CONNECTION = setOf("connection", "content-length", "keep-alive", "transfer-encoding", "upgrade")
