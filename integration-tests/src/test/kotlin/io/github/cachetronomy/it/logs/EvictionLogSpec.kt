package io.github.cachetronomy.it.logs

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.it.begun
import io.github.cachetronomy.it.doors.Door
import io.github.cachetronomy.it.doors.Driven
import io.github.cachetronomy.it.doors.DrivenCase
import io.github.cachetronomy.it.doors.Terms
import io.github.cachetronomy.it.doors.drivenThroughEveryDoor
import io.github.cachetronomy.it.onHarness
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.cancelAndJoin
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Every entry that leaves has one row in the eviction log, which says why, and an entry that stays has none. */
@Tags("fast")
class EvictionLogSpec :
    FunSpec({
        drivenThroughEveryDoor { test ->
            removals(test)
            expiries(test)
            evictions(test)
            nothing(test)
            listed(test)
        }

        test("what is removed for a caller who has stopped waiting is logged all the same") {
            onHarness {
                for (key in listOf("deleted", "tagged", "cleared")) {
                    cache.set(key, 1, tags = setOf(key))
                    cache.evict(key)
                }
                cache.evictionLog.clear()
                val removals: List<suspend () -> Unit> =
                    listOf({ cache.delete("deleted") }, { cache.clearByTags(setOf("tagged")) }, { cache.clear() })
                for (removal in removals) {
                    val held = holdTransaction()
                    val removing = begun { removal() }
                    held.awaitArrival()
                    removing.cancelAndJoin()
                    held.release()
                    cache.flush()
                }
                cache.evictionLog
                    .recent()
                    .map { it.key to it.cause }
                    .reversed() shouldContainExactly
                    listOf(
                        "deleted" to EvictionCause.DELETED,
                        "tagged" to EvictionCause.TAG,
                        "cleared" to EvictionCause.CLEARED,
                    )
            }
        }

        test("what the store would not remove at first is logged when it does, once") {
            onHarness(configure = { patience = Duration.ofMillis(30) }) {
                for (key in listOf("file", "both", "kept")) cache.set(key, 1)
                cache.evict("file")
                cache.evictionLog.clear()
                store.failTransactions(Kind.BUSY)
                cache.deleteMany(listOf("file", "both", "absent"))
                store.heal()
                cache.set("kept", 2)
                stored("file") shouldBe null
                cache.evictionLog.recent().map { it.key to it.cause } shouldContainExactlyInAnyOrder
                    listOf("file" to EvictionCause.DELETED, "both" to EvictionCause.DELETED)
            }
        }

        test("what is removed and written again meanwhile is logged as removed") {
            onHarness {
                cache.set("k", 1)
                val held = holdTransaction()
                val removing = begun { cache.remove<Int>("k") }
                held.awaitArrival()
                val setting = begun { cache.set("k", 2) }
                held.release()
                removing.await() shouldBe 1
                setting.await()
                cache.get<Int>("k") shouldBe 2
                cache.evictionLog.recent().map { it.key to it.cause } shouldContainExactly
                    listOf("k" to EvictionCause.DELETED)
            }
        }

        test("what a tag removes while the store waits is logged once, with what memory counted of it") {
            onHarness {
                cache.setMany((1..100).associate { "k$it" to it }, tags = setOf("t"))
                repeat(2) { (1..100).forEach { cache.get<Int>("k$it") } }
                val held = holdUp()
                val removing = begun { cache.clearByTags(setOf("t")) }
                held.release()
                removing.await() shouldBe 100
                val rows = cache.evictionLog.recent(1_000)
                rows.map { it.key }.toSet().size shouldBe 100
                rows.size shouldBe 100
                rows.map { it.reads }.toSet() shouldBe setOf(2L)
            }
        }
    })

/** Key, reason and last count of each row of the file, oldest first; profile and time are the same in all. */
private fun Driven.logged(profile: String = "default"): List<String> {
    cache.flush()
    rows("SELECT DISTINCT evicted_by_profile FROM eviction_log").forEach { it shouldBe profile }
    return rows("SELECT key || ' ' || reason || ' ' || last_access_count FROM eviction_log ORDER BY id")
}

/** What there is before each removal: an entry in both tiers, one in the file only, and one beside them, nothing logged. */
private fun Driven.fill() {
    cache.set("k:both", "v", Terms(tags = setOf("t")))
    cache.set("k:file", "v", Terms(tags = setOf("t")))
    cache.set("other", "v")
    repeat(2) { cache.get("k:both") }
    cache.get("k:file")
    cache.evict("k:file")
    cache.logs.clearEvictions() shouldBe 1
    cache.logs.evictions().shouldBeEmpty()
}

private class Removal(
    val name: String,
    val expected: List<String>,
    val remove: Door.() -> Unit,
)

private val table =
    listOf(
        Removal("delete", listOf("k:both user_eviction 2", "k:file user_eviction 0")) {
            delete("k:both")
            delete("k:file")
            delete("k:absent")
            delete("k:both")
        },
        Removal("deleteMany", listOf("k:both user_eviction 2", "k:file user_eviction 0")) {
            deleteMany(listOf("k:file", "k:both", "k:absent"))
        },
        Removal("remove", listOf("k:both user_eviction 2", "k:file user_eviction 0")) {
            remove("k:both")
            remove("k:file")
            remove("k:absent")
        },
        Removal("evict", listOf("k:both manual_eviction_clear_key 2")) {
            evict("k:both")
            evict("k:file")
            evict("k:absent")
        },
        Removal(
            "evictAll",
            listOf("k:both manual_eviction_clear_full_cache 2", "other manual_eviction_clear_full_cache 0"),
        ) { evictAll() },
        Removal("clearByTags", listOf("k:both tag_invalidation 2", "k:file tag_invalidation 0")) {
            clearByTags(setOf("t"))
        },
        Removal("clearByPrefix", listOf("k:both prefix_invalidation 2", "k:file prefix_invalidation 0")) {
            clearByPrefix("k:")
        },
        Removal(
            "clearByProfile",
            listOf("k:both tag_invalidation 2", "k:file tag_invalidation 0", "other tag_invalidation 0"),
        ) { clearByProfile("default") },
        Removal(
            "clear",
            listOf("k:both", "k:file", "other").map {
                "$it manual_eviction_clear_full_cache ${if (it == "k:both") 2 else 0}"
            },
        ) { clear() },
    )

private fun removals(test: DrivenCase) {
    for (removal in table) {
        test("${removal.name} logs what it removed, once each") {
            fill()
            cache.(removal.remove)()
            logged() shouldContainExactlyInAnyOrder removal.expected
            rows("SELECT DISTINCT evicted_at FROM eviction_log") shouldContainExactly
                listOf(clock.instant().toString().removeSuffix("Z") + "+00:00")
            // What is gone cannot go again.
            cache.(removal.remove)()
            logged().size shouldBe removal.expected.size
        }
    }

    test("what is removed later stands later, under the profile of its time") {
        fill()
        cache.delete("k:file")
        clock.advance(Duration.ofSeconds(1))
        cache.evict("other")
        clock.advance(Duration.ofSeconds(1))
        cache.profiles.activate("night", createIfMissing = true)
        cache.clear()
        cache.flush()
        rows("SELECT key || ' ' || evicted_by_profile FROM eviction_log ORDER BY id").dropLast(2) shouldContainExactly
            listOf("k:file default", "other default")
        rows("SELECT key || ' ' || evicted_by_profile FROM eviction_log ORDER BY id").drop(2).toSet() shouldBe
            setOf("k:both night", "other night")
        rows("SELECT DISTINCT evicted_at FROM eviction_log").size shouldBe 3
    }

    test("clearing logs what is still on its way into the file, and what was written again only when it goes") {
        cache.set("a", "1")
        cache.cached("b") { "2" }
        cache.clear() shouldBe 2
        cache.set("a", "1")
        logged() shouldContainExactlyInAnyOrder
            listOf("a manual_eviction_clear_full_cache 0", "b manual_eviction_clear_full_cache 0")
        cache.clear() shouldBe 1
        logged().size shouldBe 3
        cache.clear() shouldBe 0
        logged().size shouldBe 3
    }

    test("clearing logs as many rows as are kept, and removes all the same", retention = LogRetention(100, null)) {
        cache.setMany((1..1_000).associate { "k$it" to "v" })
        (1..1_000).filter { it > 60 }.forEach { cache.evict("k$it") }
        cache.logs.clearEvictions()
        (1..60).forEach { cache.get("k$it") }
        cache.clear() shouldBe 1_000
        cache.keys().shouldBeEmpty()
        val rows = logged()
        rows.size shouldBe 100
        rows.toSet().size shouldBe 100
        rows.count { it.endsWith(" 1") } shouldBe 60
    }

    test("rows that are nobody's entry do not keep the others from being cleared and logged") {
        cache.set("good", "v")
        elsewhere {
            val rest = "data, fmt, expire_at, tags, version, saved_by_profile FROM cache WHERE key = 'good'"
            val into = "INSERT INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile)"
            it.createStatement().execute("$into SELECT x'80ff', $rest")
        }
        cache.clear() shouldBe 2
        logged() shouldContainExactly listOf("good manual_eviction_clear_full_cache 0")
    }
}

private fun expiries(test: DrivenCase) {
    fun Driven.expire() {
        cache.set("k:both", "v", Terms(1.seconds))
        cache.set("k:file", "v", Terms(1.seconds))
        cache.set("other", "v")
        cache.get("k:both")
        cache.evict("k:file")
        cache.logs.clearEvictions()
        clock.advance(Duration.ofSeconds(1))
    }

    val expired = listOf("k:both time_eviction 1", "k:file time_eviction 0")
    test("clearExpired logs each entry once") {
        expire()
        cache.clearExpired().size shouldBe 2
        cache.clearExpired().size shouldBe 0
        logged() shouldContainExactlyInAnyOrder expired
    }

    test("the sweep logs each entry once") {
        expire()
        pass(Duration.ofSeconds(61))
        logged() shouldContainExactlyInAnyOrder expired
    }

    test("an expiry that a read finds is logged then, and not again when its row is swept out") {
        expire()
        cache.get("k:both")
        logged() shouldContainExactly listOf("k:both time_eviction 1")
        cache.get("k:both")
        cache.get("k:file")
        pass(Duration.ofSeconds(61))
        rows("SELECT key FROM cache") shouldContainExactly listOf("other")
        logged() shouldContainExactly expired
    }

    test("more entries than a piece of the sweep holds are logged once each") {
        cache.setMany((1..2_500).associate { "k$it" to "v" }, Terms(1.seconds))
        pass(Duration.ofSeconds(61))
        val rows = logged()
        rows.toSet().size shouldBe 2_500
        rows.size shouldBe 2_500
    }

    test("the next entry of a key expires for itself") {
        expire()
        cache.get("k:both")
        cache.set("k:both", "v", Terms(1.seconds))
        clock.advance(Duration.ofSeconds(1))
        cache.clearExpired()
        logged().count { it.startsWith("k:both") } shouldBe 2
    }

    test("deleting what has expired is logged as its expiry") {
        expire()
        cache.delete("k:both") shouldBe false
        cache.delete("k:file") shouldBe false
        logged() shouldContainExactly expired
    }
}

private fun evictions(test: DrivenCase) {
    val small = Profile.Builder(Profile.DEFAULT).maxItemsInMemory(3).build()
    test("what a full memory lets go is logged", configure = { profile = small }) {
        (1..10).forEach { cache.set("k$it", "v") }
        cache.stats()
        val rows = logged()
        rows.toSet().size shouldBe 7
        rows.size shouldBe 7
        rows.map { it.substringAfter(' ') }.toSet() shouldBe setOf("memory_eviction 0")
    }

    test("what another process removed is logged when it is noticed") {
        fill()
        elsewhere { it.createStatement().execute("DELETE FROM cache WHERE key = 'k:both'") }
        pass(Duration.ofSeconds(1))
        cache.get("k:both")
        cache.get("k:both")
        logged() shouldContainExactly listOf("k:both foreign_change 2")
    }
}

private fun nothing(test: DrivenCase) {
    test("overwriting, touching and counting remove nothing") {
        fill()
        cache.set("k:both", "w")
        cache.set("k:file", "w")
        cache.setMany(mapOf("other" to "w"))
        cache.replace("other", "w", "x")
        cache.update("other") { "y" }
        cache.touch("k:both", 5.seconds)
        cache.increment("number")
        cache.increment("number")
        cache.setIfAbsent("k:both", "x")
        logged().shouldBeEmpty()
    }

    test("closing the cache, and turning off what watches memory, remove nothing") {
        fill()
        cache.profiles.create(
            Profile
                .Builder("unwatched")
                .memoryBasedEviction(false)
                .build(),
        )
        cache.profiles.activate("unwatched")
        close()
        rows("SELECT key || ' ' || reason FROM eviction_log").shouldBeEmpty()
    }
}

private fun listed(test: DrivenCase) {
    test("the whole log is listed newest first, page by page") {
        val keys = (1..1_203).map { "k$it" }
        cache.setMany(keys.associateWith { "v" })
        keys.forEach(cache::evict)
        cache.logs.evictions().map { it.key } shouldContainExactly keys.reversed()
        cache.logs.recentEvictions(3).map { it.key } shouldContainExactly listOf("k1203", "k1202", "k1201")
        cache.logs.recentEvictions(0).shouldBeEmpty()
    }

    test("clearing the log takes what the file does not have yet, and leaves the entries") {
        fill()
        cache.evict("k:both")
        cache.flush()
        cache.evict("other")
        cache.logs.clearEvictions() shouldBe 2
        cache.logs.clearEvictions() shouldBe 0
        logged().shouldBeEmpty()
        cache.keys() shouldContainExactly listOf("k:both", "k:file", "other")
        cache.logs.access("k:both")?.reads shouldBe 2
    }
}
