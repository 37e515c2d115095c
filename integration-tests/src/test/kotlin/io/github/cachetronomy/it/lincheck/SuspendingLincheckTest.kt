package io.github.cachetronomy.it.lincheck

import io.github.cachetronomy.core.engine.reads.LoadRequest
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/**
 * Callers that suspend beside callers that block: they wait for each other's loads and commits. Each
 * suspends on an event loop in a thread of the test's own.
 */
class SuspendingLincheckTest : CacheOperations() {
    override fun cached(
        key: String,
        request: LoadRequest,
        load: () -> Int,
    ): Int = engine.cachedBlocking(key, request, load) as Int

    @Operation
    fun loadSuspending(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ): Int =
        runBlocking {
            engine.cached("k$key", REQUEST) {
                yield()
                hesitate()
                value
            } as Int
        }

    @Operation
    fun getSuspending(
        @Param(name = "key") key: Int,
    ): Int? = runBlocking { engine.onStore { valueOf(engine.get("k$key", NUMBER, null, promote = true)) } }

    @Operation
    fun setSuspending(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ) {
        runBlocking { engine.set("k$key", value, NUMBER, TAGGED).awaitSuspending() }
    }

    @Operation
    fun deleteSuspending(
        @Param(name = "key") key: Int,
    ) {
        runBlocking { engine.delete("k$key").awaitSuspending() }
    }

    @Test
    @Tag("deep")
    fun `every answer is one that some order of the calls explains`() =
        stress(this::class, SequentialSuspendingCache::class)
}

/** It makes no difference to an answer how it is waited for. */
@Suppress("unused")
class SequentialSuspendingCache : SequentialCache() {
    fun loadSuspending(
        key: Int,
        value: Int,
    ): Int = load(key, value)

    fun getSuspending(key: Int): Int? = get(key)

    fun setSuspending(
        key: Int,
        value: Int,
    ) = set(key, value)

    fun deleteSuspending(key: Int) = delete(key)
}
