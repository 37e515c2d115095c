package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.ktor.http.Conditions
import io.github.cachetronomy.ktor.http.Response
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.ApplicationCall

/** What a call gets of a response that is kept, or was a moment ago. */
internal object Answer {
    /**
     * Gives the body, and the headers to the call, as far as it has them not already: what other plug-ins give each call is newer.
     *
     * @param age in milliseconds; null = the response was made for this call
     */
    fun of(
        call: ApplicationCall,
        response: Response,
        status: String,
        age: Long?,
    ): OutgoingContent {
        val head = response.head
        val content =
            when {
                Conditions.isNotModified(call.request.headers, head) -> {
                    BodilessContent(HttpStatusCode.NotModified, null)
                }

                call.isHead -> {
                    whole(call, response)
                }

                else -> {
                    part(call, response)
                }
            }
        val isThere =
            call.response.headers
                .allValues()
                .names()
                .mapTo(HashSet(), String::lowercase)
        for (field in response.fields) {
            val name = field.name.lowercase()
            val isNew = name !in isThere || (name == VARY && field.value !in call.response.headers.values(field.name))
            if (isNew) append(call, field.name, field.value)
        }
        if (age != null) append(call, HttpHeaders.Age, "${age / SECOND}")
        append(call, CacheStatus.NAME, status)
        return content
    }

    private fun part(
        call: ApplicationCall,
        response: Response,
    ): OutgoingContent {
        val length = response.body.size
        return when (val part = Conditions.range(call.request.headers, response.head, length)) {
            Conditions.Part.Whole -> {
                whole(call, response)
            }

            Conditions.Part.None -> {
                append(call, HttpHeaders.ContentRange, "bytes */$length")
                BytesContent(HttpStatusCode.RequestedRangeNotSatisfiable, ByteArray(0))
            }

            is Conditions.Part.Bytes -> {
                append(call, HttpHeaders.ContentRange, "bytes ${part.first}-${part.last}/$length")
                BytesContent(HttpStatusCode.PartialContent, response.body.copyOfRange(part.first, part.last + 1))
            }
        }
    }

    private fun whole(
        call: ApplicationCall,
        response: Response,
    ): OutgoingContent {
        val status = HttpStatusCode.fromValue(response.status)
        val isBodiless = call.isHead || response.status == HttpStatusCode.NoContent.value
        if (!isBodiless) return BytesContent(status, response.body)
        return BodilessContent(
            status,
            response.body.size
                .toLong()
                .takeIf { call.isHead },
        )
    }

    private fun append(
        call: ApplicationCall,
        name: String,
        value: String,
    ) {
        call.response.headers.append(name, value, safeOnly = false)
    }

    private const val VARY = "vary"
    private const val SECOND = 1000L
}
