package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.StoreBackend
import io.kotest.assertions.withClue
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

/** What the file tells loads in other processes of the removals made while they ran. */
@Tag("fast")
class RemovalsTest {
    @TempDir
    lateinit var folder: Path

    private lateinit var store: StoreBackend

    @BeforeEach
    fun open() {
        store = openStore(folder.resolve("cache.db"))
    }

    @AfterEach
    fun close() = store.close()

    @Test
    fun `nothing was removed since just now`() {
        removedSince(store.entries.removalMark()) shouldBe false
        store.commit { entries.delete("user:7") }
        removedSince(store.entries.removalMark()) shouldBe false
    }

    @Test
    fun `a delete concerns its key, whether or not it had a row`() {
        val mark = store.entries.removalMark()
        store.commit { entries.delete("user:7") }
        removedSince(mark) shouldBe true
        removedSince(mark, key = "user:8") shouldBe false
    }

    @Test
    fun `a prefix concerns the keys that begin with it`() {
        val mark = store.entries.removalMark()
        store.commit { entries.deleteByPrefix("user:") }
        removedSince(mark) shouldBe true
        removedSince(mark, key = "user:") shouldBe true
        removedSince(mark, key = "user") shouldBe false
    }

    @Test
    fun `a profile concerns the entries that it has written last`() {
        val mark = store.entries.removalMark()
        store.commit { entries.deleteByProfile("production") }
        removedSince(mark, profile = "production") shouldBe true
        removedSince(mark, profile = "default") shouldBe false
    }

    @Test
    fun `tags concern the entries that they select`() {
        val selected =
            mapOf(
                TagMatch.ANY to listOf("a", "b", "ab", "abc"),
                TagMatch.ALL to listOf("ab", "abc"),
                TagMatch.EXACT to listOf("ab"),
            )
        for ((match, expected) in selected) {
            val mark = store.entries.removalMark()
            store.commit { entries.deleteByTags(setOf("b", "a"), match) }
            for (tags in listOf("", "a", "b", "c", "ab", "abc")) {
                withClue("$match, $tags") {
                    removedSince(mark, tags = tags.map(Char::toString)) shouldBe
                        (tags in expected)
                }
            }
        }
    }

    @Test
    fun `tags within a prefix concern what they select among the keys that begin with it`() {
        for (match in TagMatch.entries) {
            val mark = store.entries.removalMark()
            store.commit { entries.deleteByTags(setOf("a"), match, "user:") }
            withClue(match) {
                removedSince(mark, tags = listOf("a")) shouldBe true
                removedSince(mark, tags = listOf("b")) shouldBe false
                removedSince(mark, tags = listOf("user:")) shouldBe false
                removedSince(mark, key = "order:7", tags = listOf("a")) shouldBe false
            }
        }
    }

    @Test
    fun `a profile within a prefix concerns what it has written last among the keys that begin with it`() {
        val mark = store.entries.removalMark()
        store.commit { entries.deleteByProfile("production", "user:") }
        removedSince(mark, profile = "production") shouldBe true
        removedSince(mark, profile = "default") shouldBe false
        removedSince(mark, key = "order:7", profile = "production") shouldBe false
    }

    @Test
    fun `what expired within a prefix was not removed`() {
        val mark = store.entries.removalMark()
        store.commit { entries.put(row("user:7", expiresAt = 0)) }
        store.commit { entries.deleteExpired(1, 10, "user:") }.size shouldBe 1
        removedSince(mark) shouldBe false
    }

    @Test
    fun `EXACT without tags concerns the untagged`() {
        val mark = store.entries.removalMark()
        store.commit { entries.deleteByTags(emptySet(), TagMatch.EXACT) }
        removedSince(mark) shouldBe true
        removedSince(mark, tags = listOf("a")) shouldBe false
    }

    @Test
    fun `a removal of everything concerns everything`() {
        val mark = store.entries.removalMark()
        store.commit { entries.deleteAll() }
        removedSince(mark) shouldBe true
        removedSince(mark, tags = listOf("a")) shouldBe true
    }

    @Test
    fun `what expired was not removed`() {
        val mark = store.entries.removalMark()
        store.commit { entries.put(row("user:7", expiresAt = 0)) }
        store.commit { entries.deleteExpired(1, 10) }.size shouldBe 1
        removedSince(mark) shouldBe false
    }

    @Test
    fun `a removal that was taken back concerns nothing`() {
        val mark = store.entries.removalMark()
        runCatching {
            store.commit {
                entries.deleteAll()
                throw ArithmeticException()
            }
        }
        removedSince(mark) shouldBe false
        store.entries.removalMark() shouldBe mark
    }

    @Test
    fun `a removal by another process counts as one of ours does`() {
        val mark = store.entries.removalMark()
        raw(
            folder.resolve("cache.db"),
        ) { run("INSERT INTO cachetronomy_removals (scope, subject) VALUES ('key', 'user:7')") }
        store.entries.removalMark() shouldBeGreaterThan mark
        removedSince(mark) shouldBe true
        removedSince(mark, key = "user:8") shouldBe false
    }

    @Test
    fun `a scope that we do not know concerns everything`() {
        val mark = store.entries.removalMark()
        raw(
            folder.resolve("cache.db"),
        ) { run("INSERT INTO cachetronomy_removals (scope, subject) VALUES ('pattern', 'x')") }
        removedSince(mark) shouldBe true
    }

    @Test
    fun `so many removals that the oldest were forgotten count as a removal of everything`() {
        val mark = store.entries.removalMark()
        store.commit { repeat(1_000) { entries.delete("other $it") } }
        removedSince(mark) shouldBe false
        store.commit { repeat(1_000) { entries.delete("another $it") } }
        removedSince(mark) shouldBe true
        removedSince(store.entries.removalMark()) shouldBe false
    }

    @Test
    fun `the list of removals does not grow for ever`() {
        repeat(20) { round -> store.commit { repeat(300) { entries.delete("key $round $it") } } }
        val rows = raw(folder.resolve("cache.db")) { text("SELECT count(*) FROM cachetronomy_removals") }
        (checkNotNull(rows).toInt() < 2_000) shouldBe true
    }

    private fun removedSince(
        mark: Long,
        key: String = "user:7",
        tags: List<String> = emptyList(),
        profile: String = "default",
    ): Boolean = store.commit { entries.removedSince(mark, key, tags, profile) }
}
