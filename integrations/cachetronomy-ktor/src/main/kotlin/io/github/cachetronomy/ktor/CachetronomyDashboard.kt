package io.github.cachetronomy.ktor

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.dashboard.DashboardSettings
import io.github.cachetronomy.ktor.dashboard.Guard
import io.github.cachetronomy.ktor.dashboard.LocalOnly
import io.github.cachetronomy.ktor.dashboard.authenticatedBy
import io.github.cachetronomy.ktor.dashboard.dashboard
import io.ktor.server.routing.Route
import io.ktor.server.routing.application
import io.ktor.utils.io.KtorDsl

/**
 * Serves a page under [path] that shows what a cache does and holds, and lets the visitor change it:
 *
 * ```
 * routing {
 *     cachetronomyDashboard { authenticatedBy("admins") }
 * }
 * ```
 *
 * It needs no other host and no script to be read; scripts draw its charts and keep it up to date. Changes are made by
 * POST, from the page itself only. Behind a proxy the application needs Ktor's `XForwardedHeaders` or
 * `ForwardedHeaders`, or changes are refused as coming from elsewhere.
 *
 * The numbers over time begin with this call, one sample a second for the last ten minutes, until the application
 * stops.
 *
 * @throws IllegalArgumentException if [configure] does not say who may see it
 * @throws IllegalStateException if [Cachetronomy] is not installed and no cache is given
 */
public fun Route.cachetronomyDashboard(
    path: String = "/cachetronomy",
    configure: DashboardConfig.() -> Unit,
) {
    val config = DashboardConfig().apply(configure)
    val guard = config.guard()
    dashboard(path, guard, config.settings(config.cache ?: application.cachetronomy))
}

/** Who may see a dashboard, and what is on it. Not thread-safe. */
@KtorDsl
public class DashboardConfig internal constructor() {
    private var providers: List<String?> = emptyList()

    /** The cache to show; that of the application unless set. */
    public var cache: Cachetronaut? = null

    /**
     * Whether only programs on this machine may ask, under a name of this machine; false unless set. The address is
     * that of the connection, whatever headers say: a proxy on this machine lets everybody in. With [authenticatedBy],
     * both are asked for.
     */
    public var localOnly: Boolean = false

    /** Whether the page of an entry shows its value; false unless set. */
    public var showValues: Boolean = false

    /** Whether entries may be removed and the profile switched; true unless set. */
    public var allowChanges: Boolean = true

    /**
     * Lets in whom one of these [providers] of Ktor's `Authentication` lets in; the one without a name where none is
     * given. `Authentication` is to be installed before.
     */
    public fun authenticatedBy(vararg providers: String?) {
        this.providers = if (providers.isEmpty()) listOf(null) else providers.toList()
    }

    internal fun guard(): Guard {
        require(localOnly || providers.isNotEmpty()) {
            "nobody is kept from the dashboard: say authenticatedBy(\"…\") with a provider of Authentication, " +
                "or localOnly = true for visitors on this machine alone"
        }
        val local = if (localOnly) LocalOnly() else Guard.OPEN
        return if (providers.isEmpty()) local else local.then(authenticatedBy(providers))
    }

    internal fun settings(cache: Cachetronaut): DashboardSettings = DashboardSettings(cache, showValues, allowChanges)
}
