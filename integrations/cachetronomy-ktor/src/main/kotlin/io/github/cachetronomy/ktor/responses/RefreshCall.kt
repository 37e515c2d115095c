package io.github.cachetronomy.ktor.responses

import io.ktor.http.Headers
import io.ktor.http.HeadersBuilder
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.HttpStatusCode
import io.ktor.http.Parameters
import io.ktor.http.RequestConnectionPoint
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.engine.BaseApplicationCall
import io.ktor.server.engine.BaseApplicationRequest
import io.ktor.server.engine.BaseApplicationResponse
import io.ktor.server.request.RequestCookies
import io.ktor.server.response.ResponseHeaders
import io.ktor.util.AttributeKey
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.ByteWriteChannel
import kotlin.coroutines.CoroutineContext

/** A GET like that of another call, of the application's own making: nobody reads its answer. */
internal class RefreshCall(
    application: Application,
    cause: ApplicationCall,
) : BaseApplicationCall(application) {
    override val coroutineContext: CoroutineContext = application.coroutineContext
    override val request: BaseApplicationRequest = Request(this, cause)
    override val response: BaseApplicationResponse = Response(this)

    init {
        attributes.put(KEY, Unit)
        putResponseAttribute()
    }

    private class Request(
        call: RefreshCall,
        cause: ApplicationCall,
    ) : BaseApplicationRequest(call) {
        override val engineHeaders: Headers =
            Headers.build {
                cause.request.headers.forEach { name, values ->
                    if (name.lowercase() !in
                        OWN
                    ) {
                        appendAll(name, values)
                    }
                }
            }
        override val engineReceiveChannel: ByteReadChannel = ByteReadChannel.Empty
        override val local: RequestConnectionPoint = GetOf(cause.request.local)
        override val queryParameters: Parameters = cause.request.queryParameters
        override val rawQueryParameters: Parameters = cause.request.rawQueryParameters
        override val cookies: RequestCookies = RequestCookies(this)
    }

    private class GetOf(
        original: RequestConnectionPoint,
    ) : RequestConnectionPoint by original {
        override val method: HttpMethod get() = HttpMethod.Get
    }

    private class Response(
        call: RefreshCall,
    ) : BaseApplicationResponse(call) {
        override val headers: ResponseHeaders =
            object : ResponseHeaders() {
                private val builder = HeadersBuilder()

                override fun engineAppendHeader(
                    name: String,
                    value: String,
                ) = builder.append(name, value)

                override fun getEngineHeaderNames(): List<String> = builder.names().toList()

                override fun getEngineHeaderValues(name: String): List<String> = builder.getAll(name).orEmpty()
            }

        override suspend fun respondOutgoingContent(content: OutgoingContent) = commitHeaders(content)

        override suspend fun respondUpgrade(upgrade: OutgoingContent.ProtocolUpgrade) = Unit

        override suspend fun responseChannel(): ByteWriteChannel = error("nobody reads it")

        override fun setStatus(statusCode: HttpStatusCode) = Unit
    }

    companion object {
        val KEY = AttributeKey<Unit>("Cachetronomy.refresh")

        /** What the client asks of its own answer alone. */
        private val OWN =
            setOf(
                HttpHeaders.CacheControl,
                HttpHeaders.Pragma,
                HttpHeaders.IfNoneMatch,
                HttpHeaders.IfModifiedSince,
                HttpHeaders.Range,
                HttpHeaders.IfRange,
                HttpHeaders.ContentLength,
                HttpHeaders.TransferEncoding,
            ).mapTo(HashSet(), String::lowercase)
    }
}
