package io.github.cachetronomy.ktor.responses

import io.ktor.http.HttpMethod
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.ApplicationPlugin
import io.ktor.server.application.Hook
import io.ktor.server.application.PipelineCall
import io.ktor.server.application.call
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.pluginOrNull
import io.ktor.server.plugins.mutableOriginConnectionPoint
import io.ktor.server.request.httpMethod
import io.ktor.server.routing.RoutingNode
import io.ktor.server.routing.RoutingResolveContext
import io.ktor.server.routing.RoutingResolveResult
import io.ktor.server.routing.RoutingRoot
import io.ktor.util.AttributeKey

/**
 * Answers HEAD where GET is cached and the application has no HEAD of its own: routing would say 405 before any plug-in of the
 * route is asked. Such a call is a GET from then on, whose body is not sent.
 */
internal val HeadRequests: ApplicationPlugin<Unit> =
    createApplicationPlugin("Cachetronomy.HeadRequests") {
        on(BeforeRouting) { call ->
            if (call.request.httpMethod != HttpMethod.Head) return@on
            val root = call.application.pluginOrNull(RoutingRoot) ?: return@on
            if (RoutingResolveContext(root, call, emptyList()).resolve() is RoutingResolveResult.Success) return@on
            val origin = call.mutableOriginConnectionPoint
            origin.method = HttpMethod.Get
            val result = RoutingResolveContext(root, call, emptyList()).resolve()
            if (result is RoutingResolveResult.Success && isCached(result.route)) {
                call.answerAsHead()
            } else {
                origin.method = HttpMethod.Head
            }
        }
    }

private object BeforeRouting : Hook<suspend (PipelineCall) -> Unit> {
    override fun install(
        pipeline: ApplicationCallPipeline,
        handler: suspend (PipelineCall) -> Unit,
    ) {
        pipeline.intercept(ApplicationCallPipeline.Plugins) { handler(call) }
    }
}

private fun isCached(route: RoutingNode): Boolean =
    generateSequence(route) { it.parent }.any { it.selector is CachedRouteSelector }

private val IS_HEAD = AttributeKey<Unit>("Cachetronomy.isHead")

/** Whether the client asked for the headers of what it would GET. */
internal val ApplicationCall.isHead: Boolean get() = IS_HEAD in attributes

internal fun ApplicationCall.answerAsHead() {
    attributes.put(IS_HEAD, Unit)
}

/** [content] without its body. */
internal fun headOf(
    call: ApplicationCall,
    content: OutgoingContent,
): OutgoingContent {
    content.headers.forEach { name, values ->
        values.forEach { call.response.headers.append(name, it, safeOnly = false) }
    }
    content.contentType?.let { call.response.headers.append("Content-Type", it.toString(), safeOnly = false) }
    return BodilessContent(content.status ?: call.response.status() ?: HttpStatusCode.OK, content.contentLength)
}
