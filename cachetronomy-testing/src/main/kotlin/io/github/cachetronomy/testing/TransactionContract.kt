package io.github.cachetronomy.testing

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.StoreBackend
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Instant
import java.util.concurrent.ExecutionException
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit
import java.util.function.Supplier

/** The part of [StoreBackendContract] about transactions: all or nothing, on one thread. Not thread-safe. */
public sealed interface TransactionContract {
    /** The store under test. */
    public val store: StoreBackend

    @Test
    public fun `a transaction gives what its work gave`() {
        for (durability in Durability.entries) {
            val result =
                store.transaction(
                    durability,
                    Supplier {
                        store.entries.put(entry("$durability"))
                        "result"
                    },
                )
            assertEquals("result", result)
            assertSameRow(entry("$durability"), store.entries.read("$durability"))
        }
    }

    @Test
    public fun `work that throws leaves nothing behind, and its exception comes as thrown`() {
        store.commitAll(entry("a", tags = listOf("t")), entry("b", expiresAt = SOME_TIME), entry("c"))
        val failure = ArithmeticException("the work failed")
        val thrown =
            assertThrows(ArithmeticException::class.java) {
                store.commit {
                    entries.put(entry("new"))
                    entries.put(entry("c", version = 2))
                    entries.touch("b", SOME_TIME + 1)
                    entries.delete("a")
                    writes().forEach { it() }
                    throw failure
                }
            }
        assertSame(failure, thrown)
        assertEquals(listOf("a", "b", "c"), store.keys())
        assertSameRow(entry("a", tags = listOf("t")), store.entries.read("a"))
        assertSameRow(entry("b", expiresAt = SOME_TIME), store.entries.read("b"))
        assertSameRow(entry("c"), store.entries.read("c"))
        assertNull(store.accessLog.find("key"))
        assertTrue(store.evictionLog.recent(10).isEmpty())
        assertNull(store.profiles.find("profile"))
    }

    @Test
    public fun `work that throws leaves positions as they were`() {
        store.commitAll(entry("a"), entry("b"), entry("c"))
        assertThrows(ArithmeticException::class.java) {
            store.commit {
                entries.delete("a")
                entries.put(entry("a"))
                entries.deleteAll()
                throw ArithmeticException()
            }
        }
        assertEquals(listOf("a", "b", "c"), store.keys(KeyOrder.INSERTION))
        val first = store.entries.page(page(limit = 1, order = KeyOrder.INSERTION)).single()
        val rest = store.entries.page(page(after = first.cursor, order = KeyOrder.INSERTION))
        assertEquals(listOf("b", "c"), rest.map { it.entry.key })
    }

    @Test
    public fun `after work that threw the store goes on`() {
        assertThrows(ArithmeticException::class.java) { store.commit { throw ArithmeticException() } }
        store.commitAll(entry("key"))
        assertSameRow(entry("key"), store.entries.read("key"))
    }

    @Test
    public fun `reads inside of a transaction see its writes`() {
        store.commitAll(entry("gone"), entry("changed"))
        store.commit {
            entries.put(entry("new"))
            entries.put(entry("changed", version = 2))
            entries.delete("gone")
            assertSameRow(entry("new"), entries.read("new"))
            assertSameRow(entry("changed", version = 2), entries.read("changed"))
            assertNull(entries.read("gone"))
            assertEquals(setOf("new", "changed"), entries.readAll(listOf("new", "changed", "gone")).keys)
            assertEquals(2, entries.count())
            assertEquals(listOf("changed", "new"), keys())
        }
    }

    @Test
    public fun `writes outside of a transaction are refused`() {
        store.commitAll(entry("key", expiresAt = SOME_TIME, tags = listOf("t")))
        writes().forEach { write -> assertThrows(IllegalStateException::class.java) { write() } }
        assertSameRow(entry("key", expiresAt = SOME_TIME, tags = listOf("t")), store.entries.read("key"))
        assertNull(store.accessLog.find("key"))
        assertTrue(store.evictionLog.recent(10).isEmpty())
        assertNull(store.profiles.find("profile"))
    }

    @Test
    public fun `writes of another thread than the transaction's are refused`() {
        store.commit {
            val other = FutureTask { store.entries.put(entry("key")) }
            Thread(other).start()
            val failure = assertThrows(ExecutionException::class.java) { other.get(10, TimeUnit.SECONDS) }
            assertTrue(failure.cause is IllegalStateException, "${failure.cause}")
        }
        assertNull(store.entries.read("key"))
    }

    /** One of each kind, for a row that is there and for one that is not. */
    private fun writes(): List<() -> Any?> =
        listOf(
            { store.entries.put(entry("other")) },
            { store.entries.touch("key", SOME_TIME + 1) },
            { store.entries.touch("absent", SOME_TIME + 1) },
            { store.entries.delete("key") },
            { store.entries.delete("absent") },
            { store.entries.deleteByTags(setOf("t"), TagMatch.ANY) },
            { store.entries.deleteByTags(setOf("t"), TagMatch.ALL) },
            { store.entries.deleteByTags(setOf("absent"), TagMatch.EXACT) },
            { store.entries.deleteByPrefix("k") },
            { store.entries.deleteByPrefix("absent") },
            { store.entries.deleteByProfile("default") },
            { store.entries.deleteByProfile("absent") },
            { store.entries.deleteExpired(SOME_TIME, 10) },
            { store.entries.deleteExpired(0, 10) },
            { store.entries.deleteAll() },
            { store.accessLog.add(listOf(AccessRecord("key", 1, Instant.EPOCH, "default"))) },
            { store.evictionLog.add(listOf(EvictionRecord("key", Instant.EPOCH, "reason", 1, "default"))) },
            { store.accessLog.delete("key") },
            { store.accessLog.deleteAll() },
            { store.evictionLog.deleteAll() },
            { store.profiles.put(Profile.named("profile")) },
            { store.profiles.delete("profile") },
            { store.profiles.setActive("profile") },
        )
}
