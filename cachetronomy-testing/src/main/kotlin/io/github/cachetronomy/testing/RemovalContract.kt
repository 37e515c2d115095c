package io.github.cachetronomy.testing

import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The part of [StoreBackendContract] about removals: by key, tags, prefix, time, and all. Not thread-safe. */
public sealed interface RemovalContract {
    /** The store under test. */
    public val store: StoreBackend

    @Test
    public fun `delete removes the row and returns its expiry`() {
        store.commitAll(entry("mortal", expiresAt = SOME_TIME), entry("eternal"), entry("stays"))
        assertEquals(SOME_TIME, store.commit { entries.delete("mortal") })
        assertEquals(StoredEntry.NEVER, store.commit { entries.delete("eternal") })
        assertNull(store.entries.read("mortal"))
        assertEquals(listOf("stays"), store.keys())
    }

    @Test
    public fun `delete of an absent key returns null`() {
        assertNull(store.commit { entries.delete("absent") })
        store.commitAll(entry("key"))
        store.commit { entries.delete("key") }
        assertNull(store.commit { entries.delete("key") })
    }

    @Test
    public fun `any of the tags is enough for ANY`() {
        assertEquals(setOf("x", "xx", "xy", "yx", "xyz"), removedByTags(TagMatch.ANY, "x"))
        assertEquals(setOf("x", "xx", "y", "xy", "yx", "xyz"), removedByTags(TagMatch.ANY, "y", "x"))
        assertEquals(setOf("xyz"), removedByTags(TagMatch.ANY, "z", "absent"))
        assertEquals(emptySet<String>(), removedByTags(TagMatch.ANY, "absent"))
        assertEquals(emptySet<String>(), removedByTags(TagMatch.ANY))
    }

    @Test
    public fun `every one of the tags is needed for ALL`() {
        assertEquals(setOf("x", "xx", "xy", "yx", "xyz"), removedByTags(TagMatch.ALL, "x"))
        assertEquals(setOf("xy", "yx", "xyz"), removedByTags(TagMatch.ALL, "y", "x"))
        assertEquals(emptySet<String>(), removedByTags(TagMatch.ALL, "x", "absent"))
        assertEquals(emptySet<String>(), removedByTags(TagMatch.ALL))
    }

    @Test
    public fun `the same set of tags is needed for EXACT`() {
        assertEquals(setOf("x", "xx"), removedByTags(TagMatch.EXACT, "x"))
        assertEquals(setOf("xy", "yx"), removedByTags(TagMatch.EXACT, "y", "x"))
        assertEquals(setOf("xyz"), removedByTags(TagMatch.EXACT, "z", "y", "x"))
        assertEquals(emptySet<String>(), removedByTags(TagMatch.EXACT, "z"))
        assertEquals(setOf("none"), removedByTags(TagMatch.EXACT))
    }

    @Test
    public fun `a tag is matched as a whole and to the letter`() {
        val tags =
            listOf("user", "users", "User", "us%", "us_r", "", "[]", "\"", "\\", "'", "\u00fc", "\uD83D\uDE00", "\n")
        for (tag in tags) {
            store.commitAll(*tags.map { entry("tagged $it", tags = listOf(it)) }.toTypedArray())
            for (match in TagMatch.entries) {
                store.commitAll(entry("tagged $tag", tags = listOf(tag)))
                val removed = store.commit { entries.deleteByTags(setOf(tag), match) }
                assertEquals(listOf("tagged $tag"), removed.map(RemovedEntry::key), "$match")
            }
        }
    }

    @Test
    public fun `removals return the expiry of each row`() {
        val tags = listOf("t")

        fun fill() = store.commitAll(entry("a", expiresAt = SOME_TIME, tags = tags), entry("b", tags = tags))

        fun expiries(rows: List<RemovedEntry>) = rows.associate { it.key to it.expiresAt }
        val expected = mapOf("a" to SOME_TIME, "b" to StoredEntry.NEVER)
        for (match in TagMatch.entries) {
            fill()
            assertEquals(expected, expiries(store.commit { entries.deleteByTags(tags.toSet(), match) }))
        }
        fill()
        assertEquals(expected, expiries(store.commit { entries.deleteByPrefix("") }))
        fill()
        assertEquals(expected, expiries(store.commit { entries.deleteByProfile("default") }))
    }

    @Test
    public fun `a profile selects what it wrote last and nothing else`() {
        val profiles = listOf("p", "P", "p ", "%", "p%", "", "pr\u00f6file \uD83D\uDE00", "a ' quote")
        for (profile in profiles) {
            store.commitAll(*profiles.map { entry("by $it", profile = it) }.toTypedArray())
            store.commitAll(entry("again", profile = profile), entry("again", profile = "another"))
            val removed = store.commit { entries.deleteByProfile(profile) }
            assertEquals(listOf("by $profile"), removed.map(RemovedEntry::key))
            assertEquals((profiles - profile).map { "by $it" }.toSet() + "again", store.keys().toSet())
        }
        assertTrue(store.commit { entries.deleteByProfile("absent") }.isEmpty())
    }

    @Test
    public fun `a prefix selects the keys that begin with it and no others`() {
        val prefixes =
            listOf(
                "",
                "a",
                "a\u0000",
                "A",
                "100",
                "100%",
                "100_",
                "10*",
                "%",
                "_",
                "*",
                "\uD83D\uDE00",
                "\uD7FF",
                "\uE000",
                "\uFFFF",
                LAST_CODE_POINT,
                LAST_CODE_POINT + LAST_CODE_POINT,
                "k".repeat(65_536),
                "absent",
            )
        for (prefix in prefixes) {
            store.commitAll(*oddKeys.map { entry(it) }.toTypedArray())
            val (selected, others) = oddKeys.partition { it.startsWith(prefix) }
            val removed = store.commit { entries.deleteByPrefix(prefix) }
            assertEquals(selected.toSet(), removed.map(RemovedEntry::key).toSet())
            assertEquals(others.toSet(), store.keys().toSet())
        }
    }

    @Test
    public fun `an entry is expired at its expiry and not before`() {
        store.commitAll(entry("before", expiresAt = SOME_TIME - 1), entry("at", expiresAt = SOME_TIME))
        store.commitAll(entry("after", expiresAt = SOME_TIME + 1))
        val removed = store.commit { entries.deleteExpired(SOME_TIME, 10) }
        assertEquals(mapOf("before" to SOME_TIME - 1, "at" to SOME_TIME), removed.associate { it.key to it.expiresAt })
        assertEquals(listOf("after"), store.keys())
    }

    @Test
    public fun `expiries with and without a fraction of a second compare as times`() {
        val second = SOME_TIME / 1_000_000 * 1_000_000
        store.commitAll(entry("a", expiresAt = second), entry("b", expiresAt = second + 1))
        store.commitAll(entry("c", expiresAt = second + 999_999))
        assertEquals(listOf("a"), store.commit { entries.deleteExpired(second, 10) }.map(RemovedEntry::key))
        assertEquals(listOf("b"), store.commit { entries.deleteExpired(second + 999_998, 10) }.map(RemovedEntry::key))
        assertEquals(listOf("c"), store.commit { entries.deleteExpired(second + 1_000_000, 10) }.map(RemovedEntry::key))
    }

    @Test
    public fun `what never expires is never removed as expired`() {
        store.commitAll(entry("eternal"))
        assertTrue(store.commit { entries.deleteExpired(StoredEntry.NEVER - 1, 10) }.isEmpty())
    }

    @Test
    public fun `no more than the limit is removed as expired, and the rest by the next call`() {
        store.commitAll(*(1..5).map { entry("due $it", expiresAt = SOME_TIME) }.toTypedArray(), entry("eternal"))
        val sizes = (1..4).map { store.commit { entries.deleteExpired(SOME_TIME, 2) }.size }
        assertEquals(listOf(2, 2, 1, 0), sizes)
        assertEquals(listOf("eternal"), store.keys())
    }

    @Test
    public fun `within a prefix, removals leave alike entries outside of it alone`() {
        val keys = listOf("p%:a", "p%:b", "p%:", "p%", "pp:a", "q", "p%;")
        val inside = setOf("p%:a", "p%:b", "p%:")

        fun fill() =
            store.commitAll(
                *keys.map { entry(it, expiresAt = SOME_TIME, tags = listOf("t"), profile = "p") }.toTypedArray(),
            )
        val removals: Map<String, StoreBackend.() -> List<RemovedEntry>> =
            TagMatch.entries.associate { match ->
                val remove: StoreBackend.() -> List<RemovedEntry> = { entries.deleteByTags(setOf("t"), match, "p%:") }
                "tags, $match" to remove
            } +
                mapOf(
                    "profile" to { entries.deleteByProfile("p", "p%:") },
                    "time" to { entries.deleteExpired(SOME_TIME, 10, "p%:") },
                )
        for ((name, remove) in removals) {
            fill()
            val removed = store.commit(remove)
            assertEquals(inside, removed.map(RemovedEntry::key).toSet(), name)
            assertEquals(setOf(SOME_TIME), removed.map(RemovedEntry::expiresAt).toSet(), name)
            assertEquals(keys.toSet() - inside, store.keys().toSet(), name)
        }
    }

    @Test
    public fun `within a prefix, removals leave what they do not select`() {
        fun fill() =
            store.commitAll(
                entry("p:both", tags = listOf("x", "y")),
                entry("p:x", tags = listOf("x")),
                entry("p:none", profile = "other"),
                entry("p:due", expiresAt = SOME_TIME, profile = "other"),
            )

        fun left(remove: StoreBackend.() -> List<RemovedEntry>): Set<String> {
            fill()
            store.commit(remove)
            return store.keys().toSet()
        }
        val x = setOf("x")
        assertEquals(setOf("p:none", "p:due"), left { entries.deleteByTags(x, TagMatch.ANY, "p:") })
        assertEquals(setOf("p:x", "p:none", "p:due"), left { entries.deleteByTags(x + "y", TagMatch.ALL, "p:") })
        assertEquals(setOf("p:both", "p:none", "p:due"), left { entries.deleteByTags(x, TagMatch.EXACT, "p:") })
        assertEquals(setOf("p:both", "p:x"), left { entries.deleteByTags(emptySet(), TagMatch.EXACT, "p:") })
        assertEquals(4, left { entries.deleteByTags(emptySet(), TagMatch.ANY, "p:") }.size)
        assertEquals(setOf("p:both", "p:x"), left { entries.deleteByProfile("other", "p:") })
        assertEquals(setOf("p:both", "p:x", "p:none"), left { entries.deleteExpired(SOME_TIME, 10, "p:") })
        assertEquals(4, left { entries.deleteExpired(SOME_TIME - 1, 10, "p:") }.size)
    }

    @Test
    public fun `within a prefix, no more than the limit is removed as expired`() {
        store.commitAll(*(1..1_200).map { entry("p:$it", expiresAt = SOME_TIME) }.toTypedArray())
        val sizes = (1..3).map { store.commit { entries.deleteExpired(SOME_TIME, 700, "p:") }.size }
        assertEquals(listOf(700, 500, 0), sizes)
    }

    @Test
    public fun `deleting all returns how many there were`() {
        assertEquals(0, store.commit { entries.deleteAll() })
        store.commitAll(entry("a"), entry("b", expiresAt = 0), entry("c"))
        assertEquals(3, store.commit { entries.deleteAll() })
        assertEquals(0, store.entries.count())
    }

    private fun removedByTags(
        match: TagMatch,
        vararg tags: String,
    ): Set<String> {
        // Each key spells the tags of its row.
        val tagged = listOf("x", "xx", "y", "xy", "yx", "xyz").map { key -> entry(key, tags = key.map(Char::toString)) }
        val all = tagged + entry("none")
        store.commitAll(*all.toTypedArray())
        val removed = store.commit { entries.deleteByTags(tags.toSet(), match) }.map(RemovedEntry::key)
        assertEquals(removed.size, removed.toSet().size, "each row is returned once")
        assertEquals(all.map { it.key }.toSet() - removed.toSet(), store.keys().toSet())
        return removed.toSet()
    }
}
