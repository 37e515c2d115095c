package io.github.cachetronomy.core.probe

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.spi.MemoryProbe

/** One kind of memory that can run short. */
internal fun interface MemorySource {
    /** How many bytes are missing to [target], not positive where none are; null = nothing bounds this memory here. */
    fun shortage(target: FreeMemoryTarget): Long?
}

/** What a probe says, taken at its word. */
internal class ProbedMemory(
    private val probe: MemoryProbe,
) : MemorySource {
    override fun shortage(target: FreeMemoryTarget): Long = target.of(probe.totalBytes()) - probe.availableBytes()
}

/**
 * The shortage of a part of the machine's memory. A target in bytes is meant for a machine: a heap or a
 * container that is smaller could hardly ever meet it, so there it asks for [MOST_IN_PARTS] at the most.
 */
internal fun FreeMemoryTarget.shortageOfPart(
    available: Long,
    total: Long,
): Long {
    val wanted = if (this is FreeMemoryTarget.Bytes) minOf(of(total), total / MOST_IN_PARTS) else of(total)
    return wanted - available
}

/** A tenth. */
private const val MOST_IN_PARTS = 10
