package io.github.cachetronomy.ktor.http

import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode

/** What applies where a response says nothing, in milliseconds. Immutable. */
internal class Defaults(
    /** Null = what says nothing of its lifetime is not kept. */
    val lifetime: Long?,
    val whileRevalidate: Long,
    val ifError: Long,
)

/** Whether a response may be kept and shared, and for how long: RFC 9111, sections 3 and 4.2. */
internal object Storing {
    /** Those that may be kept by [Defaults]; others must say so themselves. */
    private val PLAIN = setOf(200, 203, 204, 300, 301, 308)

    /** Those that are no whole answer. */
    private val PARTIAL = setOf(206, 304)

    private val KNOWN = HttpStatusCode.allStatusCodes.mapTo(HashSet(), HttpStatusCode::value)

    /** Null = it may not. */
    fun policy(
        head: Head,
        isAuthorized: Boolean,
        requestSaysNoStore: Boolean,
        defaults: Defaults,
        now: Long,
    ): Policy? {
        val said = Directives.of(head.all(HttpHeaders.CacheControl))
        val isForAll = "public" in said || "s-maxage" in said || "must-revalidate" in said
        val lifetime = lifetime(head, said, defaults, now)
        val isOut =
            requestSaysNoStore || head.status < 200 || head.status in PARTIAL ||
                "no-store" in said || "private" in said || head.first(HttpHeaders.SetCookie) != null ||
                "*" in varying(head) || (isAuthorized && !isForAll) || lifetime == null ||
                ("must-understand" in said && head.status !in KNOWN)
        if (isOut) return null
        return Policy(
            lifetime = checkNotNull(lifetime),
            whileRevalidate = said.seconds("stale-while-revalidate")?.times(SECOND) ?: defaults.whileRevalidate,
            ifError = said.seconds("stale-if-error")?.times(SECOND) ?: defaults.ifError,
            alwaysAsks = "no-cache" in said,
            neverStale = "must-revalidate" in said || "proxy-revalidate" in said || "s-maxage" in said,
            isForAll = isForAll,
            hasValidator = head.first(HttpHeaders.ETag) != null || head.first(HttpHeaders.LastModified) != null,
        )
    }

    /** The names of `Vary`, in small letters and in order. */
    fun varying(head: Head): List<String> =
        HeaderList
            .split(head.all(HttpHeaders.Vary))
            .map(String::lowercase)
            .distinct()
            .sorted()

    /** How old a response was when it came, in milliseconds. */
    fun initialAge(
        head: Head,
        requestedAt: Long,
        receivedAt: Long,
    ): Long {
        val apparent = HttpDates.millis(head.first(HttpHeaders.Date))?.let { maxOf(0, receivedAt - it) } ?: 0
        val said = age(head.all(HttpHeaders.Age))
        return maxOf(apparent.takeIf { it >= SECOND } ?: 0, said * SECOND + (receivedAt - requestedAt))
    }

    /** What cannot be understood may be as old as any. */
    private fun age(lines: List<String>): Long {
        if (lines.isEmpty()) return 0
        val text = lines.singleOrNull()?.trim()?.takeIf { it.isNotEmpty() && it.all { digit -> digit in '0'..'9' } }
        return text?.toLongOrNull()?.coerceAtMost(FAR) ?: FAR
    }

    private fun lifetime(
        head: Head,
        said: Directives,
        defaults: Defaults,
        now: Long,
    ): Long? {
        val seconds = said.seconds("s-maxage") ?: said.seconds("max-age")
        if (seconds != null) return seconds * SECOND
        val expires = head.first(HttpHeaders.Expires)
        if (expires != null) {
            val date = HttpDates.millis(head.first(HttpHeaders.Date)) ?: now
            return HttpDates.millis(expires)?.let { maxOf(0, it - date) } ?: 0
        }
        if ("no-cache" in said) return 0
        return defaults.lifetime?.takeIf { head.status in PLAIN }
    }

    private const val SECOND = 1000L
    private const val FAR = 1L shl 31
}
