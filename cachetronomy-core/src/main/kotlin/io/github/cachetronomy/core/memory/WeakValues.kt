package io.github.cachetronomy.core.memory

import com.github.benmanes.caffeine.cache.Caffeine

/** What was made by key and is still in somebody's hand: whoever asks meanwhile gets the same. Thread-safe. */
internal class WeakValues<K : Any, V : Any> {
    private val cache = Caffeine.newBuilder().weakValues().build<K, V>()

    val isEmpty: Boolean get() = cache.asMap().isEmpty()

    /** What there is, without a repeat. */
    val all: Collection<V> get() = cache.asMap().values

    operator fun get(key: K): V? = cache.getIfPresent(key)

    fun getOrMake(
        key: K,
        make: (K) -> V,
    ): V = cache.get(key, make)
}
