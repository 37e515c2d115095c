package io.github.cachetronomy.core.probe

import io.github.cachetronomy.core.FreeMemoryTarget
import oshi.hardware.GlobalMemory
import oshi.nativefree.SystemInfo
import oshi.spi.SystemInfoFactory

/**
 * The machine's memory, by a library that is loaded with the first look. What keeps it from loading is kept
 * too: trying again would cost as much, and end the same way. Thread-safe.
 */
internal class HostMemory(
    private val load: () -> MemorySource = { OshiMemory() },
) : MemorySource {
    private val machine: MemorySource by lazy {
        try {
            load()
        } catch (failure: Exception) {
            MemorySource { throw failure }
        } catch (failure: LinkageError) {
            MemorySource { throw failure }
        }
    }

    override fun shortage(target: FreeMemoryTarget): Long? = machine.shortage(target)
}

/** The machine's memory, by OSHI. A class of its own, so that nothing else needs OSHI to be there. */
private class OshiMemory : MemorySource {
    private val memory: GlobalMemory = system().hardware.memory

    override fun shortage(target: FreeMemoryTarget): Long = target.of(memory.total) - memory.available

    /** Where the system tells without native calls, it is asked without: that loads faster, and no library. */
    private fun system() = SystemInfo().takeIf { it.isAvailable } ?: SystemInfoFactory.create()
}
