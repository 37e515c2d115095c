package io.github.cachetronomy.it.lincheck

import io.github.cachetronomy.core.engine.reads.LoadRequest
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/** The cache as callers that block use it. */
class CacheLincheckTest : CacheOperations() {
    override fun cached(
        key: String,
        request: LoadRequest,
        load: () -> Int,
    ): Int = engine.cachedBlocking(key, request, load) as Int

    @Test
    @Tag("deep")
    fun `every answer is one that some order of the calls explains`() = stress(this::class)
}
