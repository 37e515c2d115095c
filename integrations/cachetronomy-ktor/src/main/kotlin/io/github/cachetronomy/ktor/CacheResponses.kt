package io.github.cachetronomy.ktor

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.http.Defaults
import io.github.cachetronomy.ktor.responses.Addresses
import io.github.cachetronomy.ktor.responses.CachedRouteSelector
import io.github.cachetronomy.ktor.responses.HeadRequests
import io.github.cachetronomy.ktor.responses.Recording
import io.github.cachetronomy.ktor.responses.Refreshes
import io.github.cachetronomy.ktor.responses.ResponseCache
import io.github.cachetronomy.ktor.responses.ResponseStore
import io.github.cachetronomy.ktor.responses.Terms
import io.github.cachetronomy.ktor.responses.cacheWith
import io.ktor.http.HttpHeaders
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.install
import io.ktor.server.application.pluginOrNull
import io.ktor.server.routing.Route
import io.ktor.server.routing.RoutingNode
import io.ktor.server.routing.application
import io.ktor.utils.io.KtorDsl
import java.time.InstantSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

/** The settings of [cacheResponses]. Not thread-safe. */
@KtorDsl
public class ResponseCacheConfig internal constructor() {
    /** Where responses are kept; null = in the application's cache. */
    public var cache: Cachetronaut? = null

    /**
     * The hosts that requests may name, as `shop.example` or `shop.example:8080`; what others name is answered, and not kept. Unless any
     * are given, those are the address that a request came to, the host that the deployment's settings bind, and loopback names.
     */
    public var hosts: Set<String> = emptySet()

    /** Longer bodies pass by, and are not kept. */
    public var maxBodyBytes: Int = DEFAULT_BODY

    /** Whether requests with a `Cookie` share responses with all others. Set it where no response depends on cookies. */
    public var shareWithCookies: Boolean = false

    /** For how long a response that has gone stale is used while it is made anew, unless it says so itself: RFC 5861. */
    public var staleWhileRevalidate: Duration = Duration.ZERO

    /** For how long a response that has gone stale is used when it cannot be made anew, unless it says so itself: RFC 5861. */
    public var staleIfError: Duration = Duration.ZERO

    /** For how long a stale response with a validator is kept for handlers that ask [keptValidators]. */
    public var keepStale: Duration = 1.hours

    /** How long others wait for the end of a body that is streamed, before each makes their own. */
    public var streamPatience: Duration = 1.seconds

    /** For how long nobody waits for others where a response was found not to be for sharing. */
    public var rememberUnshared: Duration = 10.seconds

    /** What tells the time; that of the machine unless set. */
    public var clock: InstantSource = InstantSource.system()

    internal var tags: (ApplicationCall) -> Set<String> = { emptySet() }

    /** Further tags, by what is asked for: `tags { call -> setOf("product:${call.parameters["id"]}") }`. Must not block. */
    public fun tags(of: (ApplicationCall) -> Set<String>) {
        tags = of
    }

    private companion object {
        const val DEFAULT_BODY = 1 shl 20
    }
}

/**
 * Keeps the responses of the routes in [build], and answers with them, also after a restart of the server:
 *
 * ```
 * cacheResponses(timeToLive = 30.seconds, tags = setOf("catalog")) {
 *     get("/products") { call.respond(products()) }
 * }
 * ```
 *
 * It does what a shared cache may do by RFC 9111: it obeys `Cache-Control`, `Expires`, `Vary` and what requests say; never keeps what is
 * `private`, sets a cookie or depends on who is named in `Authorization`, unless the response allows it; answers HEAD with what is kept of GET, and
 * conditions and ranges by itself. Responses get an `ETag` of their content, `Age`, and `Cache-Status` (RFC 9211).
 *
 * Calls that want the same at the same time wait for the first one to learn whether its response is for all. If it is not, or fails, or its
 * client leaves, each of them runs its own handler. Authentication of the routes comes before; handlers and their transformations run
 * only when there is no response.
 *
 * Removing by tag, `cache.clearByTags(setOf("catalog"))`, removes responses, too, and no handler that began before puts an old one back. A
 * request that changes something (POST, PUT, …) removes what is kept for its address.
 *
 * A cache that cannot be read or written makes nothing fail: the handlers answer.
 *
 * @param timeToLive of responses that say nothing of it themselves; null = those are not kept
 * @param tags of all responses
 */
public fun Route.cacheResponses(
    timeToLive: Duration? = null,
    tags: Set<String> = emptySet(),
    configure: ResponseCacheConfig.() -> Unit = {},
    build: Route.() -> Unit,
): Route {
    require(timeToLive == null || timeToLive.isPositive()) { "a time to live is positive: $timeToLive" }
    val config = ResponseCacheConfig().apply(configure)
    val further = config.tags
    val terms =
        Terms(
            defaults =
                Defaults(
                    lifetime = timeToLive?.inWholeMilliseconds,
                    whileRevalidate = config.staleWhileRevalidate.inWholeMilliseconds,
                    ifError = config.staleIfError.inWholeMilliseconds,
                ),
            tags = { call -> tags + further(call) },
            maxBodyBytes = config.maxBodyBytes,
            sharesCookies = config.shareWithCookies,
            hosts = config.hosts.mapTo(HashSet(), String::lowercase),
            keepsStale = config.keepStale,
            streamPatience = config.streamPatience,
            unsharedFor = config.rememberUnshared,
            clock = config.clock,
        )
    val application = application
    if (application.pluginOrNull(HeadRequests) == null) application.install(HeadRequests)
    val store = ResponseStore.of(application, config.cache ?: application.cachetronomy)
    val bound =
        application.environment.config
            .propertyOrNull("ktor.deployment.host")
            ?.getString()
            ?.lowercase()
    val cache = ResponseCache(store, Addresses(terms.hosts, bound), terms, Refreshes(application))
    val route = createChild(CachedRouteSelector()) as RoutingNode
    route.cacheWith(cache)
    route.build()
    return route
}

/** What tells whether a response that is kept is right still: RFC 9110, section 8.8. Either may be null. Immutable. */
public class Validators internal constructor(
    /** For `If-None-Match`. */
    public val etag: String?,
    /** For `If-Modified-Since`. */
    public val lastModified: String?,
)

/**
 * The validators of the stale response that is kept for this call, null if there is none. A handler that finds them right still answers
 * `304 Not Modified`, and the client gets what is kept. Only for calls under [cacheResponses].
 */
public val ApplicationCall.keptValidators: Validators?
    get() {
        val recording = attributes.getOrNull(Recording.KEY) ?: return null
        val stale = recording.stale?.takeIf { it.policy.hasValidator } ?: return null
        recording.isAsking = true
        return Validators(stale.head.first(HttpHeaders.ETag), stale.head.first(HttpHeaders.LastModified))
    }
