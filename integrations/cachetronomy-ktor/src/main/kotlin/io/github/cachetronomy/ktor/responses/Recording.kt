package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.ktor.http.Asked
import io.github.cachetronomy.ktor.http.Field
import io.github.cachetronomy.ktor.http.Head
import io.github.cachetronomy.ktor.http.HeaderList
import io.github.cachetronomy.ktor.http.Policy
import io.github.cachetronomy.ktor.http.Response
import io.github.cachetronomy.ktor.http.Storing
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.util.AttributeKey
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration.Companion.milliseconds

/** Takes what a handler answers, keeps it where that may be, and tells those who wait. For one call. */
internal class Recording(
    private val terms: Terms,
    private val asked: Asked,
    private val found: Found,
    private val reservation: ResponseStore.Reservation,
    private val gate: Gate?,
    private val unshared: Unshared,
    private val why: CacheStatus.Forward,
    /** The headers that the call had before the handler ran. */
    private val before: Headers,
) {
    private val requestedAt = terms.now()
    private var isTaken = false

    /** Completed when a stream begins; null = there is none. */
    private var stream: CompletableJob? = null

    /** Whether the handler was told what is kept: see [io.github.cachetronomy.ktor.keptValidators]. */
    var isAsking = false

    /** What is kept and could be right still; null = nothing is. */
    val stale: Response? get() = found.response

    /** The answer in the form in which it goes out, and what is to go out in its place. */
    suspend fun take(
        call: ApplicationCall,
        content: OutgoingContent,
    ): OutgoingContent {
        if (isTaken) return content
        isTaken = true
        val status = content.status ?: call.response.status()
        val head = Head(status?.value ?: OK, fields(call, content))
        val stale = stale
        if (stale != null && isAsking && head.status == NOT_MODIFIED) {
            return answer(call, keep(stale.refreshed(head), stale.body) ?: stale, head)
        }
        if (stale != null && head.status >= SERVER_ERROR && asked.usesOnError(stale, terms.now())) {
            shareNothing(isForLong = true)
            return stale(call, stale)
        }
        if (policy(head) == null) {
            shareNothing(isForLong = !asked.saysNoStore && !asked.isAuthorized && head.status !in OF_THE_REQUEST)
            return unkept(call, content)
        }
        return when (val body = content.body()) {
            is OutgoingContent.ByteArrayContent -> take(call, content, head, body.bytes())
            is OutgoingContent.NoContent -> take(call, content, head, ByteArray(0))
            is OutgoingContent.ReadChannelContent, is OutgoingContent.WriteChannelContent -> stream(call, content, head)
            else -> unkept(call, content)
        }
    }

    /** Gives [response] to a call whose handler had an error. */
    fun stale(
        call: ApplicationCall,
        response: Response,
    ): OutgoingContent {
        val now = terms.now()
        return Answer.of(call, response, CacheStatus.hit(response.freshFor(now)), response.age(now))
    }

    /**
     * The handler has returned. Some engines send streams after that: then it ends with the stream, or soon, where there will be none.
     */
    fun handled(application: Application) {
        val stream = stream ?: return end()
        application.launch {
            if (withTimeoutOrNull(terms.streamPatience) { stream.join() } == null) end()
        }
    }

    /** Whoever waits goes on by themselves, if nothing was said until now. Ending twice is ending once. */
    private fun end() {
        reservation.cancel()
        gate?.leave()
    }

    private suspend fun take(
        call: ApplicationCall,
        content: OutgoingContent,
        head: Head,
        bytes: ByteArray,
    ): OutgoingContent {
        val response = if (bytes.size > terms.maxBodyBytes) null else keep(head.tagged(bytes), bytes)
        if (response != null) return answer(call, response, head)
        shareNothing(isForLong = true)
        return unkept(call, content)
    }

    private fun stream(
        call: ApplicationCall,
        content: OutgoingContent,
        head: Head,
    ): OutgoingContent {
        val isEndless = head.first(HttpHeaders.ContentType)?.startsWith("text/event-stream") == true
        if (isEndless || call.isHead || (content.contentLength ?: 0) > terms.maxBodyBytes) {
            shareNothing(isForLong = !call.isHead)
            return unkept(call, content)
        }
        gate?.tellBegun()
        stream = Job()
        call.response.headers.append(CacheStatus.NAME, CacheStatus.forwarded(why))
        return CopiedContent(content, terms.maxBodyBytes, Streamed(head))
    }

    private inner class Streamed(
        private val head: Head,
    ) : CopiedContent.Reader {
        override fun begin() {
            stream?.complete()
        }

        override fun tooLong() = shareNothing(isForLong = true)

        override suspend fun whole(bytes: ByteArray) {
            keep(head.tagged(bytes), bytes)
        }

        override fun end() = this@Recording.end()
    }

    private fun answer(
        call: ApplicationCall,
        response: Response,
        head: Head,
    ): OutgoingContent {
        // The handler's own: it may have asked a cache itself.
        if (HttpHeaders.Age !in call.response.headers.allValues()) {
            head.all(HttpHeaders.Age).forEach { call.response.headers.append(HttpHeaders.Age, it) }
        }
        return Answer.of(call, response, CacheStatus.forwarded(why, isStored = true), age = null)
    }

    private fun unkept(
        call: ApplicationCall,
        content: OutgoingContent,
    ): OutgoingContent {
        call.response.headers.append(CacheStatus.NAME, CacheStatus.forwarded(why))
        return if (call.isHead) headOf(call, content) else content
    }

    private fun shareNothing(isForLong: Boolean) {
        if (isForLong) unshared.add(found.address)
        end()
    }

    /** Null = it is of no use to anybody else. */
    private suspend fun keep(
        head: Head,
        bytes: ByteArray,
    ): Response? {
        val policy = policy(head) ?: return null
        val now = terms.now()
        // Its age from now on is computed.
        val fields = head.fields.filterNot { it.name.equals(HttpHeaders.Age, ignoreCase = true) }
        val response =
            Response(head.status, fields, bytes, policy, Storing.initialAge(head, requestedAt, now), now)
        val lives = maxOf(0, response.freshFor(now)) + afterwards(policy)
        if (lives <= 0) return null
        if (response.freshFor(now) > 0) unshared.remove(found.address) else unshared.add(found.address)
        val kept = reservation.keep(response, Storing.varying(head), asked.headers, lives.milliseconds)
        gate?.tell(kept)
        return response
    }

    private fun afterwards(policy: Policy): Long {
        val asking = if (policy.hasValidator) terms.keepsStale.inWholeMilliseconds else 0
        val stale = if (policy.neverStale) 0 else maxOf(policy.whileRevalidate, policy.ifError)
        return maxOf(asking, stale)
    }

    private fun policy(head: Head): Policy? =
        Storing.policy(head, asked.isAuthorized, asked.saysNoStore, terms.defaults, terms.now())

    /** What the handler and its plug-ins gave, without what concerns the connection: RFC 9110, section 7.6.1. */
    private fun fields(
        call: ApplicationCall,
        content: OutgoingContent,
    ): List<Field> {
        val fields = ArrayList<Field>()
        call.response.headers.allValues().forEach { name, values ->
            values.drop(before.getAll(name)?.size ?: 0).forEach { fields += Field(name, it) }
        }
        content.headers.forEach { name, values -> values.forEach { fields += Field(name, it) } }
        val type = content.contentType
        if (type != null && fields.none { it.name.equals(HttpHeaders.ContentType, ignoreCase = true) }) {
            fields += Field(HttpHeaders.ContentType, type.toString())
        }
        val named = fields.filter { it.name.equals(HttpHeaders.Connection, ignoreCase = true) }.map(Field::value)
        val ofConnection = OF_CONNECTION + HeaderList.split(named).map(String::lowercase)
        return fields.filterNot { it.name.lowercase() in ofConnection }
    }

    companion object {
        val KEY = AttributeKey<Recording>("Cachetronomy.recording")

        private const val OK = 200
        private const val NOT_MODIFIED = 304
        private const val SERVER_ERROR = 500

        /** They say something of the request's conditions and parts, and nothing of what others would get. */
        private val OF_THE_REQUEST = setOf(206, 304, 412, 416)

        private val OF_CONNECTION =
            setOf(
                "connection",
                "keep-alive",
                "proxy-authenticate",
                "proxy-authorization",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
                "content-length",
            )

        /** What a 304 says nothing new of, as the body is the old one: RFC 9111, section 3.2. */
        private val OF_BODY = setOf("content-encoding", "content-md5", "content-range", "etag")

        /** What is kept, with the headers of the answer that says it is right still. */
        private fun Response.refreshed(by: Head): Head {
            val new = by.fields.filterNot { it.name.lowercase() in OF_BODY }
            val names = new.mapTo(HashSet()) { it.name.lowercase() }
            return Head(status, fields.filterNot { it.name.lowercase() in names } + new)
        }

        /** With a strong tag of the content, unless the handler gave one. */
        private fun Head.tagged(bytes: ByteArray): Head {
            if (status != OK || first(HttpHeaders.ETag) != null) return this
            return Head(status, fields + Field(HttpHeaders.ETag, "\"${ResponseKeys.hash(bytes).take(TAG_LENGTH)}\""))
        }

        private const val TAG_LENGTH = 22
    }
}
