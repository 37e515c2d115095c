package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.Cookie
import io.ktor.http.HttpHeaders
import io.ktor.server.application.ApplicationCall
import io.ktor.server.plugins.origin
import java.net.URI
import java.net.URISyntaxException
import java.security.MessageDigest
import java.security.SecureRandom
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/**
 * Tells a form of our page from one of somebody else's. A visitor has a random id in a cookie that other sites cannot
 * have sent, and our forms bring a text that only we can make of it. Thread-safe.
 */
internal class Csrf {
    private val random = SecureRandom()
    private val secret = SecretKeySpec(ByteArray(SIZE).also(random::nextBytes), ALGORITHM)

    /** What the forms of this visitor have to bring. Sets the cookie of one who has none. */
    fun token(call: ApplicationCall): String {
        val id = id(call) ?: newId().also { call.response.cookies.append(cookie(call, it)) }
        return token(id)
    }

    /** Why the call is not one of our forms; null = it is. */
    fun refusal(
        call: ApplicationCall,
        token: String?,
    ): String? {
        val origin =
            call.request.headers
                .getAll(HttpHeaders.Origin)
                ?.singleOrNull()
        if (origin == null) return "The browser did not say which page the request comes from."
        if (originOf(origin) !in ownOrigins(call)) {
            return "The request comes from another page. Behind a proxy, the application has to install " +
                "XForwardedHeaders or ForwardedHeaders."
        }
        val id = id(call)
        if (id == null || token == null || !matches(token(id), token)) {
            return "The form is out of date: load the page again."
        }
        return null
    }

    private fun id(call: ApplicationCall): String? = call.request.cookies[COOKIE]?.takeIf(ID::matches)

    private fun newId(): String = BASE64.encodeToString(ByteArray(SIZE).also(random::nextBytes))

    private fun token(id: String): String {
        val mac = Mac.getInstance(ALGORITHM).apply { init(secret) }
        return BASE64.encodeToString(mac.doFinal(id.toByteArray()))
    }

    /** Takes as long for a nearly right one as for any other. */
    private fun matches(
        token: String,
        given: String,
    ): Boolean = MessageDigest.isEqual(token.toByteArray(), given.toByteArray())

    /** For every path: what stands before ours may be hidden by a proxy. */
    private fun cookie(
        call: ApplicationCall,
        id: String,
    ) = Cookie(
        name = COOKIE,
        value = id,
        path = "/",
        httpOnly = true,
        secure = call.request.origin.scheme == "https",
        extensions = mapOf("SameSite" to "Strict"),
    )

    private companion object {
        const val COOKIE = "cachetronomy_dashboard"
        const val ALGORITHM = "HmacSHA256"
        const val SIZE = 32
        val ID = Regex("[A-Za-z0-9_-]{43}")
        val BASE64: Base64.Encoder = Base64.getUrlEncoder().withoutPadding()
    }
}

/** A scheme, a host and a port. */
private data class Origin(
    val scheme: String,
    val host: String,
    val port: Int,
)

/** Where the visitor is, by the request itself, and by what a proxy says of it where the application trusts one. */
private fun ownOrigins(call: ApplicationCall): List<Origin> {
    val point = call.request.origin
    val host =
        call.request.headers
            .getAll(HttpHeaders.Host)
            ?.singleOrNull()
    return listOfNotNull(
        host?.let { originOf("${point.scheme}://$it") },
        originOf("${point.scheme}://${point.serverHost}:${point.serverPort}"),
    )
}

private fun originOf(text: String): Origin? {
    val uri =
        try {
            URI(text)
        } catch (_: URISyntaxException) {
            return null
        }
    val scheme = uri.scheme?.lowercase() ?: return null
    val host = uri.host?.lowercase() ?: return null
    val port = if (uri.port != -1) uri.port else DEFAULT_PORTS[scheme] ?: return null
    return Origin(scheme, host, port)
}

private val DEFAULT_PORTS = mapOf("http" to 80, "https" to 443)
