package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.queue.PutOp
import io.github.cachetronomy.core.engine.queue.QueuedWrite
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.queue.WriteOp
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.metadataOf
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.ValueType

/** `set` and `setMany`: values go to memory at once and to the store in their turn. */
internal class Sets(
    private val queue: WriteQueue,
    private val drafts: Drafts,
    private val view: MemoryView,
    private val policy: WritePolicy,
    private val counters: Counters,
    private val events: EventHub,
) {
    fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<EntryMetadata> {
        val draft = drafts.draft(key, value, type, options)
        return setAll(listOf(draft)).map { stored -> metadataOf(draft.row, stored) }
    }

    fun setMany(
        values: Map<String, Any?>,
        typeOf: (Any?) -> ValueType,
        options: EntryOptions,
    ): Write<Unit> = setAll(values.map { (key, value) -> drafts.draft(key, value, typeOf(value), options) }).map { }

    /** Gives whether the rows are stored. */
    private fun setAll(all: List<Draft>): Write<Boolean> {
        val behind = policy.durability == Durability.WRITE_BEHIND
        return QueuedWrite(
            queue,
            behind,
            { room -> if (all.isEmpty()) null else put(all, room) },
            { stored -> stored == true },
            { fault -> notStored(all, fault) },
        )
    }

    /** Who is told that the write failed is not to read it either. */
    private fun notStored(
        all: List<Draft>,
        fault: StoreFaultException,
    ): Boolean =
        try {
            policy.unlessRequired(fault) { false }
        } catch (refused: StoreUnavailableException) {
            view.takeBack(all.map(Draft::row))
            throw refused
        }

    private fun put(
        all: List<Draft>,
        room: Boolean,
    ): WriteOp<*>? {
        policy.refuseIfClosed()
        if (!room) {
            keepInMemoryOnly(all)
            return null
        }
        val op = PutOp(all.map(Draft::row), policy.durability, view)
        queue.enqueue(op) { number -> all.forEach { view.show(it, number) } }
        return op
    }

    private fun keepInMemoryOnly(all: List<Draft>) {
        queue.orderly { number ->
            all.forEach { view.show(it, number) }
            view.keepAlone(all.map(Draft::row))
            queue.dropRows(all.map(Draft::key))
        }
        all.forEach { counters.droppedWrite(it.key) }
        all.forEach { draft -> events.emit { CacheEvent.WriteDropped(draft.key, "the write queue is full") } }
    }
}
