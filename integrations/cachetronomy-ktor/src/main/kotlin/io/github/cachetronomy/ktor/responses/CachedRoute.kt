package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.ktor.TransparentSelector
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.PipelineCall
import io.ktor.server.application.call
import io.ktor.server.response.ApplicationSendPipeline
import io.ktor.util.pipeline.PipelineContext
import io.ktor.util.pipeline.PipelinePhase
import io.ktor.utils.io.ByteChannel
import io.ktor.utils.io.discard
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** Marks the routes whose responses are cached. */
internal class CachedRouteSelector : TransparentSelector("cached")

/** Puts [cache] in the way of a route's calls: behind what decides who may call, and right before an answer goes out. */
internal fun ApplicationCallPipeline.cacheWith(cache: ResponseCache) {
    intercept(ApplicationCallPipeline.Call) { cache.answer(this) }
    sendPipeline.insertPhaseAfter(ApplicationSendPipeline.After, OUTGOING)
    sendPipeline.intercept(OUTGOING) { outgoing() }
}

/** Every other plug-in has had its say by then. */
private val OUTGOING = PipelinePhase("Cachetronomy.outgoing")

private suspend fun PipelineContext<Any, PipelineCall>.outgoing() {
    val content = subject as? OutgoingContent ?: return
    call.attributes.getOrNull(ResponseCache.CHANGE)?.changed(call, content)
    val recording = call.attributes.getOrNull(Recording.KEY)
    val answer = recording?.take(call, content) ?: if (call.isHead) headOf(call, content) else content
    if (RefreshCall.KEY !in call.attributes) {
        subject = answer
        return
    }
    if (answer is CopiedContent) discard(answer)
}

private suspend fun discard(content: CopiedContent) {
    coroutineScope {
        val sink = ByteChannel()
        launch { sink.discard() }
        content.writeTo(sink)
        sink.flushAndClose()
    }
}
