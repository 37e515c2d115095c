package io.github.cachetronomy.it.logs

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.doors.DrivenCase
import io.github.cachetronomy.it.doors.Ground
import io.github.cachetronomy.it.doors.Terms
import io.github.cachetronomy.it.doors.Wish
import io.github.cachetronomy.it.doors.drivenThroughEveryDoor
import io.github.cachetronomy.it.doors.throughEveryDoor
import io.github.cachetronomy.it.onHarness
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.toList
import java.time.Duration
import java.time.Instant
import kotlin.time.Duration.Companion.seconds

/** What counts as a read, and what the file's access log says of it. */
@Tags("fast")
class AccessLogSpec :
    FunSpec({
        drivenThroughEveryDoor { test ->
            counted(test)
            listed(test)
            removed(test)
            odd(test)
        }

        throughEveryDoor { test ->
            test("a file that cannot be used has no rows to delete, and says so", Wish(Ground.FOLDER)) {
                cache.set("k", "v")
                cache.get("k")
                cache.logs.top().map { it.key } shouldContainExactly listOf("k")
                shouldThrow<StoreUnavailableException> { cache.logs.deleteAccess("k") }
                shouldThrow<StoreUnavailableException> { cache.logs.clearAccesses() }
                shouldThrow<StoreUnavailableException> { cache.logs.clearEvictions() }
            }

            test("a change that the store does not take throws", Wish(Ground.FAULTY_STORE)) {
                store.failTransactions(Kind.UNAVAILABLE)
                shouldThrow<StoreUnavailableException> { cache.logs.deleteAccess("k") }
                shouldThrow<StoreUnavailableException> { cache.logs.clearAccesses() }
                shouldThrow<StoreUnavailableException> { cache.logs.clearEvictions() }
                store.heal()
            }

            test("a closed cache says so") {
                cache.close()
                shouldThrow<CacheClosedException> { cache.logs.top() }
                shouldThrow<CacheClosedException> { cache.logs.access("k") }
                shouldThrow<CacheClosedException> { cache.logs.accesses() }
                shouldThrow<CacheClosedException> { cache.logs.deleteAccess("k") }
                shouldThrow<CacheClosedException> { cache.logs.clearAccesses() }
                shouldThrow<CacheClosedException> { cache.logs.recentEvictions() }
                shouldThrow<CacheClosedException> { cache.logs.evictions() }
                shouldThrow<CacheClosedException> { cache.logs.clearEvictions() }
            }

            test("two caches in one process count for themselves", Wish(Ground.FAULTY_STORE)) {
                cache.set("k", "v")
                repeat(3) { cache.get("k") }
                BlockingCachetronaut.builder(tempdir().toPath().resolve("other.db")).clock(clock).build().use { other ->
                    other.set("k", "v")
                    other.get("k", String::class.java)
                    other.hotKeys(9) shouldContainExactly listOf(HotKey("k", 1))
                    other.evict("k")
                    other
                        .accessLog()
                        .find("k")
                        .get()
                        .reads shouldBe 1
                    other.evictionLog().recent(9).map { it.reads } shouldContainExactly listOf(1)
                }
                cache.hotKeys() shouldContainExactly listOf(HotKey("k", 3))
                cache.logs.access("k")?.reads shouldBe 3
                cache.logs.evictions().shouldBeEmpty()
            }
        }

        test("a value that only memory has, read as another type, counts as well") {
            onHarness {
                store.failTransactions(Kind.UNAVAILABLE)
                cache.set("k", 5)
                cache.get<Any>("k") shouldBe 5L
                store.heal()
                cache.accessLog.find("k")?.reads shouldBe 1
            }
        }

        test("a cache that only looks lists the logs and refuses to change them") {
            val file = tempdir().toPath().resolve("looked-at.db")
            BlockingCachetronaut.open(file).use { cache ->
                cache.set("k", "v")
                cache.get("k", String::class.java)
                cache.evict("k")
            }
            Cachetronaut.openReadOnly(file).use { cache ->
                cache.accessLog
                    .list()
                    .toList()
                    .map { it.key } shouldContainExactly listOf("k")
                cache.evictionLog
                    .list()
                    .toList()
                    .map { it.key } shouldContainExactly listOf("k")
                shouldThrow<IllegalStateException> { cache.accessLog.delete("k") }
                shouldThrow<IllegalStateException> { cache.accessLog.clear() }
                shouldThrow<IllegalStateException> { cache.evictionLog.clear() }
            }
            BlockingCachetronaut.openReadOnly(file).use { cache ->
                cache
                    .accessLog()
                    .list()
                    .toList()
                    .map { it.key } shouldContainExactly listOf("k")
                shouldThrow<IllegalStateException> { cache.accessLog().delete("k") }
                shouldThrow<IllegalStateException> { cache.async().accessLog().clear() }
                shouldThrow<IllegalStateException> { cache.async().evictionLog().clear() }
            }
        }
    })

private fun counted(test: DrivenCase) {
    test("hits count, in memory and in the file; writes, misses, loads and looks do not") {
        cache.set("k", "v")
        cache.setMany(mapOf("k" to "v"))
        cache.cached("loaded") { "v" }
        cache.cachedMany(listOf("many")) { mapOf("many" to "v") }
        cache.get("absent")
        cache.contains("k")
        cache.metadata("k")
        cache.entries()
        cache.logs.accesses().shouldBeEmpty()
        cache.get("k")
        cache.logs.access("k")?.reads shouldBe 1
        cache.evict("k")
        cache.get("k")
        cache.logs.access("k")?.reads shouldBe 2
        cache.find("k")
        cache.getMany(listOf("k"))
        cache.cached("k") { error("memory has it") }
        cache.logs.access("k")?.reads shouldBe 5
        cache.cached("loaded") { error("memory has it") }
        cache.logs.accesses().map { it.key to it.reads } shouldContainExactly listOf("k" to 5L, "loaded" to 1L)
    }

    test("a read without promotion does not count, in whichever tier it finds the value") {
        cache.set("k", "v")
        cache.get("k", promote = false)
        cache.evict("k")
        cache.get("k", promote = false)
        cache.logs.access("k").shouldBeNull()
    }

    test("the last read is known by its time and its profile") {
        cache.set("a", "v")
        cache.set("b", "v")
        cache.get("a")
        cache.get("b")
        pass(Duration.ofSeconds(5))
        val first = clock.instant()
        cache.profiles.create(Profile.named("night"))
        cache.get("a")
        pass(Duration.ofSeconds(5))
        val second = clock.instant()
        cache.profiles.activate("night")
        pass(Duration.ofSeconds(5))
        cache.logs.access("a")?.lastAccessed shouldBe second
        cache.logs.access("a")?.profile shouldBe "default"
        cache.get("b")
        pass(Duration.ofSeconds(5))
        cache.logs.access("b")?.run { Triple(reads, lastAccessed, profile) } shouldBe
            Triple(2L, clock.instant(), "night")
        first.plusSeconds(5) shouldBe second
    }

    test("a read under a profile is that profile's, though another comes into force before the file has it") {
        cache.set("memory", "v")
        cache.set("file", "v")
        cache.evict("file")
        cache.get("memory")
        cache.get("file", promote = true)
        cache.evict("file")
        cache.profiles.create(Profile.named("night"))
        cache.profiles.activate("night")
        cache.logs
            .accesses()
            .map { it.key to it.profile }
            .toSet() shouldBe
            setOf("memory" to "default", "file" to "default")
    }

    test("counts outlive their entries, and go on with the next of the key") {
        cache.set("k", "v")
        cache.get("k")
        cache.delete("k")
        cache.logs.access("k")?.reads shouldBe 1
        cache.set("k", "v")
        cache.get("k")
        cache.clear()
        cache.logs.access("k")?.reads shouldBe 2
        cache.set("k", "v", Terms(1.seconds))
        cache.get("k")
        pass(Duration.ofSeconds(61))
        cache.logs.access("k")?.reads shouldBe 3
    }
}

private fun listed(test: DrivenCase) {
    test("the most read come first, the latest reads among them, and ties go by key") {
        for (key in listOf("\uD83D\uDE00", "\uFFFD", "b", "a")) cache.set(key, "v").also { cache.get(key) }
        cache.get("b")
        cache.logs.top().map { it.key } shouldContainExactly listOf("b", "a", "\uFFFD", "\uD83D\uDE00")
        repeat(2) { cache.get("a") }
        cache.logs.top(2).map { it.key to it.reads } shouldContainExactly listOf("a" to 3L, "b" to 2L)
        cache.logs.top(0).shouldBeEmpty()
        shouldThrow<IllegalArgumentException> { cache.logs.top(-1) }
        shouldThrow<IllegalArgumentException> { cache.logs.recentEvictions(-1) }
    }

    test("the whole log is listed in the order in which keys were first counted, page by page") {
        val keys = (1..1_203).map { "k%04d".format(it * 701 % 10_007) }
        cache.setMany(keys.associateWith { "v" })
        for (some in keys.chunked(100)) {
            some.forEach(cache::get)
            cache.flush()
        }
        cache.get(keys.first())
        val listed = cache.logs.accesses()
        listed.map { it.key }.chunked(100).map { it.sorted() } shouldContainExactly
            keys.chunked(100).map { it.sorted() }
        listed.sumOf { it.reads } shouldBe 1_204
    }
}

private fun removed(test: DrivenCase) {
    test("a deleted row goes with the reads that the file does not have yet, and the key counts anew") {
        cache.set("k", "v")
        cache.set("l", "v")
        repeat(2) { cache.get("k") }
        pass(Duration.ofSeconds(5))
        repeat(2) { cache.get("k") }
        cache.get("l")
        cache.logs.deleteAccess("k") shouldBe true
        cache.logs.accesses().map { it.key to it.reads } shouldContainExactly listOf("l" to 1L)
        cache.logs.deleteAccess("k") shouldBe false
        cache.get("k")
        cache.logs.access("k")?.reads shouldBe 1
        cache.logs.deleteAccess("absent") shouldBe false
    }

    test("reads that the file has none of yet are something to delete") {
        cache.set("k", "v")
        cache.get("k")
        cache.logs.deleteAccess("k") shouldBe true
        cache.logs.access("k").shouldBeNull()
    }

    test("clearing removes every row and says how many, and leaves entries and the other log") {
        cache.setMany(mapOf("a" to "1", "b" to "2", "c" to "3"))
        cache.get("a")
        cache.flush()
        cache.get("b")
        cache.evict("c")
        cache.logs.clearAccesses() shouldBe 2
        cache.logs.clearAccesses() shouldBe 0
        cache.logs.accesses().shouldBeEmpty()
        cache.keys() shouldContainExactly listOf("a", "b", "c")
        cache.logs.evictions().map { it.key } shouldContainExactly listOf("c")
    }

    test("a key that cannot be one is refused") {
        for (bad in listOf("", "\uD800")) {
            shouldThrow<IllegalArgumentException> { cache.logs.access(bad) }
            shouldThrow<IllegalArgumentException> { cache.logs.deleteAccess(bad) }
        }
    }
}

private fun odd(test: DrivenCase) {
    test("rows that make no sense harm themselves only") {
        cache.set("good", "v")
        cache.get("good")
        cache.evict("good")
        cache.flush()
        elsewhere {
            val statement = it.createStatement()
            statement.execute("INSERT INTO access_log VALUES ('soon', 7, 'soon', 'p')")
            statement.execute("INSERT INTO access_log VALUES ('many', 'many', '2026-01-01T00:00:00+00:00', x'ff00')")
            statement.execute("INSERT INTO access_log VALUES (x'80ff', 3, x'ff', 'p')")
            statement.execute("INSERT INTO eviction_log VALUES (100, x'80ff', 'soon', x'ff', 'few', x'ff')")
            statement.execute("INSERT INTO eviction_log VALUES (101, 'odd', '2026-01-01', 'of my own', -1, '')")
        }
        val accesses = cache.logs.accesses()
        accesses.size shouldBe 4
        accesses.single { it.key == "good" }.reads shouldBe 1
        accesses.single { it.key == "soon" }.reads shouldBe 7
        cache.logs.top(1).map { it.key } shouldContainExactly listOf("soon")
        cache.logs.top().size shouldBe 4
        cache.logs
            .access("many")
            .shouldNotBeNull()
            .reads shouldBe 0
        val evictions = cache.logs.evictions()
        evictions.size shouldBe 3
        evictions.first().run { Triple(key, reason, cause) } shouldBe Triple("odd", "of my own", null)
        evictions.last().key shouldBe "good"
        cache.logs.recentEvictions(1).map { it.key } shouldContainExactly listOf("odd")
        cache.get("good")
        cache.logs.access("good")?.reads shouldBe 2
        cache.logs.clearAccesses() shouldBe 4
        cache.logs.clearEvictions() shouldBe 3
    }

    test("rows of another program keep their way of writing the time") {
        val times = listOf("2099-06-01T12:00:00+02:00", "2099-06-01 10:00:00Z", "soon", "2099-06-01T10:00:00+00:00")
        elsewhere { connection ->
            for (time in times) {
                val statement = connection.createStatement()
                statement.execute("INSERT INTO access_log VALUES ('$time', 7, '$time', 'p')")
                statement.execute("INSERT INTO eviction_log VALUES (NULL, '$time', '$time', 'time_eviction', 1, 'p')")
            }
        }
        cache.logs.accesses().map { it.lastAccessedText } shouldContainExactly times
        cache.logs.evictions().map { it.evictedAtText } shouldContainExactly times.reversed()
        val known = Instant.parse("2099-06-01T10:00:00Z")
        cache.logs.accesses().map { it.lastAccessed } shouldContainExactly listOf(known, known, Instant.EPOCH, known)
        cache.logs.evictions().map { it.evictedAt } shouldContainExactly listOf(known, Instant.EPOCH, known, known)
    }
}
