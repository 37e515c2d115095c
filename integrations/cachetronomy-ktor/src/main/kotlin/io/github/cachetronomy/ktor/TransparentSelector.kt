package io.github.cachetronomy.ktor

import io.ktor.server.routing.RouteSelector
import io.ktor.server.routing.RouteSelectorEvaluation
import io.ktor.server.routing.RoutingResolveContext

/**
 * Lets any request pass, and gives the routes below a node of their own: what is installed there is not on the
 * application's own routes of the same path. Equal to itself alone, so that no two nodes become one.
 */
internal open class TransparentSelector(
    private val name: String,
) : RouteSelector() {
    override suspend fun evaluate(
        context: RoutingResolveContext,
        segmentIndex: Int,
    ): RouteSelectorEvaluation = RouteSelectorEvaluation.Transparent

    override fun toString(): String = "($name)"
}
