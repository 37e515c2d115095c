package io.github.cachetronomy.core.probe

import io.github.cachetronomy.core.FreeMemoryTarget
import java.lang.management.GarbageCollectorMXBean
import java.lang.management.ManagementFactory
import java.lang.management.MemoryPoolMXBean
import java.lang.management.MemoryType

/**
 * The heap of this JVM. What counts as used is what the last collection of each pool left: garbage that
 * nobody has collected yet is no shortage. Thread-safe.
 */
internal class HeapMemory : MemorySource {
    private val pools: List<MemoryPoolMXBean> by lazy {
        ManagementFactory.getMemoryPoolMXBeans().filter { it.type == MemoryType.HEAP }
    }
    private val collectors: List<GarbageCollectorMXBean> by lazy { ManagementFactory.getGarbageCollectorMXBeans() }

    override fun shortage(target: FreeMemoryTarget): Long {
        val most = Runtime.getRuntime().maxMemory()
        return target.shortageOfPart(most - pools.sumOf { it.collectionUsage?.used ?: 0L }, most)
    }

    /** How many collections there have been. */
    fun collections(): Long = collectors.sumOf { maxOf(0L, it.collectionCount) }
}
