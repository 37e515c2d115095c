package io.github.cachetronomy.ktor.http

import io.ktor.http.Headers
import io.ktor.http.HttpHeaders

/** What a request says of kept responses: RFC 9111, section 5.2.1. Immutable. */
internal class Asked(
    val headers: Headers,
) {
    private val said = directives(headers)

    val isAuthorized: Boolean = headers.contains(HttpHeaders.Authorization)
    val saysNoStore: Boolean get() = "no-store" in said
    val saysOnlyIfCached: Boolean get() = "only-if-cached" in said

    /** Whether what is kept has to be made anew for this one. */
    val saysNoCache: Boolean get() = "no-cache" in said

    /** Whether the handler has to see a condition that this module does not evaluate. */
    val isConditionalChange: Boolean =
        headers.contains(HttpHeaders.IfMatch) || headers.contains(HttpHeaders.IfUnmodifiedSince)

    /** What may be done with [response] for this request. */
    fun use(
        response: Response,
        now: Long,
    ): Use {
        if (isAuthorized && !response.policy.isForAll) return Use.NOT_FOR_THIS
        val age = response.age(now)
        val left = response.freshFor(now)
        val isTooOld = said.seconds("max-age")?.let { age > it * SECOND } ?: false
        val leavesTooLittle = said.seconds("min-fresh")?.let { left < it * SECOND } ?: false
        return when {
            saysNoCache || response.policy.alwaysAsks || isTooOld || leavesTooLittle -> Use.ASK
            left > 0 -> Use.FRESH
            response.policy.neverStale -> Use.ASK
            "max-stale" in said && allowsStale(-left) -> Use.FRESH
            -left < response.policy.whileRevalidate -> Use.WHILE_REVALIDATE
            else -> Use.ASK
        }
    }

    /** Whether [response], which could not be made anew, may be used all the same. */
    fun usesOnError(
        response: Response,
        now: Long,
    ): Boolean {
        val policy = response.policy
        if (policy.neverStale || policy.alwaysAsks || (isAuthorized && !policy.isForAll)) return false
        val allowed = maxOf(policy.ifError, said.seconds("stale-if-error")?.times(SECOND) ?: 0)
        return -response.freshFor(now) < allowed
    }

    private fun allowsStale(by: Long) =
        said.isBare("max-stale") || by <= checkNotNull(said.seconds("max-stale")) * SECOND

    enum class Use { FRESH, WHILE_REVALIDATE, ASK, NOT_FOR_THIS }

    private companion object {
        const val SECOND = 1000L

        private val NO_CACHE = Directives(mapOf("no-cache" to null))

        /** `Pragma` counts where there is no `Cache-Control`: RFC 9111, section 5.4. */
        fun directives(headers: Headers): Directives {
            val said = Directives.of(headers)
            if (said !== Directives.NONE) return said
            val pragma = HeaderList.split(headers.getAll(HttpHeaders.Pragma).orEmpty())
            return if (pragma.any { it.equals("no-cache", ignoreCase = true) }) NO_CACHE else said
        }
    }
}
