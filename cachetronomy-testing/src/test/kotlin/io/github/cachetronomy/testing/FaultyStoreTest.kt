package io.github.cachetronomy.testing

import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit

@Tag("fast")
class FaultyStoreTest {
    private val store = FaultyStore(InMemoryStore())

    @Test
    fun `reads fail as often as told and work again`() {
        store.commitAll(entry("key"))
        store.failReads(Kind.UNAVAILABLE, 2)
        assertEquals(Kind.UNAVAILABLE, fault { store.entries.read("key") })
        assertEquals(Kind.UNAVAILABLE, fault { store.profiles.find("default") })
        assertSameRow(entry("key"), store.entries.read("key"))
        assertEquals(3, store.reads)
    }

    @Test
    fun `reads fail for ever until healed`() {
        store.commitAll(entry("key"))
        store.failReads(Kind.DAMAGED)
        repeat(5) { assertEquals(Kind.DAMAGED, fault { store.entries.count() }) }
        store.heal()
        assertEquals(1, store.entries.count())
    }

    @Test
    fun `a busy store fails before the work, a full one after it`() {
        var ran = false
        store.failTransactions(Kind.BUSY, 1)
        assertEquals(Kind.BUSY, fault { store.commit { ran = true } })
        assertFalse(ran)
        store.failTransactions(Kind.UNAVAILABLE, 1)
        assertEquals(
            Kind.UNAVAILABLE,
            fault {
                store.commit {
                    ran = true
                    entries.put(entry("key"))
                }
            },
        )
        assertTrue(ran)
        assertNull(store.entries.read("key"))
        store.commitAll(entry("key"))
        assertSameRow(entry("key"), store.entries.read("key"))
        assertEquals(3, store.transactions)
    }

    @Test
    fun `reads of a transaction neither fail nor count`() {
        store.failReads(Kind.UNAVAILABLE)
        store.commit { assertNull(entries.read("key")) }
        assertEquals(0, store.reads)
    }

    @Test
    fun `a paused read gives what it saw before it stopped`() {
        store.commitAll(entry("key"))
        val pause = store.pauseReads()
        val reader = FutureTask { store.entries.read("key") }
        assertFalse(pause.hasArrived)
        Thread(reader).start()
        pause.awaitArrival()
        store.commit { entries.delete("key") }
        assertNull(store.entries.read("key"))
        pause.release()
        assertSameRow(entry("key"), reader.get(10, TimeUnit.SECONDS))
    }

    @Test
    fun `a paused read keeps an interrupt for later`() {
        val pause = store.pauseReads()
        val reader =
            FutureTask {
                store.entries.read("key")
                Thread.currentThread().isInterrupted
            }
        val thread = Thread(reader).apply { start() }
        pause.awaitArrival()
        thread.interrupt()
        pause.release()
        assertTrue(reader.get(10, TimeUnit.SECONDS))
    }

    @Test
    fun `a paused transaction has not begun`() {
        val pause = store.pauseTransactions()
        val writer = FutureTask { store.commitAll(entry("key")) }
        Thread(writer).start()
        pause.awaitArrival()
        assertNull(store.entries.read("key"))
        pause.close()
        writer.get(10, TimeUnit.SECONDS)
        assertSameRow(entry("key"), store.entries.read("key"))
    }

    @Test
    fun `a foreign commit changes the number`() {
        val before = store.foreignChanges()
        assertEquals(before, store.foreignChanges())
        store.foreignCommit()
        assertNotEquals(before, store.foreignChanges())
    }

    @Test
    fun `a number of faults is positive`() {
        assertThrows(IllegalArgumentException::class.java) { store.failReads(Kind.BUSY, 0) }
    }

    private fun fault(block: () -> Any?): Kind = assertThrows(StoreFaultException::class.java) { block() }.kind
}
