package io.github.cachetronomy.core.engine

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

    /** What the store would give for a key once everything queued is committed. */
    sealed interface Answer {
        /** The queue has nothing on the key; a row read now counts unless [hidden] by a removal of many. */
        class AskStore(
            private val removals: List<BulkOp<*>>,
        ) : Answer {
            fun hidden(entry: StoredEntry): Boolean = removals.any { it.selection.selects(entry.key, entry.tags) }
        }

        /** The queue knows. */
        class Known(
            val entry: StoredEntry?,
        ) : Answer
    }

    fun answer(key: String): Answer {
        // First the removals, then the key: a write that is committed in between is found in the store.
        val removals = bulk
        val state = byKey[key] ?: return if (removals.isEmpty()) ASK_STORE else Answer.AskStore(removals)
        return Answer.Known(state.entry)
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
                    if (op.selection.selects(key, state.entry?.tags.orEmpty())) byKey[key] = State(op, null)
                }
                bulk = bulk + op
            }

            is AtomicOp, is ChoreOp -> {}
        }
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
    }
}
