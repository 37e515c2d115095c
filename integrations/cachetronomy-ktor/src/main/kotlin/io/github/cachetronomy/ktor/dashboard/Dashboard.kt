package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.TransparentSelector
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationStopPreparing
import io.ktor.server.application.ApplicationStopping
import io.ktor.server.application.install
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.application
import io.ktor.server.routing.get
import io.ktor.server.routing.route
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import java.time.InstantSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** What a dashboard shows, and how it comes by it. */
internal class DashboardSettings(
    val cache: Cachetronaut,
    val showValues: Boolean = false,
    val allowChanges: Boolean = true,
    val clock: InstantSource = InstantSource.system(),
    /** One element whenever a sample is to be taken. */
    val ticks: Flow<Unit> = everySecond(),
    /** How long a page waits for the file. */
    val patience: Duration = 2.seconds,
)

private fun everySecond(): Flow<Unit> =
    flow {
        while (true) {
            delay(1.seconds)
            emit(Unit)
        }
    }

/** Everything that the routes of one dashboard share. */
internal class Dashboard(
    val path: String,
    val settings: DashboardSettings,
    scope: CoroutineScope,
) {
    val cache: Cachetronaut = settings.cache
    val csrf: Csrf = Csrf()
    val samples: Samples = Samples(settings.clock, cache::stats)
    val asking: Asking = Asking(scope, settings.patience)
    val records: Lookout<Records> = Lookout(asking, fresh = 2.seconds) { cache.records() }
    val figures: Lookout<Figures> = Lookout(asking, fresh = 10.seconds) { cache.figures() }

    init {
        scope.launch {
            try {
                settings.ticks.collect { samples.take() }
            } catch (_: CacheClosedException) {
                // There is nothing more to count.
                samples.end()
            }
        }
    }
}

/** Builds the dashboard's routes under [path], behind [guard]. */
internal fun Route.dashboard(
    path: String,
    guard: Guard,
    settings: DashboardSettings,
) {
    val dashboard = Dashboard(path, settings, application.scope())
    // Before the engine waits for calls to end: those who watch would hold it up.
    application.monitor.subscribe(ApplicationStopPreparing) { dashboard.samples.end() }
    application.monitor.subscribe(ApplicationStopping) { dashboard.samples.end() }
    route(path) {
        createChild(TransparentSelector(NAME)).apply {
            install(SafeHeaders)
            guard.guard(this) {
                Assets.install(this)
                createChild(TransparentSelector(NAME)).pages(dashboard)
            }
        }
    }
}

private fun Route.pages(dashboard: Dashboard) {
    install(NotKept)
    get { call.overview(dashboard) }
    get("/") { call.overview(dashboard) }
    search(dashboard)
    entry(dashboard)
    live(dashboard.cache, dashboard.samples)
    changes(dashboard)
    route("{...}") {
        handle { call.respondText("There is no such page.", status = HttpStatusCode.NotFound) }
    }
}

/** Ends with the application, which does not wait for it: what a store does not answer would hold up its end. */
private fun Application.scope(): CoroutineScope {
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    coroutineContext.job.invokeOnCompletion { scope.cancel() }
    return scope
}

private const val NAME = "cachetronomy dashboard"
