package io.github.cachetronomy.core.eviction

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.probe.FreeMemory

/**
 * Lets entries go from memory while less is free than there should be: the least read first, the largest
 * of equals. Rows in the store stay.
 *
 * What is let go is free only after the next collection of garbage. Until then its bytes are counted as
 * free, or each run would let go as much again.
 *
 * [run] is called by one thread at a time.
 */
internal class MemoryPressure(
    private val memory: MemoryTier,
    private val free: FreeMemory,
    private val left: (String, MemoryEntry) -> Unit,
) {
    /** Let go since the collection [collections], and so not yet to be seen as free. */
    private var letGo = 0L
    private var collections = 0L

    /**
     * Looks, and lets go what has to: about a quarter of the entries at the most, so that a run has an end.
     * Returns whether less was free than [target] when it last looked. May block.
     */
    fun run(target: FreeMemoryTarget): Boolean {
        var shortage = free.shortage(target)
        if (shortage <= 0L) return false
        forgetWhatWasCollected()
        val candidates = candidates()
        val step = maxOf(1, candidates.size / ENTRIES_A_STEP)
        for (some in candidates.asSequence().chunked(step).take(STEPS)) {
            for (candidate in some) {
                if (letGo >= shortage) return true
                if (memory.remove(candidate.key, candidate.entry)) {
                    letGo += candidate.bytes
                    left(candidate.key, candidate.entry)
                }
            }
            shortage = free.shortage(target)
            if (shortage <= 0L) return false
            forgetWhatWasCollected()
        }
        return true
    }

    private fun forgetWhatWasCollected() {
        val now = free.collections()
        if (now != collections) letGo = 0L
        collections = now
    }

    private fun candidates(): List<Candidate> {
        val all = ArrayList<Candidate>()
        memory.forEach { key, entry -> all += Candidate(key, entry) }
        return all.apply { sortWith(FIRST_TO_GO) }
    }

    private class Candidate(
        val key: String,
        val entry: MemoryEntry,
    ) {
        /** Reads go on meanwhile, and a sort needs an order that stands still. */
        val reads = entry.reads
        val bytes = key.length.toLong() + entry.size
    }

    private companion object {
        const val STEPS = 64
        const val ENTRIES_A_STEP = 256

        val FIRST_TO_GO: Comparator<Candidate> =
            compareBy<Candidate> { it.reads }.thenByDescending { it.bytes }
    }
}
