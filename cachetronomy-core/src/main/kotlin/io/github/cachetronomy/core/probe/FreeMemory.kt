package io.github.cachetronomy.core.probe

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.spi.MemoryProbe

/** All the memory that can run short, of which the shortest counts. Thread-safe. */
internal class FreeMemory(
    private val sources: List<MemorySource>,
    private val collected: () -> Long,
    /** Told with each measurement what kept a source from telling, or null; the others are used all the same. */
    private val blind: (Throwable?) -> Unit,
) {
    /** How many bytes are missing to [target] where it is worst; not positive where none are. May block. */
    fun shortage(target: FreeMemoryTarget): Long {
        var worst = 0L
        var failed: Throwable? = null
        for (source in sources) {
            try {
                worst = maxOf(worst, source.shortage(target) ?: continue)
            } catch (failure: Exception) {
                failed = failure
            } catch (failure: LinkageError) {
                failed = failure
            }
        }
        blind(failed)
        return worst
    }

    /** How many collections of garbage there have been: before the next, nothing that is let go shows as free. */
    fun collections(): Long = collected()

    companion object {
        /** By [probe] alone, or else by machine, container and heap. Nothing is loaded before the first look. */
        fun of(
            probe: MemoryProbe?,
            blind: (Throwable?) -> Unit,
        ): FreeMemory {
            val heap = HeapMemory()
            val sources = if (probe != null) listOf(ProbedMemory(probe)) else listOf(HostMemory(), CgroupMemory(), heap)
            return FreeMemory(sources, heap::collections, blind)
        }
    }
}
