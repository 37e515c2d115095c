package io.github.cachetronomy.it.lincheck

import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.kotest.matchers.string.shouldContain
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/**
 * Shows that the checks beside this one can fail: the same operations on the same cache, but a
 * `cached` that looks, loads and writes for itself. Two loads of one key are caught.
 */
class BrokenSingleFlightTest : CacheOperations() {
    override fun cached(
        key: String,
        request: LoadRequest,
        load: () -> Int,
    ): Int {
        valueOf(engine.get(key, NUMBER, null, promote = true))?.let { return it }
        val value = load()
        engine.set(key, value, NUMBER, TAGGED).await()
        return value
    }

    @Test
    @Tag("deep")
    fun `two loads of one key are found out`() {
        val found = assertThrows(AssertionError::class.java) { stress(this::class, minimize = false) }
        found.message shouldContain "load("
    }
}
