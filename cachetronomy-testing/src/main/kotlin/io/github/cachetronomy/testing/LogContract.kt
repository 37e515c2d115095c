package io.github.cachetronomy.testing

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.Profile
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
