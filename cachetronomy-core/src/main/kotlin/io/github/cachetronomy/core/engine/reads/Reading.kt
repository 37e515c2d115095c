package io.github.cachetronomy.core.engine.reads

import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType

/** What a read gave. */
internal sealed interface Reading {
    class Found(
        val value: Any?,
        val source: Tier,
        val key: String,
        private val inMemory: MemoryEntry?,
        /** The row, where the store or the queue gave it. */
        val row: StoredEntry?,
    ) : Reading {
        fun metadata(stored: Boolean): EntryMetadata =
            row?.let { metadataOf(it, stored) } ?: metadataOf(key, checkNotNull(inMemory), stored)

        /** Whether the store is known not to have it. */
        val isAlone: Boolean get() = inMemory?.isAlone == true
    }

    class Missed(
        val reason: MissReason,
        val detail: String? = null,
        val cause: Throwable? = null,
        /** The row that could not be used, where there was one. */
        val row: StoredEntry? = null,
    ) : Reading
}

/** How a value is wanted. */
internal class Wanted(
    val type: ValueType,
    /** The version that counts; null = any. */
    val version: Long? = null,
    /** Whether the read is counted and its value copied to memory. */
    val promote: Boolean = true,
    /** Those of the namespace that is asked, which count beside the cache's own; null = the whole cache is asked. */
    val counters: Counters? = null,
) {
    init {
        require(version == null || version >= 1) { "a version is at least 1, not $version" }
    }
}
