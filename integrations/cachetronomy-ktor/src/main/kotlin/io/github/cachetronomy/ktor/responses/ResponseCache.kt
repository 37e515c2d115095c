package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.ktor.http.Asked
import io.github.cachetronomy.ktor.http.Asked.Use
import io.github.cachetronomy.ktor.http.Response
import io.github.cachetronomy.ktor.responses.CacheStatus.Forward
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.PipelineCall
import io.ktor.server.application.call
import io.ktor.server.request.httpMethod
import io.ktor.server.response.respond
import io.ktor.util.AttributeKey
import io.ktor.util.pipeline.PipelineContext
import java.util.concurrent.CancellationException

/** Answers the calls of some routes with responses that are kept, and keeps what their handlers answer. Thread-safe. */
internal class ResponseCache(
    private val store: ResponseStore,
    private val addresses: Addresses,
    private val terms: Terms,
    private val refreshes: Refreshes,
) {
    private val gates = Gates(terms.streamPatience)
    private val unshared = Unshared(terms.unsharedFor.inWholeMilliseconds, terms::now)

    /** Comes before the handlers. */
    suspend fun answer(context: PipelineContext<Unit, PipelineCall>) {
        val call = context.call
        val isOwnHead = call.request.httpMethod == HttpMethod.Head
        if (call.request.httpMethod != HttpMethod.Get && !isOwnHead) {
            if (call.request.httpMethod !in SAFE) call.attributes.put(CHANGE, this)
            status(call, Forward.METHOD)
            return
        }
        val asked = Asked(call.request.headers)
        val address = addresses.of(call)
        val hasCookie = call.request.headers.contains(HttpHeaders.Cookie)
        if (address == null || asked.isConditionalChange || (hasCookie && !terms.sharesCookies)) {
            status(call, Forward.BYPASS)
            return
        }
        val asking = Asking(context, asked, address)
        if (isOwnHead) asking.answerHead() else asking.answer()
    }

    /** What a change was for is not what it was. Comes before its answer goes out. */
    suspend fun changed(
        call: ApplicationCall,
        content: OutgoingContent,
    ) {
        val status = content.status ?: call.response.status() ?: HttpStatusCode.OK
        if (status.value >= FIRST_ERROR) return
        val named =
            listOf(HttpHeaders.Location, HttpHeaders.ContentLocation).mapNotNull { name ->
                content.headers[name] ?: call.response.headers[name]
            }
        val concerned = listOfNotNull(addresses.of(call)) + named.mapNotNull { addresses.of(call, it) }
        concerned.distinct().forEach { store.forget(it) }
    }

    /** One call. */
    private inner class Asking(
        private val context: PipelineContext<Unit, PipelineCall>,
        private val asked: Asked,
        private val address: String,
    ) {
        private val call = context.call
        private val isRefresh = call is RefreshCall || call.attributes.contains(RefreshCall.KEY)

        /** Of a route with a HEAD of its own: what that says is not kept, as it is no GET. */
        suspend fun answerHead() {
            val found = store.find(address, asked.headers)
            if (serve(found, isHead = true)) return
            status(call, Forward.METHOD)
        }

        suspend fun answer() {
            var found = store.find(address, asked.headers)
            if (!isRefresh && serve(found)) return
            if (asked.saysOnlyIfCached) return serve(BodilessContent(HttpStatusCode.GatewayTimeout, null))
            // Of an address with variants it may take the first answer to learn which one is wanted.
            repeat(ROUNDS) {
                if (asked.saysNoCache || address in unshared) return make(found, null)
                val own = gates.lead(found.gate)
                if (own != null) return lead(own)
                val kept = gates.find(found.gate)?.await()
                if (kept != null && kept.isFor(asked.headers) && serveCollapsed(kept)) return
                if (kept == null && address in unshared) return make(found, null)
                found = store.find(address, asked.headers, isAgain = true)
                if (serve(found)) return
            }
            make(found, null)
        }

        /** Somebody else may have made it since the caller looked. */
        private suspend fun lead(gate: Gate) {
            try {
                val found = store.find(address, asked.headers, isAgain = true)
                if (!isRefresh && serve(found)) gate.leave() else make(found, gate)
            } catch (failure: Throwable) {
                gate.leave()
                throw failure
            }
        }

        private suspend fun serve(
            found: Found,
            isHead: Boolean = false,
        ): Boolean {
            val response = found.response ?: return false
            val now = terms.now()
            val use = asked.use(response, now)
            if (use != Use.FRESH && use != Use.WHILE_REVALIDATE) return false
            if (isHead) call.answerAsHead()
            serve(Answer.of(call, response, CacheStatus.hit(response.freshFor(now)), response.age(now)))
            if (use == Use.WHILE_REVALIDATE) refreshes.begin(address, call)
            return true
        }

        private suspend fun serveCollapsed(kept: Kept): Boolean {
            val response = kept.response ?: return false
            val now = terms.now()
            if (asked.use(response, now) != Use.FRESH) return false
            val status = CacheStatus.forwarded(Forward.URI_MISS, isCollapsed = true)
            serve(Answer.of(call, response, status, response.age(now)))
            return true
        }

        private suspend fun serve(content: OutgoingContent) {
            call.respond(content)
            context.finish()
        }

        /** Has the handler make a response, and keeps it if it may. */
        private suspend fun make(
            found: Found,
            gate: Gate?,
        ) {
            val reservation = store.reserve(call.application, found, terms.tags(call))
            val before = call.response.headers.allValues()
            val recording = Recording(terms, asked, found, reservation, gate, unshared, why(found), before)
            call.attributes.put(Recording.KEY, recording)
            try {
                proceedOr(recording)
            } finally {
                recording.handled(call.application)
            }
        }

        private suspend fun proceedOr(recording: Recording) {
            try {
                context.proceed()
            } catch (cancelled: CancellationException) {
                throw cancelled
            } catch (failure: Exception) {
                val stale = recording.stale
                if (stale == null || call.response.isCommitted || !asked.usesOnError(stale, terms.now())) throw failure
                call.attributes.remove(Recording.KEY)
                serve(recording.stale(call, stale))
            }
        }

        private fun why(found: Found): Forward {
            val response: Response? = found.response
            return when {
                response == null && found.kept?.varying != null -> Forward.VARY_MISS
                response == null -> Forward.URI_MISS
                response.freshFor(terms.now()) > 0 -> Forward.REQUEST
                else -> Forward.STALE
            }
        }
    }

    private fun status(
        call: ApplicationCall,
        why: Forward,
    ) {
        call.response.headers.append(CacheStatus.NAME, CacheStatus.forwarded(why))
    }

    companion object {
        /** The cache that a call which changes something has to tell. */
        val CHANGE = AttributeKey<ResponseCache>("Cachetronomy.change")

        private val SAFE = setOf(HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod("TRACE"))
        private const val FIRST_ERROR = 400
        private const val ROUNDS = 2
    }
}
