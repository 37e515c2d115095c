package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.TagMatch
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** What is counted, and what the eviction log says of it. */
@Tags("fast")
class StatsDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            reads(test)
            loads(test)
            departures(test)
            evictionLog(test)
        }

        throughEveryDoor(namespaceDoors) { test ->
            reads(test)
            loads(test)
        }
    })

private fun reads(test: Case) {
    test("a new cache has counted nothing") {
        val stats = cache.stats()
        stats.hits shouldBe 0
        stats.misses shouldBe 0
        stats.hitRatio shouldBe 1.0
        stats.missesByReason.shouldBeEmpty()
        stats.evictionsByCause.shouldBeEmpty()
        stats.loads shouldBe 0
        stats.loadTime shouldBe Duration.ZERO
        stats.memoryEntries shouldBe 0
    }

    test("hits are counted by the tier that answered") {
        cache.setMany(mapOf("a" to "1", "b" to "2", "c" to "3"))
        cache.get("a")
        cache.find("a")
        cache.evictAll()
        cache.get("a")
        cache.find("b")
        cache.getMany(listOf("a", "b", "c"))
        cache.cached("c") { error("memory has it") }
        val stats = cache.stats()
        stats.memoryHits shouldBe 2 + 2 + 1
        stats.storeHits shouldBe 2 + 1
        stats.hits shouldBe 8
        stats.misses shouldBe 0
        stats.memoryEntries shouldBe 3
    }

    test("misses are counted by their reason") {
        cache.get("k")
        cache.find("k")
        cache.getMany(listOf("k", "l"))
        cache.set("v", "versioned", Terms(version = 2))
        cache.get("v", version = 3)
        cache.evictAll()
        cache.get("v", version = 1)
        cache.set("t", "text")
        cache.findNumber("t")
        cache.evictAll()
        cache.findNumber("t")
        cache.set("s", "short", Terms(1.seconds))
        clock.advance(1.seconds)
        cache.get("s")
        cache.get("s")
        val misses = cache.stats().missesByReason
        misses[MissReason.ABSENT] shouldBe 4
        misses[MissReason.VERSION] shouldBe 2
        misses[MissReason.EXPIRED] shouldBe 2
        (misses[MissReason.DECODING] ?: 0) + (misses[MissReason.SHAPE] ?: 0) shouldBe 2
        misses.values.sum() shouldBe 10
        cache.stats().misses shouldBe 10
        cache.stats().hitRatio shouldBe 0.0
    }

    test("a row of another shape is a miss for that reason") {
        cache.setPerson("p", Person("Ada", 36))
        cache.evictAll()
        cache.findNumber("p")
        val misses = cache.stats().missesByReason
        (misses.keys - setOf(MissReason.SHAPE, MissReason.DECODING)).shouldBeEmpty()
        misses.values.sum() shouldBe 1
    }

    test("looking at an entry without its value counts nothing") {
        cache.set("k", "v")
        cache.contains("k")
        cache.contains("l")
        cache.metadata("k")
        cache.keys()
        cache.entries()
        cache.stats().hits shouldBe 0
        cache.stats().misses shouldBe 0
    }
}

private fun loads(test: Case) {
    test("a load is one miss, and the hits after it are hits") {
        repeat(3) { cache.cached("k") { "v" } }
        val stats = cache.stats()
        stats.loads shouldBe 1
        stats.loadFailures shouldBe 0
        stats.missesByReason shouldBe mapOf(MissReason.ABSENT to 1)
        stats.memoryHits shouldBe 2
    }

    test("loaders that throw are counted as such") {
        repeat(2) { shouldThrow<IOException> { cache.cached("k") { throw IOException() } } }
        shouldThrow<IOException> { cache.cachedMany(listOf("k", "l")) { throw IOException() } }
        cache.stats().loads shouldBe 0
        cache.stats().loadFailures shouldBe 3
        cache.keys().shouldBeEmpty()
    }

    test("one run of a loader for many keys is one load") {
        cache.set("b", "2")
        cache.cachedMany(listOf("a", "b", "c")) { it.associateWith { "loaded" } }
        cache.stats().loads shouldBe 1
        cache.stats().missesByReason shouldBe mapOf(MissReason.ABSENT to 2)
        cache.stats().memoryHits shouldBe 1
    }

    test("the time that loaders take is added up, whether they give a value or throw") {
        cache.cached("k") { "v".also { awaitAnotherThread() } }
        val first = cache.stats().loadTime
        first shouldBeGreaterThanOrEqualTo A_MOMENT
        shouldThrow<IOException> {
            cache.cached("l") {
                awaitAnotherThread()
                throw IOException()
            }
        }
        cache.stats().loadTime - first shouldBeGreaterThanOrEqualTo A_MOMENT
        val both = cache.stats().loadTime
        cache.cached("k") { error("memory has it") }
        cache.stats().loadTime shouldBe both
    }
}

private fun departures(test: Case) {
    fun Setting.evictions() = cache.stats().evictionsByCause

    test("what a caller removes is counted once an entry, in whichever tier it was") {
        cache.setMany((1..6).associate { "k$it" to "v" })
        cache.evict("k6") shouldBe true
        evictions() shouldBe mapOf(EvictionCause.EVICTED to 1)
        cache.evict("k6") shouldBe false
        cache.delete("k1")
        cache.delete("k6")
        cache.delete("absent")
        cache.deleteMany(listOf("k2", "k3", "absent"))
        cache.remove("k4")
        cache.remove("absent")
        evictions() shouldBe mapOf(EvictionCause.EVICTED to 1, EvictionCause.DELETED to 5)
    }

    test("removals by tag and by prefix are counted as such") {
        for (key in listOf("a:1", "a:2", "b:1", "b:2", "b:3")) {
            cache.set(key, "v", Terms(tags = setOf("first").filterTo(HashSet()) { key.endsWith("1") }))
        }
        cache.evict("a:1")
        cache.evict("b:2")
        cache.clearByTags(setOf("first")) shouldBe 2
        cache.clearByPrefix("b:") shouldBe 2
        cache.clearByTags(setOf("nobody"), TagMatch.EXACT) shouldBe 0
        evictions() shouldBe
            mapOf(EvictionCause.EVICTED to 2, EvictionCause.TAG to 2, EvictionCause.PREFIX to 2)
    }

    test("clearing counts every entry, emptying memory those that memory has") {
        cache.setMany((1..5).associate { "k$it" to "v" })
        cache.evict("k1")
        cache.evictAll()
        evictions() shouldBe mapOf(EvictionCause.EVICTED to 1, EvictionCause.CLEARED to 4)
        cache.get("k1")
        cache.clear() shouldBe 5
        evictions() shouldBe mapOf(EvictionCause.EVICTED to 1, EvictionCause.CLEARED to 9)
    }

    test("an expired entry is counted when it leaves memory, and when its row goes later") {
        cache.set("read", "v", Terms(1.seconds))
        cache.set("cleared", "v", Terms(1.seconds))
        cache.set("evicted", "v", Terms(1.seconds))
        cache.evict("evicted")
        clock.advance(1.seconds)
        cache.get("read").shouldBeNull()
        evictions()[EvictionCause.EXPIRED] shouldBe 1
        cache.clearExpired().map { it.key } shouldContainExactlyInAnyOrder listOf("read", "cleared", "evicted")
        evictions()[EvictionCause.EXPIRED] shouldBe 4
    }

    test("an entry that had expired is none that delete removed, in whichever tier it was") {
        cache.setMany(mapOf("a" to "1", "b" to "2", "c" to "3"), Terms(1.seconds))
        cache.evict("b")
        clock.advance(1.seconds)
        cache.delete("b") shouldBe false
        evictions() shouldBe mapOf(EvictionCause.EVICTED to 1, EvictionCause.EXPIRED to 1)
        cache.delete("a") shouldBe false
        cache.deleteMany(listOf("c")) shouldBe 0
        evictions()[EvictionCause.DELETED].shouldBeNull()
    }

    val small = Wish(profile = Profile.Builder(Profile.DEFAULT).maxItemsInMemory(10).build())
    test("what has to go from a full memory is counted, and no longer in memory", small) {
        (1..100).forEach { cache.set("k$it", "v") }
        val stats = cache.stats()
        stats.memoryEntries shouldBe 10
        stats.evictionsByCause shouldBe mapOf(EvictionCause.SIZE to 90)
    }
}

private fun evictionLog(test: Case) {
    test("the eviction log has a row for each departure, newest first") {
        cache.setMany(listOf("a", "b:1", "c", "d", "e").associateWith { "v" })
        cache.set("t", "v", Terms(tags = setOf("tag")))
        cache.set("x", "v", Terms(5.seconds))
        repeat(3) { cache.get("a") }
        cache.evict("a")
        clock.advance(1.seconds)
        cache.delete("c")
        cache.clearByTags(setOf("tag"))
        cache.clearByPrefix("b:")
        clock.advance(4.seconds)
        cache.get("x")
        val log = cache.evictionLog()
        log.map { it.key to it.cause } shouldContainExactly
            listOf(
                "x" to EvictionCause.EXPIRED,
                "b:1" to EvictionCause.PREFIX,
                "t" to EvictionCause.TAG,
                "c" to EvictionCause.DELETED,
                "a" to EvictionCause.EVICTED,
            )
        log.map { it.reads } shouldContainExactly listOf(0L, 0L, 0L, 0L, 3L)
        log.first().evictedAt shouldBe clock.instant()
        log.last().evictedAt shouldBe clock.instant().minusSeconds(5)
        log.first().profile shouldBe "default"
        log.first().reason shouldBe "time_eviction"
        cache.evictionLog(2) shouldContainExactly log.take(2)
        reopen()
        cache.evictionLog() shouldContainExactly log
    }

    test("emptying memory writes a row for each entry, and so does clearing") {
        cache.setMany(mapOf("a" to "1", "b" to "2"))
        cache.evictAll()
        cache.evictionLog().map { it.key to it.cause } shouldContainExactlyInAnyOrder
            listOf("a" to EvictionCause.CLEARED, "b" to EvictionCause.CLEARED)
        cache.clear()
        cache.evictionLog().map { it.key to it.cause }.take(2) shouldContainExactlyInAnyOrder
            listOf("a" to EvictionCause.CLEARED, "b" to EvictionCause.CLEARED)
        cache.evictionLog().size shouldBe 4
    }
}
