package io.github.cachetronomy.ktor.client

import io.ktor.client.plugins.cache.storage.CachedResponseData
import io.ktor.http.Headers
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.http.Url
import io.ktor.util.date.GMTDate
import kotlinx.serialization.Serializable

/** What is kept of one URL. Immutable. */
@Serializable
internal class KeptResponses(
    /** In full: two URLs may have one key. */
    val url: String,
    /** The last one stored comes first. */
    val variants: List<KeptResponse>,
    /** Of the meaning of all this; a change of the properties is noticed without it. */
    val version: Int = VERSION,
) {
    companion object {
        const val VERSION = 1
    }
}

/** A response, and for which values of the request's headers it holds. Times are milliseconds since 1970. Immutable. */
@Serializable
internal class KeptResponse(
    val varyKeys: Map<String, String>,
    val keptUntil: Long,
    private val expires: Long,
    private val requestTime: Long,
    private val responseTime: Long,
    private val status: Int,
    private val reason: String,
    private val protocol: String,
    private val major: Int,
    private val minor: Int,
    private val headers: List<KeptHeader>,
    private val body: ByteArray,
) {
    constructor(data: CachedResponseData, keptUntil: Long) : this(
        varyKeys = data.varyKeys,
        keptUntil = keptUntil,
        expires = data.expires.timestamp,
        requestTime = data.requestTime.timestamp,
        responseTime = data.responseTime.timestamp,
        status = data.statusCode.value,
        reason = data.statusCode.description,
        protocol = data.version.name,
        major = data.version.major,
        minor = data.version.minor,
        headers = data.headers.entries().map { (name, values) -> KeptHeader(name, values) },
        body = data.body,
    )

    fun toData(url: Url): CachedResponseData =
        CachedResponseData(
            url = url,
            statusCode = HttpStatusCode(status, reason),
            requestTime = GMTDate(requestTime),
            responseTime = GMTDate(responseTime),
            version = HttpProtocolVersion.fromValue(protocol, major, minor),
            expires = GMTDate(expires),
            headers = Headers.build { headers.forEach { appendAll(it.name, it.values) } },
            varyKeys = varyKeys,
            body = body,
        )
}

/** A header and its values, in their order. Immutable. */
@Serializable
internal class KeptHeader(
    val name: String,
    val values: List<String>,
)
