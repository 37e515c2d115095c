package io.github.cachetronomy.ktor.responses

/** What the header `Cache-Status` says of a response: RFC 9211. */
internal object CacheStatus {
    const val NAME = "Cache-Status"

    fun hit(ttlMillis: Long): String = "Cachetronomy; hit; ttl=${Math.floorDiv(ttlMillis, SECOND)}"

    fun forwarded(
        why: Forward,
        isStored: Boolean = false,
        isCollapsed: Boolean = false,
    ): String {
        val stored = if (isStored) "; stored" else ""
        val collapsed = if (isCollapsed) "; collapsed" else ""
        return "Cachetronomy; fwd=${why.token}$stored$collapsed"
    }

    /** Why a handler was asked. */
    enum class Forward(
        val token: String,
    ) {
        BYPASS("bypass"),
        METHOD("method"),
        URI_MISS("uri-miss"),
        VARY_MISS("vary-miss"),
        REQUEST("request"),
        STALE("stale"),
    }

    private const val SECOND = 1000L
}
