package io.github.cachetronomy.ktor

import io.github.cachetronomy.coroutines.Cachetronaut

/** A cache, and whether it is this module's to close. */
internal class OpenCache(
    val cache: Cachetronaut,
    private val isOurs: Boolean,
) : AutoCloseable {
    override fun close() {
        if (isOurs) cache.close()
    }
}

/** The caches of an application. Thread-safe. */
internal class Caches(
    private val first: OpenCache,
    private val others: Map<String, OpenCache>,
) : AutoCloseable {
    val main: Cachetronaut get() = first.cache

    fun named(name: String): Cachetronaut =
        requireNotNull(others[name]) { "there is no cache $name among ${others.keys}" }.cache

    /** The ones that come first may be what the others' callers go on with, and are closed last. */
    override fun close() {
        (others.values.reversed() + first).forEach(OpenCache::close)
    }
}
