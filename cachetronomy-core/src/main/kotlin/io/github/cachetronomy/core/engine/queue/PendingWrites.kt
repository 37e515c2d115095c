package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.spi.StoredEntry
import java.util.concurrent.ConcurrentHashMap

/**
 * What the queue has yet to commit, as readers must see it: the file is behind, the cache is not.
 * Written under the queue's lock, read without it.
 */
internal class PendingWrites {
    private class State(
        val op: WriteOp<*>,
        /** The row to be, or null for a removal. */
        val entry: StoredEntry?,
    )

    private val byKey = ConcurrentHashMap<String, State>()

    @Volatile
    private var bulk: List<BulkOp<*>> = emptyList()

    /** Keys whose rows in the store are out of date and have yet to be removed. */
    private val owed: MutableSet<String> = ConcurrentHashMap.newKeySet()

    /** What the store would give for a key once everything queued is committed. */
    sealed interface Answer {
        /** The queue has nothing on the key; a row read now counts unless [hidden] by a removal of many. */
        class AskStore(
            private val removals: List<BulkOp<*>>,
        ) : Answer {
            fun hidden(entry: StoredEntry): Boolean =
                removals.any { it.selection.selects(entry.key, entry.tags, entry.profile) }
        }

        /** The queue knows. */
        class Known(
            val entry: StoredEntry?,
        ) : Answer
    }

    fun answer(key: String): Answer {
        // First the removals, then the key: a write that is committed in between is found in the store.
        val removals = bulk
        val state = byKey[key]
        return when {
            state != null -> Answer.Known(state.entry)
            owed.isNotEmpty() && key in owed -> ABSENT
            removals.isEmpty() -> ASK_STORE
            else -> Answer.AskStore(removals)
        }
    }

    /** [row] of the store as it will be when everything queued is committed, or null where it will be gone. */
    fun seen(row: StoredEntry): StoredEntry? =
        when (val answer = answer(row.key)) {
            is Answer.Known -> answer.entry
            is Answer.AskStore -> row.takeUnless(answer::hidden)
        }

    fun add(op: WriteOp<*>) {
        when (op) {
            is PutOp -> {
                op.entries.forEach { byKey[it.key] = State(op, it) }
            }

            is RemoveOp -> {
                op.keys.forEach { byKey[it] = State(op, null) }
            }

            is BulkOp -> {
                byKey.forEach { (key, state) ->
                    // A row that is queued before the removal goes with it: from now on the key is absent.
                    if (op.selects(key, state)) byKey[key] = State(op, null)
                }
                bulk = bulk + op
            }

            is AtomicOp, is ChoreOp -> {}
        }
    }

    /** The rows of [keys] are not to be believed, unless something queued says otherwise. */
    fun owe(keys: Collection<String>) {
        owed += keys
    }

    /** As [owe], for every row. What is queued already is not hidden. */
    fun owe(removal: BulkOp<*>) {
        owed.clear()
        if (removal !in bulk) bulk = bulk + removal
    }

    /** The rows of [keys] have been removed or overwritten. */
    fun paid(keys: Collection<String>) {
        if (owed.isNotEmpty()) owed -= keys.toSet()
    }

    /** [op] was taken back: what is left in the queue, [others] in order, says what readers see. */
    fun takeBack(
        op: WriteOp<*>,
        others: List<WriteOp<*>>,
    ) {
        if (op is BulkOp) bulk = bulk - op
        val keys = byKey.filterValues { it.op === op }.keys
        for (key in keys) {
            var state: State? = null
            for (other in others) state = after(other, key, state)
            if (state == null) byKey.remove(key) else byKey[key] = state
        }
    }

    private fun after(
        op: WriteOp<*>,
        key: String,
        before: State?,
    ): State? =
        when (op) {
            is PutOp -> op.entries.findLast { it.key == key }?.let { State(op, it) } ?: before
            is RemoveOp -> if (key in op.keys) State(op, null) else before
            is BulkOp -> if (before != null && op.selects(key, before)) State(op, null) else before
            is AtomicOp, is ChoreOp -> before
        }

    private fun BulkOp<*>.selects(
        key: String,
        state: State,
    ) = selection.selects(key, state.entry?.tags.orEmpty(), state.entry?.profile.orEmpty())

    /** The rows of [op] are removed in its place. */
    fun replace(
        op: PutOp,
        removal: RemoveOp,
    ) = removal.keys.forEach { key ->
        byKey.computeIfPresent(key) { _, state -> if (state.op === op) State(removal, null) else state }
    }

    /** The op is in the store, or never will be. */
    fun settle(op: WriteOp<*>) {
        when (op) {
            is PutOp -> {
                op.entries.forEach { forget(it.key, op) }
            }

            is RemoveOp -> {
                op.keys.forEach { forget(it, op) }
            }

            is BulkOp -> {
                bulk = bulk - op
                byKey.forEach { (key, state) -> if (state.op === op) byKey.remove(key, state) }
            }

            is AtomicOp, is ChoreOp -> {}
        }
    }

    private fun forget(
        key: String,
        op: WriteOp<*>,
    ) {
        val state = byKey[key]
        if (state?.op === op) byKey.remove(key, state)
    }

    private companion object {
        val ASK_STORE = Answer.AskStore(emptyList())
        val ABSENT = Answer.Known(null)
    }
}
