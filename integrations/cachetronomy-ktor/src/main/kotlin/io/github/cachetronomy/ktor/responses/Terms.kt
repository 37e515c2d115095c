package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.ktor.http.Defaults
import io.ktor.server.application.ApplicationCall
import java.time.InstantSource
import kotlin.time.Duration

/** What `cacheResponses` was told. Immutable. */
internal class Terms(
    val defaults: Defaults,
    val tags: (ApplicationCall) -> Set<String>,
    val maxBodyBytes: Int,
    val sharesCookies: Boolean,
    val hosts: Set<String>,
    /** For how long a response with a validator is kept after it has gone stale, so that a handler may be asked about it. */
    val keepsStale: Duration,
    val streamPatience: Duration,
    val unsharedFor: Duration,
    val clock: InstantSource,
) {
    fun now(): Long = clock.millis()
}
