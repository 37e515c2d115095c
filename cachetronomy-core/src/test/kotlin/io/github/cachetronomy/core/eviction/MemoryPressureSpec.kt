package io.github.cachetronomy.core.eviction

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.memory.Traits
import io.github.cachetronomy.core.probe.FreeMemory
import io.github.cachetronomy.core.probe.MemorySource
import io.github.cachetronomy.core.spi.ValueType
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe

/** Which entries leave memory when it runs short, and how many. */
@Tags("fast")
class MemoryPressureSpec :
    FunSpec({
        test("while enough is free, nothing goes") {
            Shortage(0).run {
                put("a")
                look() shouldBe false
                gone.shouldBeEmpty()
            }
        }

        test("who was never read goes first, then who was read least") {
            Shortage(FAR_TOO_LITTLE).run {
                put("often", reads = 3)
                put("never")
                put("once", reads = 1)
                look() shouldBe true
                gone shouldContainExactly listOf("never", "once", "often")
                keys().shouldBeEmpty()
            }
        }

        test("of those read as often, the largest goes first") {
            Shortage(FAR_TOO_LITTLE).run {
                put("small", size = 10)
                put("large", size = 1_000)
                put("medium", size = 100)
                look()
                gone shouldContainExactly listOf("large", "medium", "small")
            }
        }

        test("it is measured again after each of few entries, and the others stay once enough is free") {
            Shortage(FAR_TOO_LITTLE, FAR_TOO_LITTLE, 0).run {
                repeat(5) { put("key $it", reads = it) }
                look() shouldBe false
                gone shouldContainExactly listOf("key 0", "key 1")
                keys() shouldContainExactlyInAnyOrder listOf("key 2", "key 3", "key 4")
            }
        }

        test("what went counts as free until garbage is collected, and no longer") {
            Shortage(100).run {
                repeat(9) { put("key $it", size = 35, reads = it) }
                look() shouldBe true
                gone shouldContainExactly listOf("key 0", "key 1", "key 2")
                look() shouldBe true
                gone shouldHaveSize 3
                collections++
                look() shouldBe true
                gone shouldContainExactly List(6) { "key $it" }
            }
        }

        test("garbage that was collected between two looks shows in the second") {
            Shortage(100, 60, 0).run {
                repeat(9) { put("key $it", size = 35, reads = it) }
                whenMeasured = { collections++ }
                look() shouldBe false
                gone shouldContainExactly listOf("key 0", "key 1")
            }
        }

        test("a run takes a part of many entries, in few steps, and the next ones take the rest") {
            Shortage(FAR_TOO_LITTLE).run {
                repeat(10_000) { put("key $it") }
                look() shouldBe true
                gone.size shouldBeInRange 2_000..3_000
                measured shouldBeInRange 10L..100L
                repeat(200) { look() }
                keys().shouldBeEmpty()
                gone.toSet() shouldHaveSize 10_000
            }
        }

        test("short of memory with nothing to give up is short all the same") {
            Shortage(FAR_TOO_LITTLE).run {
                look() shouldBe true
                gone.shouldBeEmpty()
            }
        }

        test("who was removed or replaced meanwhile is not told of") {
            Shortage(FAR_TOO_LITTLE, FAR_TOO_LITTLE, FAR_TOO_LITTLE, 0).run {
                put("first")
                put("removed", reads = 1)
                put("replaced", reads = 2)
                whenMeasured = {
                    if (measured == 2L) {
                        tier.remove("removed")
                        put("replaced")
                    }
                }
                look()
                gone shouldContainExactly listOf("first")
                keys() shouldContainExactly listOf("replaced")
            }
        }
    })

private const val FAR_TOO_LITTLE = 1_000_000_000L

/** Memory that is short by what the script says, one measurement after another, the last of them for ever. */
private class Shortage(
    private vararg val script: Long,
) {
    val tier = MemoryTier(100_000, null) { _, _ -> error("there is room") }
    val gone = ArrayList<String>()
    var collections = 0L
    var measured = 0L
    var whenMeasured: () -> Unit = {}

    private val pressure =
        MemoryPressure(
            tier,
            FreeMemory(listOf(MemorySource { measure() }), { collections }) {},
        ) { key, _ -> gone += key }

    fun look(): Boolean = pressure.run(FreeMemoryTarget.fraction(0.5))

    fun put(
        key: String,
        size: Int = 1,
        reads: Int = 0,
    ) = tier.put(key, MemoryEntry(key, traits, Long.MAX_VALUE, 1, 1, size, 0).also { it.reads = reads })

    fun keys(): List<String> = tier.keys()

    private fun measure(): Long {
        val answer = script[minOf(measured, script.lastIndex.toLong()).toInt()]
        measured++
        whenMeasured()
        return answer
    }

    private companion object {
        val traits = Traits(ValueType.of(String::class.java), "json", emptyList(), 1, "default")
    }
}
