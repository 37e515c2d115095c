package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.spi.StoreFaultException
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * A few connections for reading, each under its own lock. A reader tries them from a place of its
 * thread's own, so that threads rarely meet, and waits only when all are taken.
 */
internal class SqliteReaders(
    size: Int,
    private val open: () -> SqliteConnection,
) : AutoCloseable {
    private val slots = Array(size) { Slot() }

    fun <R> read(block: (SqliteConnection) -> R): R {
        val first = (Thread.currentThread().hashCode() and Int.MAX_VALUE) % slots.size
        for (i in slots.indices) {
            val slot = slots[(first + i) % slots.size]
            if (slot.lock.tryLock()) {
                try {
                    return slot.use(block)
                } finally {
                    slot.lock.unlock()
                }
            }
        }
        return slots[first].lock.withLock { slots[first].use(block) }
    }

    override fun close() {
        slots.forEach { slot -> slot.lock.withLock(slot::close) }
    }

    private inner class Slot {
        val lock = ReentrantLock()

        /** Guarded by [lock]; opened on first need. */
        private var connection: SqliteConnection? = null

        /** Guarded by [lock]. */
        private var closed = false

        fun <R> use(block: (SqliteConnection) -> R): R {
            if (closed) throw StoreFaultException(StoreFaultException.Kind.UNAVAILABLE, "the store is closed")
            val connection = connection ?: SqliteFaults.translated(open).also { connection = it }
            return connection.guarded(block)
        }

        fun close() {
            closed = true
            connection?.close()
            connection = null
        }
    }
}
