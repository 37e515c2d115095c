package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoredEntry

/** Tells of what the store took and did not take. */
internal class WriteFaults(
    private val counters: Counters,
    private val health: HealthBoard,
    private val events: EventHub,
    private val growth: StoreGrowth,
) : WriteQueue.Listener {
    override fun dropped(
        entries: List<StoredEntry>,
        fault: Throwable,
    ) {
        entries.forEach { counters.droppedWrite(it.key) }
        entries.forEach { events.emit { CacheEvent.WriteDropped(it.key, fault.message ?: fault.toString()) } }
        unwell("writes", fault)
    }

    override fun notRemoved(fault: Throwable) = unwell("removals", fault)

    override fun committed(bytes: Long) {
        health.clear(HealthBoard.Topic.WRITES)
        growth.add(bytes)
    }

    /** A write that only its own value keeps out says nothing about the store. */
    private fun unwell(
        what: String,
        fault: Throwable,
    ) {
        if ((fault as? StoreFaultException)?.kind == StoreFaultException.Kind.REJECTED) return
        health.raise(HealthBoard.Topic.WRITES, "the store does not take $what: ${fault.message}")
    }
}
