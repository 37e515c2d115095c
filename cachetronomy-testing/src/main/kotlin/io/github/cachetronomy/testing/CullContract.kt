package io.github.cachetronomy.testing

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.spi.IdleEntry
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Instant
import java.time.temporal.ChronoUnit

/** The part of [StoreBackendContract] about what goes first where the store is too large. Not thread-safe. */
public sealed interface CullContract {
    /** The store under test. */
    public val store: StoreBackend

    @Test
    public fun `what was written first goes first`() {
        writeOneByOne("b", "a", "c")
        assertEquals(listOf("b", "a", "c"), culledOneByOne())
    }

    @Test
    public fun `what is written again is as new as that`() {
        writeOneByOne("a", "b", "a")
        assertEquals(listOf("b", "a"), culledOneByOne())
    }

    @Test
    public fun `what was read is as new as the last read that the log has`() {
        writeOneByOne("a", "b", "c", "d")
        read("b", SOME_TIME + 10)
        read("a", SOME_TIME + 5)
        // Older than its last write, and so of no weight.
        read("d", SOME_TIME - 5)
        assertEquals(listOf("c", "d", "a", "b"), culledOneByOne())
    }

    @Test
    public fun `what is expired goes before everything else`() {
        store.commitAll(entry("live", createdAt = SOME_TIME - 10))
        store.commitAll(entry("at", expiresAt = SOME_TIME, createdAt = SOME_TIME - 1))
        store.commitAll(entry("after", expiresAt = SOME_TIME + 1, createdAt = SOME_TIME - 11))
        assertEquals(listOf("at", "after", "live"), culledOneByOne(SOME_TIME))
    }

    @Test
    public fun `a row of another program is as new as its neighbour that says when it was written`() {
        store.commitAll(entry("first", createdAt = SOME_TIME), entry("second", createdAt = SOME_TIME + 10))
        store.commitAll(entry("theirs", createdAt = StoredEntry.UNKNOWN))
        store.commitAll(entry("last", createdAt = SOME_TIME + 11))
        assertEquals(listOf("first", "second", "theirs", "last"), culledOneByOne())
    }

    @Test
    public fun `as many are found as it takes, and no more than the limit`() {
        writeOneByOne(*(1..20).map { "key $it" }.toTypedArray())
        val one = idle(1).single().bytes
        assertTrue(one > 0)
        assertEquals(1, idle(one).size)
        assertEquals(2, idle(one + 1).size)
        assertEquals(20, idle(Long.MAX_VALUE).size)
        assertEquals(7, idle(Long.MAX_VALUE, limit = 7).size)
        assertEquals(idle(Long.MAX_VALUE).map { it.place }.take(7), idle(Long.MAX_VALUE, limit = 7).map { it.place })
        assertTrue(idle(0).isEmpty())
    }

    @Test
    public fun `what was written or moved meanwhile stays`() {
        writeOneByOne("again", "moved", "gone", "idle")
        val found = idle(Long.MAX_VALUE)
        store.commitAll(entry("again", createdAt = SOME_TIME + 100))
        store.commit {
            entries.touch("moved", SOME_TIME + 1_000)
            entries.delete("gone")
        }
        assertEquals(listOf("idle"), store.commit { entries.cull(found) }.map(RemovedEntry::key))
        assertEquals(setOf("again", "moved"), store.keys().toSet())
        assertNull(store.entries.read("idle"))
    }

    @Test
    public fun `what goes is told with its expiry, and is no removal for those who load`() {
        store.commitAll(entry("mortal", expiresAt = SOME_TIME + 5), entry("eternal"))
        val mark = store.entries.removalMark()
        val removed = store.commit { entries.cull(entries.leastUsed(SOME_TIME, Long.MAX_VALUE, 10)) }
        val expected = mapOf("mortal" to SOME_TIME + 5, "eternal" to StoredEntry.NEVER)
        assertEquals(expected, removed.associate { it.key to it.expiresAt })
        assertFalse(store.commit { entries.removedSince(mark, "mortal", emptyList(), "default") })
    }

    @Test
    public fun `a removal that is rolled back has not happened`() {
        writeOneByOne("a", "b")
        val found = idle(Long.MAX_VALUE)
        runCatching {
            store.commit {
                entries.cull(found)
                error("no")
            }
        }
        assertEquals(listOf("a", "b"), store.keys())
    }

    @Test
    public fun `the room grows with what is written, and is free when it is culled`() {
        val before = space().bytesUsed
        val value = ByteArray(10_000) { it.toByte() }
        store.commitAll(*(1..100).map { entry("key $it", value, createdAt = SOME_TIME + it) }.toTypedArray())
        val full = space()
        assertTrue(full.bytesUsed - before >= 1_000_000) { "${full.bytesUsed} after $before" }
        assertTrue(full.bytesTaken >= full.bytesUsed)
        val (culled, inside) =
            store.commit { entries.cull(idle(500_000)) to space().bytesUsed }
        assertTrue(culled.size in 45..50) { "${culled.size}" }
        assertTrue(full.bytesUsed - space().bytesUsed in 450_000..550_000) { "${space().bytesUsed}" }
        assertEquals(space().bytesUsed, inside)
    }

    private fun space() = checkNotNull(store.maintenance.space())

    private fun idle(
        bytes: Long,
        limit: Int = 1_000,
    ): List<IdleEntry> = store.entries.leastUsed(SOME_TIME + 1_000, bytes, limit)

    private fun writeOneByOne(vararg keys: String) =
        keys.forEachIndexed { i, key -> store.commitAll(entry(key, createdAt = SOME_TIME + i)) }

    private fun read(
        key: String,
        at: Long,
    ) {
        val time = Instant.EPOCH.plus(at, ChronoUnit.MICROS)
        assertNotNull(store.entries.read(key))
        store.commit { accessLog.add(listOf(AccessRecord(key, 1, time, "default"))) }
    }

    private fun culledOneByOne(now: Long = SOME_TIME + 1_000): List<String> =
        generateSequence {
            val next = store.entries.leastUsed(now, 1, 10)
            store.commit { entries.cull(next) }.map(RemovedEntry::key).ifEmpty { null }
        }.flatten().toList()
}
