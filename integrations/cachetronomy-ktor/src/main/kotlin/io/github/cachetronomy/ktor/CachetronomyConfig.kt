package io.github.cachetronomy.ktor

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.CachetronautBuilder
import io.ktor.utils.io.KtorDsl
import java.nio.file.Path

/** Where one cache comes from. Not thread-safe. */
@KtorDsl
public open class CacheConfig internal constructor() {
    /** The file of a cache to open. Unless it or [cache] is set, it is the one that the surroundings name. */
    public var file: Path? = null

    /** A cache that is open already, and stays open when the application stops. */
    public var cache: Cachetronaut? = null

    private val settings = mutableListOf<CachetronautBuilder.() -> Unit>()

    /** The settings of the cache to open: [settings] is run when it is opened, after those given before. */
    public fun configure(settings: CachetronautBuilder.() -> Unit) {
        this.settings += settings
    }

    internal fun open(): OpenCache {
        val given = cache
        val file = file
        if (given != null) {
            require(file == null && settings.isEmpty()) { "a cache that is handed in has its file and settings" }
            return OpenCache(given, isOurs = false)
        }
        val configure: CachetronautBuilder.() -> Unit = { settings.forEach { it() } }
        val opened = if (file == null) Cachetronaut(configure = configure) else Cachetronaut(file, configure)
        return OpenCache(opened, isOurs = true)
    }
}

/** The settings of [Cachetronomy]: those of the application's cache, and more caches by name. Not thread-safe. */
@KtorDsl
public class CachetronomyConfig internal constructor() : CacheConfig() {
    private val named = linkedMapOf<String, CacheConfig>()

    /**
     * One more cache, for `application.cachetronomy(name)`.
     *
     * @throws IllegalArgumentException if there is one of this [name] already
     */
    public fun cache(
        name: String,
        configure: CacheConfig.() -> Unit,
    ) {
        require(name !in named) { "there is a cache $name already" }
        named[name] = CacheConfig().apply(configure)
    }

    /** Opens all of them, or none: one that cannot be opened closes the others again. */
    internal fun openAll(): Caches {
        val opened = mutableListOf<OpenCache>()
        try {
            val main = open().also(opened::add)
            val others = named.mapValues { (_, config) -> config.open().also(opened::add) }
            return Caches(main, others)
        } catch (failure: Throwable) {
            opened.asReversed().forEach { cache -> runCatching(cache::close).onFailure(failure::addSuppressed) }
            throw failure
        }
    }
}
