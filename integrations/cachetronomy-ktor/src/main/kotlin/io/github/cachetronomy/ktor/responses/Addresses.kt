package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.ktor.http.Address
import io.ktor.http.HttpHeaders
import io.ktor.http.RequestConnectionPoint
import io.ktor.server.application.ApplicationCall
import io.ktor.server.plugins.origin
import org.slf4j.LoggerFactory
import java.util.concurrent.atomic.AtomicBoolean

/**
 * What calls are for. Whoever can put any host into a request could fill the cache with one page under many names, or have a
 * page kept that names their host: so only names that are known are used. Thread-safe.
 */
internal class Addresses(
    private val hosts: Set<String>,
    /** The host that the server was told to be, as far as there is one. */
    private val bound: String?,
) {
    private val hasWarned = AtomicBoolean()

    /** Null = its host is not known. */
    fun of(call: ApplicationCall): String? {
        val local = call.request.local
        val origin = call.request.origin
        val authority = authority(call, origin, local)
        if (isKnown(authority, local)) return Address.of(origin.scheme, authority, origin.uri)
        if (hasWarned.compareAndSet(false, true)) {
            LOG.warn("responses are not cached for hosts that are not known: name yours with hosts = setOf(…)")
        }
        return null
    }

    /** Null = it is no place of this server's. */
    fun of(
        call: ApplicationCall,
        reference: String,
    ): String? {
        val origin = call.request.origin
        val authority = authority(call, origin, call.request.local)
        val base = "${origin.scheme}://$authority"
        val path =
            when {
                reference.startsWith("$base/") -> reference.removePrefix(base)
                reference.startsWith("/") && !reference.startsWith("//") -> reference
                else -> return null
            }
        return Address.of(origin.scheme, authority, path.substringBefore('#'))
    }

    /** What a proxy in front tells is taken where the application has a plug-in that takes it. */
    private fun authority(
        call: ApplicationCall,
        origin: RequestConnectionPoint,
        local: RequestConnectionPoint,
    ): String {
        val isForwarded = origin.serverHost != local.serverHost || origin.serverPort != local.serverPort
        if (isForwarded) return "${origin.serverHost}:${origin.serverPort}"
        return call.request.headers[HttpHeaders.Host]?.trim() ?: "${local.serverHost}:${local.serverPort}"
    }

    private fun isKnown(
        authority: String,
        local: RequestConnectionPoint,
    ): Boolean {
        if (!AUTHORITY.matches(authority)) return false
        val host = Address.host(authority)
        if (hosts.isNotEmpty()) return host in hosts || authority.lowercase() in hosts
        return host == "localhost" || host.endsWith(".localhost") || host == "[::1]" || LOOPBACK.matches(host) ||
            host == bound || host.removeSurrounding("[", "]") == local.localAddress
    }

    private companion object {
        val AUTHORITY = Regex("[A-Za-z0-9._~-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?")
        val LOOPBACK = Regex("127(\\.[0-9]{1,3}){3}")
        val LOG = LoggerFactory.getLogger("io.github.cachetronomy")
    }
}
