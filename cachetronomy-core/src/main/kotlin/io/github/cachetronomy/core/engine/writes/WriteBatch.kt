package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requireKey

/**
 * Writes and removals that a caller gathers for one transaction; of several for a key the last one counts.
 * Values are encoded when they are put in. Not thread-safe, and of no use once it was committed.
 */
@InternalCachetronomyApi
public class WriteBatch internal constructor(
    private val drafts: Drafts,
) {
    /** By key; null stands for a removal. */
    private val steps = LinkedHashMap<String, Draft?>()
    private var ended = false

    public fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Unit = put(key, drafts.draft(key, value, type, options))

    public fun delete(key: String): Unit = put(requireKey(key), null)

    /** What was gathered; more is refused from now on. */
    internal fun end(): Map<String, Draft?> {
        ended = true
        return steps
    }

    private fun put(
        key: String,
        draft: Draft?,
    ) {
        check(!ended) { "the transaction is over" }
        steps[key] = draft
    }
}
