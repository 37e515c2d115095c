package io.github.cachetronomy.testing

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.LoggedRow
import io.github.cachetronomy.core.spi.StoreBackend
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Duration
import java.time.Instant

/** The part of [StoreBackendContract] about the logs and the profiles. Not thread-safe. */
public sealed interface LogContract {
    /** The store under test. */
    public val store: StoreBackend

    @Test
    public fun `an access log gives a count back`() {
        val record = AccessRecord("key \uD83D\uDE00", 3, NOON.plusNanos(123_456_000), "pröfile")
        store.commit { accessLog.add(listOf(record)) }
        assertEquals(record, store.accessLog.find("key \uD83D\uDE00"))
        assertNull(store.accessLog.find("absent"))
    }

    @Test
    public fun `counts add up, the last time and profile stay`() {
        val later = NOON.plusSeconds(1)
        val last = NOON.plusSeconds(2)
        val other = AccessRecord("other", 1, NOON, "one")
        store.commit { accessLog.add(listOf(AccessRecord("key", 2, NOON, "one"), other)) }
        store.commit {
            accessLog.add(listOf(AccessRecord("key", 40, later, "two"), AccessRecord("key", 100, last, "three")))
        }
        assertEquals(AccessRecord("key", 142, last, "three"), store.accessLog.find("key"))
        assertEquals(other, store.accessLog.find("other"))
    }

    @Test
    public fun `the top keys come most read first`() {
        val reads = mapOf("b" to 2L, "d" to 4L, "a" to 1L, "c" to 3L)
        store.commit { accessLog.add(reads.map { (key, count) -> AccessRecord(key, count, NOON, "default") }) }
        assertEquals(listOf("d", "c", "b", "a"), store.accessLog.top(5).map(AccessRecord::key))
        assertEquals(listOf("d", "c", "b"), store.accessLog.top(3).map(AccessRecord::key))
        assertEquals(listOf(4L), store.accessLog.top(1).map(AccessRecord::reads))
    }

    @Test
    public fun `counts outlive their entries`() {
        store.commitAll(entry("key"))
        store.commit { accessLog.add(listOf(AccessRecord("key", 1, NOON, "default"))) }
        store.commit { entries.deleteAll() }
        assertEquals(1, store.accessLog.find("key")?.reads)
    }

    @Test
    public fun `an eviction log gives the newest back first`() {
        val reason = EvictionCause.DELETED.reason
        val records = (1..5).map { EvictionRecord("key $it", NOON, reason, it.toLong(), "default") }
        store.commit { evictionLog.add(records.take(3)) }
        store.commit { evictionLog.add(records.drop(3)) }
        assertEquals(records.reversed(), store.evictionLog.recent(6))
        assertEquals(records.reversed().take(4), store.evictionLog.recent(4))
        assertEquals(records.takeLast(1), store.evictionLog.recent(1))
    }

    @Test
    public fun `an eviction record is kept as it is`() {
        val odd = EvictionRecord("\u0000 ' \uD83D\uDE00", NOON.plusNanos(1_000), "my own", Long.MAX_VALUE, "p \"q\"")
        val twice = EvictionRecord("key", NOON, EvictionCause.EXPIRED.reason, 0, "default")
        store.commit { evictionLog.add(listOf(odd, twice, twice)) }
        assertEquals(listOf(twice, twice, odd), store.evictionLog.recent(10))
    }

    @Test
    public fun `an empty log gives nothing`() {
        store.commit {
            accessLog.add(emptyList())
            evictionLog.add(emptyList())
        }
        assertTrue(store.accessLog.top(10).isEmpty())
        assertTrue(store.evictionLog.recent(10).isEmpty())
    }

    @Test
    public fun `keys that were read equally often come in their order`() {
        val keys = listOf("\uD83D\uDE00", "\uFFFD", "b", "a", "B")
        store.commit { accessLog.add(keys.map { AccessRecord(it, 7, NOON, "default") }) }
        assertEquals(listOf("B", "a", "b", "\uFFFD", "\uD83D\uDE00"), store.accessLog.top(9).map(AccessRecord::key))
        assertEquals(listOf("B", "a"), store.accessLog.top(2).map(AccessRecord::key))
    }

    @Test
    public fun `an access log is listed page by page in the order of the first counts`() {
        val keys = listOf("c", "a", "e", "b", "d")
        keys.forEach { store.commit { accessLog.add(listOf(AccessRecord(it, 1, NOON, "default"))) } }
        store.commit { accessLog.add(listOf(AccessRecord("e", 1, NOON, "default"))) }
        assertEquals(keys, walk { after -> store.accessLog.page(after, 2) }.map(AccessRecord::key))
        assertTrue(store.accessLog.page(null, 0).isEmpty())
    }

    @Test
    public fun `an eviction log is listed page by page, the newest first`() {
        val records = (1..5).map { EvictionRecord("key $it", NOON, "reason", it.toLong(), "default") }
        store.commit { evictionLog.add(records) }
        assertEquals(records.reversed(), walk { after -> store.evictionLog.page(after, 2) })
    }

    @Test
    public fun `a deleted count is gone, and begins anew`() {
        store.commit { accessLog.add(listOf("a", "b").map { AccessRecord(it, 5, NOON, "default") }) }
        assertTrue(store.commit { accessLog.delete("a") })
        assertFalse(store.commit { accessLog.delete("a") })
        assertNull(store.accessLog.find("a"))
        store.commit { accessLog.add(listOf(AccessRecord("a", 1, NOON, "default"))) }
        assertEquals(1, store.accessLog.find("a")?.reads)
        assertEquals(listOf("b", "a"), walk { after -> store.accessLog.page(after, 9) }.map(AccessRecord::key))
    }

    @Test
    public fun `a cleared log is empty, the other one and the entries stay`() {
        store.commitAll(entry("key"))
        store.commit {
            accessLog.add(listOf("a", "b").map { AccessRecord(it, 5, NOON, "default") })
            evictionLog.add(listOf("a", "b", "c").map { EvictionRecord(it, NOON, "reason", 0, "default") })
        }
        assertEquals(2, store.commit { accessLog.deleteAll() })
        assertEquals(0, store.commit { accessLog.deleteAll() })
        assertEquals(3, store.evictionLog.recent(9).size)
        assertEquals(3, store.commit { evictionLog.deleteAll() })
        assertTrue(store.evictionLog.recent(9).isEmpty())
        assertEquals(listOf("key"), store.keys())
    }

    @Test
    public fun `rows are removed by their places, and the others keep theirs`() {
        val keys = (1..1_100).map { "k$it" }
        store.commit {
            accessLog.add(keys.map { AccessRecord(it, 1, NOON, "default") })
            evictionLog.add(keys.map { EvictionRecord(it, NOON, "reason", 0, "default") })
        }
        val accesses = store.accessLog.page(null, 2_000)
        val evictions = store.evictionLog.page(null, 2_000)
        store.commit {
            accessLog.deleteRows(accesses.drop(1).map { it.place })
            evictionLog.deleteRows(evictions.dropLast(1).map { it.place })
            evictionLog.deleteRows(evictions.take(1).map { it.place })
        }
        assertEquals(accesses.take(1).map { it.place }, store.accessLog.page(null, 9).map { it.place })
        assertEquals(evictions.takeLast(1).map { it.place }, store.evictionLog.page(null, 9).map { it.place })
    }

    @Test
    public fun `of too many rows the oldest are beyond, those whose key has an entry last`() {
        store.commitAll(entry("live"))
        val keys = listOf("live", "b", "c", "a")
        store.commit {
            keys.forEachIndexed { i, key ->
                accessLog.add(listOf(AccessRecord(key, 1, NOON.plusSeconds(i.toLong()), "default")))
                evictionLog.add(listOf(EvictionRecord(key, NOON, "reason", 0, "default")))
            }
        }

        fun accesses(
            maxRows: Long?,
            oldest: Instant?,
            limit: Int,
        ) = named(store.accessLog.beyond(maxRows, oldest, limit), store.accessLog.page(null, 9)) { it.key }

        fun evictions(
            maxRows: Long?,
            oldest: Instant?,
            limit: Int,
        ) = named(store.evictionLog.beyond(maxRows, oldest, limit), store.evictionLog.page(null, 9)) { it.key }
        assertEquals(emptyList<String>(), accesses(4, null, 9))
        assertEquals(listOf("b", "c"), accesses(2, null, 9))
        assertEquals(listOf("b"), accesses(2, null, 1))
        assertEquals(listOf("b", "c", "a", "live"), accesses(0, null, 9))
        assertEquals(listOf("b"), accesses(null, NOON.plusSeconds(2), 9))
        assertEquals(listOf("b", "c"), accesses(2, NOON.plusSeconds(2), 9))
        assertEquals(emptyList<String>(), accesses(null, null, 9))
        assertEquals(emptyList<String>(), evictions(4, NOON, 9))
        assertEquals(listOf("live", "b"), evictions(2, null, 9))
        assertEquals(listOf("live"), evictions(2, null, 1))
        assertEquals(keys, evictions(0, null, 9))
        assertEquals(keys, evictions(null, NOON.plusSeconds(1), 9))
        assertEquals(emptyList<String>(), evictions(null, null, 9))
    }

    @Test
    public fun `a removal of everything is logged for every entry once, known ones as they are known`() {
        store.commitAll(entry("a"), entry("b"), entry("c"))
        val known = listOf("b", "elsewhere").map { EvictionRecord(it, NOON, "why", 7, "p") }
        val others = EvictionRecord("", NOON, "why", 0, "p")
        store.commit {
            evictionLog.add(listOf(EvictionRecord("a", NOON, "earlier", 1, "p")))
            evictionLog.addEntries(known, others, Long.MAX_VALUE)
            entries.deleteAll()
        }
        assertEquals(
            listOf(others.copy(key = "c"), others.copy(key = "a")) + known.reversed(),
            store.evictionLog.recent(4),
        )
        assertEquals(5, store.evictionLog.recent(9).size)
    }

    @Test
    public fun `a removal of everything is logged to the limit`() {
        val keys = (1..20).map { "k$it" }
        store.commitAll(*keys.map { entry(it) }.toTypedArray())
        val known = keys.takeLast(5).map { EvictionRecord(it, NOON, "why", 7, "p") }
        val others = EvictionRecord("", NOON, "why", 0, "p")
        for ((limit, rows) in listOf(0L to 0, 3L to 3, 5L to 5, 12L to 12, 20L to 20, 21L to 20)) {
            store.commit {
                evictionLog.deleteAll()
                evictionLog.addEntries(known, others, limit)
            }
            val logged = store.evictionLog.recent(99)
            assertEquals(rows, logged.size)
            assertEquals(rows, logged.map(EvictionRecord::key).toSet().size)
            assertEquals(minOf(5, rows), logged.count { it.reads == 7L })
        }
    }

    @Test
    public fun `what a failing transaction did to the logs is taken back`() {
        store.commitAll(entry("a"))
        store.commit {
            accessLog.add(listOf("a", "b").map { AccessRecord(it, 5, NOON, "default") })
            evictionLog.add(listOf("a", "b").map { EvictionRecord(it, NOON, "reason", 0, "default") })
        }
        val accesses = walk { after -> store.accessLog.page(after, 9) }
        val evictions = walk { after -> store.evictionLog.page(after, 9) }
        assertThrows(IllegalArgumentException::class.java) {
            store.commit<Unit> {
                accessLog.delete("a")
                accessLog.add(listOf(AccessRecord("a", 1, NOON, "default"), AccessRecord("c", 1, NOON, "default")))
                accessLog.deleteAll()
                evictionLog.addEntries(emptyList(), EvictionRecord("", NOON, "why", 0, "p"), 9)
                evictionLog.deleteAll()
                throw IllegalArgumentException("takes all of it back")
            }
        }
        assertEquals(accesses, walk { after -> store.accessLog.page(after, 9) })
        assertEquals(evictions, walk { after -> store.evictionLog.page(after, 9) })
        store.commit { accessLog.add(listOf(AccessRecord("a", 1, NOON, "default"))) }
        assertEquals(6, store.accessLog.find("a")?.reads)
    }

    /** The keys of the rows at [places], in that order. */
    private fun <R : Any> named(
        places: List<Long>,
        rows: List<LoggedRow<R>>,
        key: (R) -> String,
    ): List<String> = places.map { place -> key(rows.single { it.place == place }.record) }

    /** Every row, page by page. */
    private fun <R : Any> walk(page: (Long?) -> List<LoggedRow<R>>): List<R> {
        val all = ArrayList<R>()
        var after: Long? = null
        while (true) {
            val rows = page(after)
            after = rows.lastOrNull()?.place ?: return all
            all += rows.map { it.record }
        }
    }

    @Test
    public fun `a profile reads as it was put`() {
        val profile =
            Profile
                .Builder("pröduction ' \uD83D\uDE00")
                .timeToLive(Duration.ofSeconds(1))
                .cleanupInterval(Duration.ZERO)
                .maxItemsInMemory(0)
                .tags(listOf("b", "a", "\u00fc"))
                .build()
        store.commit { profiles.put(profile) }
        assertEquals(profile, store.profiles.find(profile.name))
        assertEquals(
            listOf("b", "a", "\u00fc"),
            store.profiles
                .find(profile.name)
                ?.tags
                ?.toList(),
        )
        assertNull(store.profiles.find("absent"))
    }

    @Test
    public fun `a profile put again is overwritten`() {
        store.commit {
            profiles.put(
                Profile
                    .Builder("p")
                    .maxItemsInMemory(1)
                    .tags(listOf("t"))
                    .build(),
            )
        }
        val second =
            Profile
                .Builder("p")
                .maxItemsInMemory(Int.MAX_VALUE)
                .timeToLive(Duration.ofDays(365_000))
                .build()
        store.commit {
            profiles.put(second)
            profiles.put(Profile.named("other"))
        }
        assertEquals(second, store.profiles.find("p"))
        assertEquals(Profile.named("other"), store.profiles.find("other"))
    }

    @Test
    public fun `profiles are listed by name`() {
        assertTrue(store.profiles.list { throw AssertionError(it) }.isEmpty())
        val names = listOf("b", "a", "\uE000", "\uD83D\uDE00", "B", "a ' quote")
        store.commit { names.forEach { profiles.put(Profile.Builder(it).maxItemsInMemory(it.length).build()) } }
        val listed = store.profiles.list { throw AssertionError(it) }
        assertEquals(listOf("B", "a", "a ' quote", "b", "\uE000", "\uD83D\uDE00"), listed.map(Profile::name))
        assertEquals(listed, listed.map { store.profiles.find(it.name) })
    }

    @Test
    public fun `a deleted profile is gone`() {
        store.commit { listOf("a", "b").forEach { profiles.put(Profile.named(it)) } }
        assertTrue(store.commit { profiles.delete("a") })
        assertFalse(store.commit { profiles.delete("a") })
        assertNull(store.profiles.find("a"))
        assertEquals(listOf(Profile.named("b")), store.profiles.list { throw AssertionError(it) })
    }

    @Test
    public fun `the active profile is the one that was activated last`() {
        assertNull(store.profiles.active())
        store.commit { profiles.setActive("a ' quote") }
        assertEquals("a ' quote", store.profiles.active())
        store.commit { profiles.setActive("pr\u00f6file \uD83D\uDE00") }
        assertEquals("pr\u00f6file \uD83D\uDE00", store.profiles.active())
    }

    @Test
    public fun `profiles in a transaction read as they were written in it, and afterwards as before if it fails`() {
        store.commit {
            profiles.put(Profile.named("kept"))
            profiles.setActive("kept")
        }
        assertThrows(IllegalArgumentException::class.java) {
            store.commit<Unit> {
                profiles.put(Profile.named("new"))
                profiles.delete("kept")
                profiles.setActive("new")
                assertEquals(Profile.named("new"), profiles.find("new"))
                assertNull(profiles.find("kept"))
                assertEquals(listOf(Profile.named("new")), profiles.list { throw AssertionError(it) })
                assertEquals("new", profiles.active())
                throw IllegalArgumentException("takes all of it back")
            }
        }
        assertEquals(listOf(Profile.named("kept")), store.profiles.list { throw AssertionError(it) })
        assertEquals("kept", store.profiles.active())
    }

    private companion object {
        val NOON: Instant = Instant.parse("2030-01-01T12:00:00Z")
    }
}
