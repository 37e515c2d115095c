package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.HotKey
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.Tier
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Reads that leave no trace, reads that are counted, and what entries get from their profile. */
@Tags("fast")
class ReadDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            unpromoted(test)
            counted(test)
            profiled(test)
        }

        throughEveryDoor(namespaceDoors) { test ->
            unpromoted(test)
        }
    })

private fun unpromoted(test: Case) {
    test("a read without promotion copies nothing to memory") {
        cache.set("k", "v")
        cache.evictAll()
        cache.get("k", promote = false) shouldBe "v"
        cache.find("k", promote = false).shouldHit().source shouldBe Tier.STORE
        cache.keys(Tier.MEMORY).shouldBeEmpty()
        cache.stats().memoryEntries shouldBe 0
        cache.find("k").shouldHit().source shouldBe Tier.STORE
        cache.find("k", promote = false).shouldHit().source shouldBe Tier.MEMORY
    }

    test("a read without promotion is not counted, wherever it finds the value") {
        cache.set("k", "v")
        repeat(3) { cache.get("k", promote = false) shouldBe "v" }
        cache.find("k", promote = false).shouldHit().value shouldBe "v"
        cache.hotKeys().shouldBeEmpty()
        cache.evictAll()
        repeat(3) { cache.get("k", promote = false) shouldBe "v" }
        cache.find("k", promote = false).shouldHit().value shouldBe "v"
        cache.hotKeys().shouldBeEmpty()
        cache.accessLog().shouldBeEmpty()
        cache.accessRecord("k").shouldBeNull()
        cache.get("absent", promote = false).shouldBeNull()
        cache.stats().hits shouldBe 0
        cache.stats().misses shouldBe 0
    }

    test("a read without promotion may still be a miss, with its reason") {
        cache.find("k", promote = false) shouldMissBecauseOf MissReason.ABSENT
        cache.set("k", "v", Terms(1.seconds, version = 2))
        cache.find("k", promote = false, version = 3) shouldMissBecauseOf MissReason.VERSION
        clock.advance(1.seconds)
        cache.find("k", promote = false) shouldMissBecauseOf MissReason.EXPIRED
    }
}

private fun counted(test: Case) {
    test("the hottest keys come first, and no more than asked for") {
        cache.setMany(listOf("a", "b", "c", "d").associateWith { "v" })
        repeat(2) { cache.get("a") }
        repeat(5) { cache.get("b") }
        repeat(2) { cache.find("c") }
        cache.hotKeys() shouldContainExactly listOf(HotKey("b", 5), HotKey("a", 2), HotKey("c", 2))
        cache.hotKeys(2) shouldContainExactly listOf(HotKey("b", 5), HotKey("a", 2))
        cache.hotKeys(0).shouldBeEmpty()
    }

    test("every kind of read counts, once") {
        cache.set("k", "v")
        cache.get("k")
        cache.find("k")
        cache.getMany(listOf("k"))
        cache.cached("k") { error("memory has it") }
        cache.cachedMany(listOf("k")) { error("memory has it") }
        cache.hotKeys() shouldContainExactly listOf(HotKey("k", 5))
        cache.evictAll()
        cache.get("k")
        cache.hotKeys() shouldContainExactly listOf(HotKey("k", 1))
        cache.accessRecord("k").shouldNotBeNull().reads shouldBe 6
    }

    test("overwriting an entry keeps its count, deleting it does not") {
        cache.set("k", "v")
        repeat(3) { cache.get("k") }
        cache.set("k", "w")
        cache.touch("k", 1.minutes)
        cache.get("k")
        cache.hotKeys() shouldContainExactly listOf(HotKey("k", 4))
        cache.delete("k")
        cache.hotKeys().shouldBeEmpty()
    }

    test("the access log counts across restarts, most read first") {
        cache.setMany(mapOf("a" to "1", "b" to "2"))
        repeat(2) { cache.get("a") }
        repeat(3) { cache.get("b") }
        reopen()
        clock.advance(10.seconds)
        repeat(4) { cache.get("a") }
        val log = cache.accessLog()
        log.map { it.key to it.reads } shouldContainExactly listOf("a" to 6L, "b" to 3L)
        log.first().lastAccessed shouldBe clock.instant()
        log.last().lastAccessed shouldBe clock.instant().minusSeconds(10)
        log.map { it.profile } shouldContainExactly listOf("default", "default")
        cache.accessLog(1).map { it.key } shouldContainExactly listOf("a")
        cache.accessRecord("a") shouldBe log.first()
        cache.accessRecord("c").shouldBeNull()
    }
}

private val tagged = Wish(profile = Profile.Builder(Profile.DEFAULT).tags(listOf("house", "all")).build())

private val taggedWrites: Map<String, Door.(Terms) -> Unit> =
    mapOf(
        "set" to { set("k", "v", it) },
        "setMany" to { setMany(mapOf("k" to "v"), it) },
        "setIfAbsent" to { setIfAbsent("k", "v", it) },
        "update" to { terms -> update("k", terms) { "v" } },
        "replace" to {
            set("k", "u")
            replace("k", "u", "v", it)
        },
        "increment" to { increment("k", terms = it) },
        "cached" to { terms -> cached("k", terms) { "v" } },
        "cachedMany" to { terms -> cachedMany(listOf("k"), terms) { mapOf("k" to "v") } },
    )

private fun profiled(test: Case) {
    for ((name, write) in taggedWrites) {
        test("$name takes the profile's tags where none are given, and no tags where there are to be none", tagged) {
            fun tags() = cache.metadata("k").shouldNotBeNull().tags
            cache.write(Terms())
            tags() shouldContainExactly listOf("house", "all")
            cache.delete("k")
            cache.write(Terms(tags = emptySet()))
            tags().shouldBeEmpty()
            cache.flush()
            cache.evictAll()
            tags().shouldBeEmpty()
            cache.clearByTags(setOf("house", "all")) shouldBe 0
            cache.delete("k")
            cache.write(Terms(tags = setOf("own")))
            tags() shouldContainExactly listOf("own")
        }
    }

    test("entries go with the tags of their profile", tagged) {
        cache.set("a", "1")
        cache.set("b", "2", Terms(tags = emptySet()))
        cache.cached("c") { "3" }
        cache.clearByTags(setOf("house")) shouldBe 2
        cache.keys() shouldContainExactly listOf("b")
    }

    val brief =
        Wish(profile = Profile.Builder(Profile.DEFAULT).timeToLive(java.time.Duration.ofSeconds(5)).build())
    test("an entry lives as long as its profile says, unless it says so itself", brief) {
        cache.set("a", "1")
        cache.set("b", "2", Terms(6.seconds))
        cache.touch("b", 7.seconds)
        cache.metadata("a")!!.expiresAt shouldBe clock.instant().plusSeconds(5)
        cache.metadata("b")!!.expiresAt shouldBe clock.instant().plusSeconds(7)
        clock.advance(5.seconds)
        cache.keys() shouldContainExactly listOf("b")
    }
}
