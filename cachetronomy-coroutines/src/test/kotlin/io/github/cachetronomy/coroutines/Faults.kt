package io.github.cachetronomy.coroutines

import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import kotlin.time.Duration.Companion.milliseconds

/** A cache on a store that fails and stops as told. Both are closed when [block] ends. */
suspend fun <R> withFaults(
    configure: CachetronautBuilder.() -> Unit = {},
    block: suspend (Cachetronaut, FaultyStore) -> R,
): R {
    val store = FaultyStore(InMemoryStore())
    return Cachetronaut(store) {
        storePatience = 40.milliseconds
        configure()
    }.use { cache ->
        try {
            block(cache, store)
        } finally {
            store.heal()
        }
    }
}
