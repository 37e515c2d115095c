package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requireKey

/** What a transaction is to do, if all of its conditions hold. */
internal class Gathered(
    /** By key; null stands for a removal. */
    val steps: Map<String, Draft?>,
    private val conditions: List<(EntryStore) -> Boolean>,
) {
    fun isWanted(entries: EntryStore): Boolean = conditions.all { it(entries) }
}

/**
 * Writes and removals that a caller gathers for one transaction; of several for a key the last one counts.
 * Values are encoded when they are put in. Not thread-safe, and of no use once it was committed.
 */
@InternalCachetronomyApi
public interface WriteBatch {
    public fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    )

    public fun delete(key: String)

    /**
     * Nothing is to be written unless [holds] says so of the row of [key], null where there is none. It runs in the
     * transaction, perhaps more than once, and has nothing of a caller in it.
     */
    public fun expect(
        key: String,
        holds: (StoredEntry?) -> Boolean,
    )

    /** Nothing is to be written unless there is a row of [key]. */
    public fun expectPresent(key: String)
}

/** A batch for the whole cache. */
internal class GatheredWrites(
    private val drafts: Drafts,
) : WriteBatch {
    /** By key; null stands for a removal. */
    private val steps = LinkedHashMap<String, Draft?>()
    private val conditions = ArrayList<(EntryStore) -> Boolean>()
    private var ended = false

    /** The keys that get a value. */
    val written: List<String> get() = steps.filterValues { it != null }.keys.toList()

    override fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Unit = put(key, drafts.draft(key, value, type, options))

    override fun delete(key: String): Unit = put(requireKey(key), null)

    override fun expect(
        key: String,
        holds: (StoredEntry?) -> Boolean,
    ): Unit = expect { it.read(key).let(holds) }

    override fun expectPresent(key: String): Unit = expect { it.has(key) }

    /** What was gathered; more is refused from now on. */
    fun end(): Gathered {
        ended = true
        return Gathered(steps, conditions)
    }

    private fun expect(condition: (EntryStore) -> Boolean) {
        check(!ended) { "the transaction is over" }
        conditions += condition
    }

    private fun put(
        key: String,
        draft: Draft?,
    ) {
        check(!ended) { "the transaction is over" }
        steps[key] = draft
    }
}
