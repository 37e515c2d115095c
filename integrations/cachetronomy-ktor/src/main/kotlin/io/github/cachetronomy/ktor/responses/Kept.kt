package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.ktor.http.Response
import io.ktor.http.Headers
import kotlinx.serialization.Serializable

/**
 * What is kept under the key of an address: its response, or, where that depends on headers of the request, their names. Then each
 * response has an entry of its own, whose key has the [id] of this one in it: without this one none of them is found.
 */
@Serializable
internal class Kept(
    /** No other one has it. */
    val id: String,
    /** The whole of it: a key may be shortened. */
    val address: String,
    /** Null = the response is here. */
    val varying: List<String>?,
    /** Of the headers that are named, what the request of this response had: RFC 9111, section 4.1. */
    val selected: List<String?>,
    val response: Response?,
) {
    /** Whether a request with these headers may have this response. */
    fun isFor(request: Headers): Boolean = selected == select(varying.orEmpty(), request)

    companion object {
        /** What a request has under [names]: null = it has no such header. */
        fun select(
            names: List<String>,
            request: Headers,
        ): List<String?> =
            names.map { name ->
                request.getAll(name)?.joinToString(",") { it.trim().replace(WHITE, " ") }
            }

        private val WHITE = Regex("\\s+")
    }
}
