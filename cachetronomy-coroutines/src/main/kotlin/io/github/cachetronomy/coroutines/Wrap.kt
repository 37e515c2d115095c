package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.annotations.weaving.Weaver

/**
 * An object of the interface [S] that does what [implementation] does, and keeps results as the annotations of the
 * interface say: [io.github.cachetronomy.core.annotations.Cached], [io.github.cachetronomy.core.annotations.CachePut] and
 * [io.github.cachetronomy.core.annotations.CacheInvalidate]. They may stand on its methods and on those that it inherits
 * from other interfaces; a method without any is just called.
 *
 * ```
 * interface Users {
 *     @Cached(timeToLive = "5m")
 *     suspend fun find(id: Int): User
 * }
 *
 * val users = cache.wrap<Users>(RemoteUsers())
 * ```
 *
 * Methods that suspend run as the loader of [Cachetronaut.cached] does. One that does not suspend is for callers who wait,
 * and runs on their thread; one that returns a future waits on no thread, and cancelling the future is leaving the load as
 * [Cachetronaut.cached] says. What the implementation throws is thrown as it is; but from a method that neither suspends
 * nor returns a future, Java lets a checked exception pass only if it is declared: say `@Throws`.
 *
 * The annotations are read here, and not again. Calls of the implementation's own methods among each other are not seen.
 * The result is thread-safe if [implementation] is.
 *
 * @throws IllegalArgumentException if [S] is no interface, or an annotation says what cannot be done: a key that names what
 *   is not there, a time to live that is none, a result that cannot be kept. The message has the method's name
 */
public inline fun <reified S : Any> Cachetronaut.wrap(implementation: S): S = weave(S::class.java, implementation)

@PublishedApi
internal fun <S : Any> Cachetronaut.weave(
    type: Class<S>,
    implementation: S,
): S = Weaver.wrap({ engine }, type, implementation)
