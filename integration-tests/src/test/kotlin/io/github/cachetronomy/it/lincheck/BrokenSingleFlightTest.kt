package io.github.cachetronomy.it.lincheck

import org.jetbrains.lincheck.datastructures.IntGen
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.jetbrains.lincheck.datastructures.StressOptions
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import java.util.concurrent.ConcurrentHashMap

/** Shows that the checks beside this one can fail: a single flight that looks and then acts is caught. */
@Param(name = "key", gen = IntGen::class, conf = "1:2")
@Param(name = "value", gen = IntGen::class, conf = "1:3")
class BrokenSingleFlightTest {
    private val values = ConcurrentHashMap<Int, Int>()

    @Operation
    fun load(
        @Param(name = "key") key: Int,
        @Param(name = "value") value: Int,
    ): Int {
        values[key]?.let { return it }
        Thread.yield()
        values[key] = value
        return value
    }

    @Operation
    fun delete(
        @Param(name = "key") key: Int,
    ) {
        values.remove(key)
    }

    @Test
    @Tag("deep")
    fun `two loads of one key are found out`() {
        assertThrows(AssertionError::class.java) {
            StressOptions()
                .iterations(40)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(SequentialCache::class.java)
                .check(this::class)
        }
    }
}
