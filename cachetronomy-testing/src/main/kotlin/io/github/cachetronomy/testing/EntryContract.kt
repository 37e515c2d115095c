package io.github.cachetronomy.testing

import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The part of [StoreBackendContract] about rows by key: read, put, touch. Not thread-safe. */
public sealed interface EntryContract {
    /** The store under test. */
    public val store: StoreBackend

    @Test
    public fun `an absent key reads as null`() {
        assertNull(store.entries.read("absent"))
        assertEquals(0, store.entries.count())
    }

    @Test
    public fun `a row reads as it was put`() {
        val row =
            entry(
                key = "key",
                data = ByteArray(256) { it.toByte() },
                format = "cbor+gzip",
                expiresAt = SOME_TIME + 123_456,
                tags = listOf("users", "api"),
                version = Long.MAX_VALUE,
                profile = "pröduction \uD83D\uDE00",
                createdAt = SOME_TIME - 1,
                shape = -42,
            )
        store.commitAll(row)
        assertSameRow(row, store.entries.read("key"))
        assertTrue(row.sameAs(checkNotNull(store.entries.read("key"))))
    }

    @Test
    public fun `odd keys are kept as they are and apart from each other`() {
        store.commitAll(*oddKeys.map { entry(it) }.toTypedArray())
        assertEquals(oddKeys.size.toLong(), store.entries.count())
        oddKeys.forEach { assertSameRow(entry(it), store.entries.read(it)) }
        assertEquals(oddKeys.toSet(), store.entries.readAll(oddKeys).keys)
    }

    @Test
    public fun `whether there is a row is told in and outside of a transaction`() {
        store.commitAll(entry("expired", expiresAt = 0))
        assertTrue(store.entries.has("expired"))
        assertFalse(store.entries.has("absent"))
        store.commit {
            store.entries.put(entry("new"))
            assertTrue(store.entries.has("new"))
            store.entries.delete("new")
            assertFalse(store.entries.has("new"))
        }
    }

    @Test
    public fun `an expiry is kept to the microsecond, whatever it is`() {
        val times = listOf(-62_135_596_800_000_000L, -1, 0, 1, SOME_TIME, StoredEntry.NEVER - 1, StoredEntry.NEVER)
        store.commitAll(*times.map { entry("at $it", expiresAt = it) }.toTypedArray())
        times.forEach { assertEquals(it, store.entries.read("at $it")?.expiresAt) }
    }

    @Test
    public fun `tags keep their order and their repeats`() {
        val tags = listOf("b", "a", "b", "", "\u00fc \uD83D\uDE00", "\"quoted\"", "back\\slash", "two\nlines", "[]")
        store.commitAll(entry("tagged", tags = tags))
        assertEquals(tags, store.entries.read("tagged")?.tags)
    }

    @Test
    public fun `a row that does not tell when it was written still does not`() {
        store.commitAll(entry("old", createdAt = StoredEntry.UNKNOWN))
        assertSameRow(entry("old", createdAt = StoredEntry.UNKNOWN), store.entries.read("old"))
    }

    @Test
    public fun `a value may be empty`() {
        store.commitAll(entry("empty", data = ByteArray(0)))
        assertSameRow(entry("empty", data = ByteArray(0)), store.entries.read("empty"))
    }

    @Test
    public fun `a value may have a megabyte`() {
        val data = ByteArray(1024 * 1024) { (it * 31 + it / 256).toByte() }
        store.commitAll(entry("large", data = data))
        assertSameRow(entry("large", data = data), store.entries.read("large"))
    }

    @Test
    public fun `overwriting replaces every field and keeps the position`() {
        val second =
            entry("b", "new".encodeToByteArray(), "string", SOME_TIME, listOf("t"), 2, "other", SOME_TIME + 5, 9)
        store.commitAll(entry("c", tags = listOf("gone")), entry("b", tags = listOf("gone")), entry("a"))
        store.commitAll(second)
        assertSameRow(second, store.entries.read("b"))
        assertEquals(listOf("c", "b", "a"), store.keys(KeyOrder.INSERTION))
    }

    @Test
    public fun `the last of several puts of one key stays`() {
        store.commitAll(entry("key", version = 1), entry("other"), entry("key", version = 2), entry("key", version = 3))
        assertEquals(3, store.entries.read("key")?.version)
        assertEquals(2, store.entries.count())
    }

    @Test
    public fun `a transaction may put thousands of rows`() {
        val rows = (1..3_000).map { entry("key $it") }
        store.commitAll(*rows.toTypedArray())
        assertEquals(3_000, store.entries.count())
        rows.forEach { assertSameRow(it, store.entries.read(it.key)) }
    }

    @Test
    public fun `reading many gives the rows there are and nothing for the others`() {
        store.commitAll(entry("a"), entry("b"), entry("c"))
        val found = store.entries.readAll(listOf("c", "absent", "a", "a"))
        assertEquals(setOf("a", "c"), found.keys)
        found.forEach { (key, row) -> assertSameRow(entry(key), row) }
        assertTrue(store.entries.readAll(emptyList()).isEmpty())
    }

    @Test
    public fun `thousands may be read at once`() {
        val rows = (1..1_500).map { entry("key $it") }
        store.commitAll(*rows.toTypedArray())
        val found = store.entries.readAll(rows.map { it.key } + "absent")
        assertEquals(1_500, found.size)
        rows.forEach { assertSameRow(it, found[it.key]) }
    }

    @Test
    public fun `touch moves the expiry and leaves the rest`() {
        fun expiringAt(expiresAt: Long) =
            entry("b", "v".encodeToByteArray(), "cbor", expiresAt, listOf("x", "y"), 7, "p", SOME_TIME - 1, 3)
        store.commitAll(expiringAt(SOME_TIME), entry("a"))
        assertTrue(store.commit { entries.touch("b", SOME_TIME + 1) })
        assertSameRow(expiringAt(SOME_TIME + 1), store.entries.read("b"))
        assertSameRow(entry("a"), store.entries.read("a"))
        assertEquals(listOf("b", "a"), store.keys(KeyOrder.INSERTION))
    }

    @Test
    public fun `touch makes an entry eternal and mortal again`() {
        store.commitAll(entry("key", expiresAt = SOME_TIME))
        store.commit { entries.touch("key", StoredEntry.NEVER) }
        assertSameRow(entry("key"), store.entries.read("key"))
        store.commit { entries.touch("key", SOME_TIME) }
        assertSameRow(entry("key", expiresAt = SOME_TIME), store.entries.read("key"))
    }

    @Test
    public fun `touch of an absent key changes nothing and says so`() {
        assertFalse(store.commit { entries.touch("absent", SOME_TIME) })
        assertNull(store.entries.read("absent"))
    }

    @Test
    public fun `touch keeps a row that does not tell when it was written readable`() {
        fun expiringAt(expiresAt: Long) = entry("old", createdAt = StoredEntry.UNKNOWN, expiresAt = expiresAt)
        store.commitAll(expiringAt(SOME_TIME))
        assertTrue(store.commit { entries.touch("old", SOME_TIME + 1) })
        assertSameRow(expiringAt(SOME_TIME + 1), store.entries.read("old"))
    }
}
