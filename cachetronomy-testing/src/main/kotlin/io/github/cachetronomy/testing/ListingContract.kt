package io.github.cachetronomy.testing

import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.random.Random

/** The part of [StoreBackendContract] about listings: order, cursors, selections. Not thread-safe. */
public sealed interface ListingContract {
    /** The store under test. */
    public val store: StoreBackend

    @Test
    public fun `an empty store lists nothing`() {
        KeyOrder.entries.forEach { assertTrue(store.entries.page(page(order = it)).isEmpty()) }
    }

    @Test
    public fun `SORTED goes by code point`() {
        // By UTF-16 unit the supplementary characters would stand before U+E000.
        val inOrder =
            listOf("A", "a", "a\u0000", "aa", "\u00e9", "\uD7FF", "\uE000", "\uFFFF", "\uD83D\uDE00", LAST_CODE_POINT)
        store.commitAll(*inOrder.shuffledAlways().map { entry(it) }.toTypedArray())
        assertEquals(inOrder, store.keys(KeyOrder.SORTED))
    }

    @Test
    public fun `INSERTION goes by first write, and a row that was deleted begins anew`() {
        listOf("c", "a", "b").forEach { store.commitAll(entry(it)) }
        store.commitAll(entry("c"))
        assertEquals(listOf("c", "a", "b"), store.keys(KeyOrder.INSERTION))
        store.commit { entries.delete("c") }
        store.commitAll(entry("c"))
        assertEquals(listOf("a", "b", "c"), store.keys(KeyOrder.INSERTION))
    }

    @Test
    public fun `pages of any size give every row once and in order`() {
        val keys = oddKeys.shuffledAlways()
        store.commitAll(*keys.map { entry(it) }.toTypedArray())
        for (order in KeyOrder.entries) {
            val inOrder = store.keys(order)
            assertEquals(keys.size, inOrder.size)
            for (limit in listOf(1, 2, 3, keys.size - 1, keys.size, keys.size + 1)) {
                assertEquals(inOrder, walk(limit, order), "$order by $limit")
            }
        }
    }

    @Test
    public fun `a listing goes on behind a row that has gone meanwhile`() {
        for (order in KeyOrder.entries) {
            store.commitAll(entry("a"), entry("b"), entry("c"))
            val second = store.entries.page(page(limit = 2, order = order)).last()
            store.commit { entries.delete("b") }
            val rest = store.entries.page(page(after = second.cursor, order = order))
            assertEquals(listOf("c"), rest.map { it.entry.key }, "$order")
            store.commit { entries.deleteAll() }
        }
    }

    @Test
    public fun `a prefix narrows the listing to the letter`() {
        store.commitAll(*oddKeys.map { entry(it) }.toTypedArray())
        for (order in KeyOrder.entries) {
            val all = store.keys(order)
            for (prefix in listOf("a", "100%", "100_", "10*", "%", "\uD83D\uDE00", LAST_CODE_POINT, "absent")) {
                assertEquals(all.filter { it.startsWith(prefix) }, walk(2, order, prefix), "$order, prefix $prefix")
            }
        }
    }

    @Test
    public fun `a listing of live entries leaves out those expired at that time`() {
        store.commitAll(
            entry("before", expiresAt = SOME_TIME - 1),
            entry("at", expiresAt = SOME_TIME),
            entry("after", expiresAt = SOME_TIME + 1),
            entry("never"),
        )
        assertEquals(listOf("after", "never"), store.entries.page(page(liveAt = SOME_TIME)).map { it.entry.key })
        assertEquals(4, store.entries.page(page(liveAt = null)).size)
        assertEquals(4, store.entries.page(page(liveAt = SOME_TIME - 2)).size)
    }

    @Test
    public fun `selections hold together`() {
        store.commitAll(entry("u1"), entry("u2", expiresAt = SOME_TIME), entry("u3"), entry("v1"), entry("u4"))
        store.commitAll(entry("u5", expiresAt = SOME_TIME + 1))
        for (order in KeyOrder.entries) {
            assertEquals(listOf("u1", "u3", "u4", "u5"), walk(2, order, "u", SOME_TIME), "$order")
        }
    }

    @Test
    public fun `a listing by tags leaves out none that they select`() {
        // Each key spells the tags of its row.
        val keys = listOf("x", "xx", "y", "xy", "yx", "xyz", "z", "zz")
        store.commitAll(*keys.map { entry(it, tags = it.map(Char::toString)) }.toTypedArray(), entry("none"))
        for (wanted in listOf(setOf("x"), setOf("x", "y"), setOf("z", "absent"), setOf("absent"), emptySet())) {
            for (match in TagMatch.entries) {
                val found = ArrayList<StoredEntry>()
                var after: String? = null
                do {
                    val rows = store.entries.page(page(after, 2, tags = wanted, match = match, withData = false))
                    rows.mapTo(found, PagedEntry::entry)
                    after = rows.lastOrNull()?.cursor
                } while (rows.size == 2)

                fun selected(tags: List<String>) =
                    when (match) {
                        TagMatch.ANY -> wanted.any(tags::contains)
                        TagMatch.ALL -> wanted.isNotEmpty() && tags.containsAll(wanted)
                        TagMatch.EXACT -> tags.toSet() == wanted
                    }
                val expected =
                    store.entries
                        .page(page())
                        .map { it.entry }
                        .filter { selected(it.tags) }
                // Others may be among them.
                val kept = found.filter { selected(it.tags) }
                assertEquals(expected.map { it.key }, kept.map { it.key }, "$wanted $match")
            }
        }
    }

    @Test
    public fun `a listing with values gives the rows whole`() {
        val rows = arrayOf(entry("a", tags = listOf("t")), entry("b", expiresAt = SOME_TIME), entry("c", ByteArray(0)))
        store.commitAll(*rows)
        val listed = store.entries.page(page(withData = true))
        assertEquals(rows.size, listed.size)
        rows.zip(listed) { row, found -> assertSameRow(row, found.entry) }
    }

    @Test
    public fun `a listing without values gives all but the values`() {
        val row = entry("a", ByteArray(1_000), "cbor", SOME_TIME, listOf("t", "t"), 3, "p", SOME_TIME - 9, 7)
        store.commitAll(row)
        val listed =
            store.entries
                .page(page(withData = false))
                .single()
                .entry
        assertArrayEquals(ByteArray(0), listed.data)
        assertEquals(1_000, listed.size)
        assertEquals(labels(row), labels(listed))
    }

    private fun labels(row: StoredEntry) =
        with(row) { listOf(key, format, expiresAt, tags, version, profile, createdAt, shape, fault) }

    private fun walk(
        limit: Int,
        order: KeyOrder,
        prefix: String = "",
        liveAt: Long? = null,
    ): List<String> {
        val seen = ArrayList<String>()
        var after: String? = null
        while (true) {
            val rows: List<PagedEntry> = store.entries.page(page(after, limit, order, prefix, liveAt, withData = false))
            assertTrue(rows.size <= limit, "a page has at most $limit rows")
            if (rows.isEmpty()) return seen
            rows.mapTo(seen) { it.entry.key }
            // A cursor that does not move would go round for ever.
            assertEquals(seen.size, seen.toSet().size, "each row is given once")
            after = rows.last().cursor
        }
    }

    /** Always the same disorder, so that a failure can be repeated. */
    private fun List<String>.shuffledAlways() = shuffled(Random(42))
}
