package io.github.cachetronomy.core.probe

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.spi.MemoryProbe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe

/** How several kinds of memory make one answer, and what each says of the machine this runs on. */
@Tags("fast")
class FreeMemorySpec :
    FunSpec({
        val target = FreeMemoryTarget.fraction(0.5)

        fun of(vararg sources: MemorySource) = FreeMemory(sources.toList(), { 0 }) {}

        test("the shortest counts, and what nothing bounds does not") {
            of({ -100 }, { 30 }, { null }, { 20 }).shortage(target) shouldBe 30
            of({ -100 }, { null }).shortage(target) shouldBe 0
            of().shortage(target) shouldBe 0
        }

        test("a fraction is one of each kind of memory for itself") {
            of(ProbedMemory(probe(available = 400, total = 1_000)), ProbedMemory(probe(available = 40, total = 60)))
                .shortage(target) shouldBe 100
        }

        test("a source that fails is told of, and the others count; so it is when it has recovered") {
            val told = ArrayList<Throwable?>()
            val failures = ArrayDeque(listOf(UnsatisfiedLinkError("no library"), IllegalStateException("no answer")))
            val (first, second) = failures.toList()
            val recovers = MemorySource { failures.removeFirstOrNull()?.let { throw it } ?: 50 }
            val memory = FreeMemory(listOf(recovers, MemorySource { 20 }), { 0 }) { told += it }
            memory.shortage(target) shouldBe 20
            memory.shortage(target) shouldBe 20
            memory.shortage(target) shouldBe 50
            told shouldContainExactly listOf(first, second, null)
        }

        test("a target in bytes asks for a tenth of a heap or a container at the most, a fraction for what it says") {
            FreeMemoryTarget.megabytes(500).shortageOfPart(available = 40 * MEGABYTE, total = 512 * MEGABYTE) shouldBe
                512 * MEGABYTE / 10 - 40 * MEGABYTE
            FreeMemoryTarget.megabytes(500).shortageOfPart(600 * MEGABYTE, 8_192 * MEGABYTE) shouldBe -100 * MEGABYTE
            FreeMemoryTarget.fraction(0.9).shortageOfPart(available = 40, total = 100) shouldBe 50
            FreeMemoryTarget.fraction(0.0).shortageOfPart(available = 0, total = 100) shouldBe 0
        }

        test("a probe of the user's is taken at its word") {
            val probed = ProbedMemory(probe(available = 40 * MEGABYTE, total = 512 * MEGABYTE))
            probed.shortage(FreeMemoryTarget.megabytes(500)) shouldBe 460 * MEGABYTE
        }

        test("the machine has some memory in use, and some free") {
            val host = HostMemory()
            host.shortage(ALL)!! shouldBeGreaterThan 0
            host.shortage(NONE)!! shouldBeLessThan 0
        }

        test("a library that cannot be loaded is not tried again, nor before the first look") {
            var tries = 0
            val host =
                HostMemory {
                    tries++
                    throw NoClassDefFoundError("oshi")
                }
            tries shouldBe 0
            repeat(2) { shouldThrow<NoClassDefFoundError> { host.shortage(ALL) } }
            tries shouldBe 1
        }

        test("of the heap, what survived the last collection is in use") {
            val heap = HeapMemory()
            val before = heap.collections()
            val held = ByteArray(HELD)
            System.gc()
            heap.collections() shouldBeGreaterThan before
            heap.shortage(ALL) shouldBeGreaterThanOrEqual held.size.toLong()
            heap.shortage(NONE) shouldBeLessThan 0
        }

        test("this machine can be measured in every way") {
            val told = ArrayList<Throwable?>()
            FreeMemory.of(null) { told += it }.shortage(ALL) shouldBeGreaterThan 0
            told shouldContainExactly listOf(null)
        }
    })

private const val MEGABYTE = 1_048_576L
private const val HELD = 8 * 1_048_576
private val ALL = FreeMemoryTarget.fraction(1.0)
private val NONE = FreeMemoryTarget.fraction(0.0)

private fun probe(
    available: Long,
    total: Long,
) = object : MemoryProbe {
    override fun availableBytes(): Long = available

    override fun totalBytes(): Long = total
}
