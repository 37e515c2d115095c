package io.github.cachetronomy.it.logs

import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.doors.Driven
import io.github.cachetronomy.it.doors.DrivenCase
import io.github.cachetronomy.it.doors.Terms
import io.github.cachetronomy.it.doors.drivenThroughEveryDoor
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration

private val MINUTE: Duration = Duration.ofMinutes(1)
private val DAY: Duration = Duration.ofDays(1)
private val FOR_EVER = Terms(kotlin.time.Duration.INFINITE)

/** The logs do not grow without end. */
@Tags("fast")
class LogRetentionSpec :
    FunSpec({
        drivenThroughEveryDoor { test ->
            byNumber(test)
            byAge(test)
            elsewhere(test)
        }

        test("a setting that makes no sense is refused") {
            shouldThrow<IllegalArgumentException> { LogRetention(-1, null) }
            shouldThrow<IllegalArgumentException> { LogRetention(null, Duration.ZERO) }
            shouldThrow<IllegalArgumentException> { LogRetention.defaults().withMaxAge(DAY.negated()) }
            LogRetention.defaults() shouldBe LogRetention(100_000, Duration.ofDays(30))
            LogRetention.unlimited() shouldBe LogRetention(null, null)
            LogRetention.defaults().withMaxRows(0).withMaxAge(null) shouldBe LogRetention(0, null)
            LogRetention.unlimited().toString() shouldBe "LogRetention(maxRows=any, maxAge=any)"
        }

        test("two who share a cache cannot keep different amounts, and the second may say it first") {
            val file = tempdir().toPath().resolve("joined.db")
            val few = LogRetention(10, null)
            Cachetronaut(file).use {
                BlockingCachetronaut.builder(file).logRetention(few).build().use {
                    shouldThrow<IllegalStateException> {
                        Cachetronaut(file) { logRetention = LogRetention(11, null) }
                    }.message shouldContain "logRetention"
                    Cachetronaut(file) { logRetention = LogRetention(10, null) }.close()
                }
            }
        }
    })

/** Leaves [keys] read once each, a second apart, and without an entry. */
private fun Driven.readAndDelete(keys: List<String>) {
    for (key in keys) {
        cache.set(key, "v")
        cache.get(key)
        cache.flush()
        cache.delete(key)
        clock.advance(Duration.ofSeconds(1))
    }
    cache.flush()
}

private fun byNumber(test: DrivenCase) {
    val five = LogRetention(5, null)
    test("of too many rows the oldest go", retention = five) {
        readAndDelete((1..12).map { "k$it" })
        cache.logs.evictions().size shouldBe 12
        pass(MINUTE)
        cache.logs.evictions().map { it.key } shouldContainExactly (12 downTo 8).map { "k$it" }
        cache.logs.accesses().map { it.key } shouldContainExactly (8..12).map { "k$it" }
    }

    test("as many as are kept stay", retention = five) {
        readAndDelete((1..5).map { "k$it" })
        pass(MINUTE)
        cache.logs.evictions().size shouldBe 5
        cache.logs.accesses().size shouldBe 5
    }

    test("counts of keys that still have an entry go last", retention = five) {
        cache.setMany((1..3).associate { "live$it" to "v" }, FOR_EVER)
        (1..3).forEach { cache.get("live$it") }
        cache.flush()
        clock.advance(DAY)
        readAndDelete((1..6).map { "gone$it" })
        pass(MINUTE)
        cache.logs.accesses().map { it.key } shouldContainExactly listOf("live1", "live2", "live3", "gone5", "gone6")
    }

    test("where nothing is to be kept, nothing is", retention = LogRetention(0, null)) {
        cache.set("k", "v")
        cache.get("k")
        cache.evict("k")
        pass(MINUTE)
        cache.logs.evictions().size shouldBe 0
        cache.logs.accesses().size shouldBe 0
    }

    test("without a limit every row stays", retention = LogRetention.unlimited()) {
        readAndDelete((1..12).map { "k$it" })
        clock.advance(Duration.ofDays(100_000))
        pass(MINUTE)
        cache.logs.evictions().size shouldBe 12
        cache.logs.accesses().size shouldBe 12
    }

    lateinit var store: FaultyStore
    test(
        "many rows go in pieces, so that writers get their turn",
        store = { FaultyStore(InMemoryStore()).also { store = it } },
        retention = five,
    ) {
        val keys = (1..3_500).map { "k$it" }
        cache.setMany(keys.associateWith { "v" })
        keys.forEach(cache::evict)
        cache.flush()
        val before = store.transactions
        pass(MINUTE)
        store.transactions - before shouldBeGreaterThanOrEqualTo 4
        cache.logs.evictions().map { it.key } shouldContainExactly (3_500 downTo 3_496).map { "k$it" }
    }
}

private fun byAge(test: DrivenCase) {
    val day = LogRetention(null, DAY)
    test("rows that have grown too old go, and counts of keys with an entry stay", retention = day) {
        cache.set("live", "v", FOR_EVER)
        cache.get("live")
        readAndDelete(listOf("old1", "old2"))
        clock.advance(DAY.minus(MINUTE).minusSeconds(1))
        readAndDelete(listOf("young"))
        pass(MINUTE)
        cache.logs.evictions().map { it.key } shouldContainExactly listOf("young")
        cache.logs
            .accesses()
            .map { it.key }
            .toSet() shouldBe setOf("live", "young")
    }

    test("unless told otherwise, a month is kept") {
        readAndDelete(listOf("k"))
        clock.advance(Duration.ofDays(29))
        pass(MINUTE)
        cache.logs.evictions().size shouldBe 1
        cache.logs.accesses().size shouldBe 1
        clock.advance(DAY)
        pass(MINUTE)
        cache.logs.evictions().size shouldBe 0
        cache.logs.accesses().size shouldBe 0
    }
}

private fun elsewhere(test: DrivenCase) {
    test("rows of others are kept to the same rule; a time that is none is no age", retention = LogRetention(3, DAY)) {
        elsewhere {
            val statement = it.createStatement()
            statement.execute("INSERT INTO eviction_log VALUES (1, 'a', 'soon', 'r', 1, 'p')")
            statement.execute("INSERT INTO eviction_log VALUES (2, 'b', '1999-01-01T00:00:00+00:00', 'r', 1, 'p')")
            statement.execute("INSERT INTO access_log VALUES ('a', 1, 'soon', 'p')")
            statement.execute("INSERT INTO access_log VALUES ('b', 1, '1999-01-01T00:00:00+00:00', 'p')")
            statement.execute("INSERT INTO access_log VALUES (x'80', 1, '1999-01-01T00:00:00+00:00', 'p')")
        }
        pass(MINUTE)
        cache.logs.evictions().map { it.key } shouldContainExactly listOf("a")
        cache.logs.accesses().map { it.key } shouldContainExactly listOf("a")
        readAndDelete(listOf("c", "d", "e"))
        pass(MINUTE)
        cache.logs.evictions().map { it.key } shouldContainExactly listOf("e", "d", "c")
        cache.logs.accesses().size shouldBe 3
    }
}
