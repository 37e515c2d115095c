package io.github.cachetronomy.it.lincheck

import io.github.cachetronomy.core.engine.LoadRequest
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/** Callers that suspend beside callers that block: they wait for each other's loads and commits. */
class SuspendingLincheckTest : CacheOperations() {
    override fun cached(
        key: String,
        request: LoadRequest,
        load: () -> Int,
    ): Int = engine.cachedBlocking(key, request, load) as Int

    @Operation(cancellableOnSuspension = false)
    suspend fun loadSuspending(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ): Int =
        engine.cached("k$key", REQUEST) {
            hesitate()
            value
        } as Int

    @Operation(cancellableOnSuspension = false)
    suspend fun getSuspending(
        @Param(name = "key") key: Int,
    ): Int? = engine.onStore { valueOf(engine.get("k$key", NUMBER, null, promote = true)) }

    @Operation(cancellableOnSuspension = false)
    suspend fun setSuspending(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ) {
        engine.set("k$key", value, NUMBER, TAGGED).awaitSuspending()
    }

    @Operation(cancellableOnSuspension = false)
    suspend fun deleteSuspending(
        @Param(name = "key") key: Int,
    ) {
        engine.delete("k$key").awaitSuspending()
    }

    @Test
    @Tag("deep")
    fun `every answer is one that some order of the calls explains`() =
        stress(this::class, SequentialSuspendingCache::class)
}

/** What suspends in the cache has no need to, one call after another. */
@Suppress("unused", "RedundantSuspendModifier")
class SequentialSuspendingCache : SequentialCache() {
    suspend fun loadSuspending(
        key: Int,
        value: Int,
    ): Int = load(key, value)

    suspend fun getSuspending(key: Int): Int? = get(key)

    suspend fun setSuspending(
        key: Int,
        value: Int,
    ) = set(key, value)

    suspend fun deleteSuspending(key: Int) = delete(key)
}
