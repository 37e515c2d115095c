package io.github.cachetronomy.ktor

import io.github.cachetronomy.coroutines.Cachetronaut
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.ApplicationPlugin
import io.ktor.server.application.ApplicationStopped
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.hooks.MonitoringEvent
import io.ktor.util.AttributeKey

/**
 * Gives an application its caches:
 *
 * ```
 * install(Cachetronomy) { file = Path("app.db") }
 *
 * get("/users/{id}") {
 *     val id = call.parameters.getOrFail("id")
 *     call.respond(call.cachetronomy.cached("user:$id") { users.find(id) })
 * }
 * ```
 *
 * The caches that it opens are closed, and with them their jobs ended, when the application has stopped and no call is
 * being handled any more. A cache that was handed in stays open: whoever opened it closes it.
 */
public val Cachetronomy: ApplicationPlugin<CachetronomyConfig> =
    createApplicationPlugin("Cachetronomy", ::CachetronomyConfig) {
        val caches = pluginConfig.openAll()
        application.attributes.put(CACHES, caches)
        on(MonitoringEvent(ApplicationStopped)) { caches.close() }
    }

/**
 * The application's cache.
 *
 * @throws IllegalStateException if [Cachetronomy] is not installed
 */
public val Application.cachetronomy: Cachetronaut get() = caches().main

/**
 * The application's cache of this [name]; see [CachetronomyConfig.cache].
 *
 * @throws IllegalStateException if [Cachetronomy] is not installed
 * @throws IllegalArgumentException if there is no cache of this name
 */
public fun Application.cachetronomy(name: String): Cachetronaut = caches().named(name)

/** As [Application.cachetronomy]. */
public val ApplicationCall.cachetronomy: Cachetronaut get() = application.cachetronomy

/** As [Application.cachetronomy]. */
public fun ApplicationCall.cachetronomy(name: String): Cachetronaut = application.cachetronomy(name)

private val CACHES = AttributeKey<Caches>("Cachetronomy.caches")

private fun Application.caches(): Caches =
    checkNotNull(attributes.getOrNull(CACHES)) { "the plug-in is not there: install(Cachetronomy)" }
