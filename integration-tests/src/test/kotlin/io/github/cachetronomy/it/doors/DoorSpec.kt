package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/** What every operation does, whichever way it is called: the same suite through the suspend, blocking and future doors. */
@Tags("fast")
class DoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            reading(test)
            writing(test)
            atomic(test)
            removing(test)
            expiring(test)
            closing(test)
        }

        throughEveryDoor(namespaceDoors) { test ->
            reading(test)
            writing(test)
            atomic(test)
            removing(test)
            expiring(test)
            closing(test)
        }
    })

private fun reading(test: Case) {
    test("a value is there for its reader, from memory and from the file") {
        cache.set("k", "v")
        cache.get("k") shouldBe "v"
        cache.find("k").shouldHit().source shouldBe Tier.MEMORY
        cache.evictAll()
        cache.find("k").shouldHit().source shouldBe Tier.STORE
        cache.find("k").shouldHit().source shouldBe Tier.MEMORY
    }

    test("what was written is there after the cache was closed and opened again") {
        cache.set("k", "v")
        cache.setPerson("p", Person("Ada", 36))
        reopen()
        cache.get("k") shouldBe "v"
        cache.findPerson("p").shouldHit().value shouldBe Person("Ada", 36)
    }

    test("an absent key is a miss") {
        cache.get("k").shouldBeNull()
        cache.find("k") shouldMissBecauseOf MissReason.ABSENT
    }

    test("a cached null is a hit") {
        cache.set("k", null)
        cache
            .find("k")
            .shouldHit()
            .value
            .shouldBeNull()
        cache.evictAll()
        cache
            .find("k")
            .shouldHit()
            .value
            .shouldBeNull()
    }

    test("a read without promotion leaves memory as it is") {
        cache.set("k", "v")
        cache.evictAll()
        cache.get("k", promote = false) shouldBe "v"
        cache.find("k").shouldHit().source shouldBe Tier.STORE
    }

    test("a value of another type is a miss with its reason, and an exception for a strict reader") {
        cache.set("k", "no number")
        val reason = cache.findNumber("k").shouldBeInstanceOf<Lookup.Miss>().reason
        (reason == MissReason.SHAPE || reason == MissReason.DECODING) shouldBe true
        shouldThrow<DecodingFailedException> { cache.findNumber("k", strict = true) }.key shouldBe "k"
        cache.evictAll()
        cache.findNumber("k").shouldBeInstanceOf<Lookup.Miss>()
        cache.get("k") shouldBe "no number"
    }

    test("a read that expects another version is a miss") {
        cache.set("k", "v", Terms(version = 2))
        cache.get("k", version = 2) shouldBe "v"
        cache.get("k", version = 3).shouldBeNull()
        cache.evictAll()
        cache.get("k", version = 3).shouldBeNull()
        cache.get("k", version = 2) shouldBe "v"
    }

    test("getMany gives what there is, in the order of the keys") {
        cache.setMany(mapOf("a" to "1", "b" to "2", "c" to "3"))
        cache.evictAll()
        cache.get("b")
        cache.getMany(listOf("c", "x", "b", "a")).toList() shouldContainExactly
            listOf("c" to "3", "b" to "2", "a" to "1")
        cache.getMany(emptyList()) shouldBe emptyMap()
    }

    test("cached loads once, and cachedMany only what is missing") {
        var loads = 0
        repeat(2) { cache.cached("k") { "v${++loads}" } shouldBe "v1" }
        cache.cachedMany(listOf("k", "other")) { missing ->
            missing shouldBe setOf("other")
            mapOf("other" to "loaded")
        } shouldBe mapOf("k" to "v1", "other" to "loaded")
        reopen()
        cache.cached("k") { error("the file has it") } shouldBe "v1"
    }

    test("what a loader throws comes as thrown and is not cached") {
        shouldThrow<IOException> { cache.cached("k") { throw IOException("no luck") } }.message shouldBe "no luck"
        cache.cached("k") { "second try" } shouldBe "second try"
    }

    test("what a loader throws is no copy") {
        val failure = IOException("no luck")
        val fail = { awaitAnotherThread().let { throw failure } }
        shouldThrow<IOException> { cache.cached("k", load = fail) } shouldBeSameInstanceAs failure
        shouldThrow<IOException> { cache.cachedMany(listOf("k", "l")) { throw failure } } shouldBeSameInstanceAs failure
    }
}

private fun writing(test: Case) {
    test("set gives the entry's metadata") {
        val terms = Terms(5.minutes, setOf("b", "a"), 3)
        val metadata = cache.set("k", "value", terms)
        metadata.key shouldBe "k"
        metadata.format shouldBe "json"
        metadata.expiresAt shouldBe clock.instant().plusSeconds(300)
        metadata.tags shouldContainExactly listOf("b", "a")
        metadata.version shouldBe 3
        metadata.savedByProfile shouldBe "default"
        metadata.createdAt shouldBe clock.instant()
        metadata.size shouldBe 7
        metadata.stored shouldBe true
        cache.metadata("k") shouldBe metadata
        cache.evictAll()
        cache.metadata("k") shouldBe metadata
    }

    for (format in listOf("json", "cbor", "protobuf", "msgpack")) {
        test("a value written as $format is read from the file") {
            cache.setPerson("p", Person("Grace", 85), Terms(format = format))
            reopen()
            val hit = cache.findPerson("p").shouldHit()
            hit.value shouldBe Person("Grace", 85)
            hit.metadata.format shouldBe format
        }
    }

    test("a string may be written without quotes") {
        cache.set("k", "as it is", Terms(format = "string"))
        cache.metadata("k")!!.size shouldBe 8
        reopen()
        cache.get("k") shouldBe "as it is"
    }

    test("setMany writes all") {
        cache.setMany((1..300).associate { "k$it" to "v$it" }, Terms(tags = setOf("many")))
        reopen()
        cache.getMany((1..300).map { "k$it" }) shouldBe (1..300).associate { "k$it" to "v$it" }
        cache.setMany(emptyMap())
    }

    test("an entry that never expires does not") {
        cache.set("k", "v", Terms(Duration.INFINITE))
        cache.metadata("k")!!.expiresAt.shouldBeNull()
        clock.advance((365 * 1000).days)
        cache.get("k") shouldBe "v"
        cache.set("far", "v", Terms((365 * 100_000).days))
        cache.metadata("far")!!.expiresAt.shouldBeNull()
    }
}

private fun atomic(test: Case) {
    test("setIfAbsent writes once, and over what is expired") {
        cache.setIfAbsent("k", "first") shouldBe true
        cache.setIfAbsent("k", "second") shouldBe false
        cache.get("k") shouldBe "first"
        clock.advance(1.hours)
        cache.setIfAbsent("k", "third") shouldBe true
        cache.get("k") shouldBe "third"
    }

    test("replace writes only over the value expected") {
        cache.replace("k", "v", "w") shouldBe false
        cache.set("k", "v")
        cache.replace("k", "x", "w") shouldBe false
        cache.replace("k", "v", "w") shouldBe true
        cache.evictAll()
        cache.get("k") shouldBe "w"
    }

    test("update sees the present value, or none") {
        cache.update("k") { present -> "${present ?: "none"}+" } shouldBe "none+"
        cache.update("k") { present -> "$present+" } shouldBe "none++"
        reopen()
        cache.get("k") shouldBe "none++"
    }

    test("increment counts, keeps the entry's expiry, and reads as a number") {
        cache.increment("n") shouldBe 1
        val expiry = cache.metadata("n")!!.expiresAt
        clock.advance(1.minutes)
        cache.increment("n", by = 41) shouldBe 42
        cache.metadata("n")!!.expiresAt shouldBe expiry
        cache.findNumber("n").shouldHit().value shouldBe 42
        cache.increment("m", by = -1, initial = 10) shouldBe 9
        reopen()
        cache.increment("n", by = 0) shouldBe 42
    }

    test("increment refuses what is no whole number, and an overflow; both leave the value") {
        cache.set("text", "abc")
        shouldThrow<DecodingFailedException> { cache.increment("text") }
        cache.get("text") shouldBe "abc"
        cache.increment("n", by = Long.MAX_VALUE)
        shouldThrow<ArithmeticException> { cache.increment("n") }
        cache.increment("n", by = 0) shouldBe Long.MAX_VALUE
    }

    test("touch moves the expiry of a live entry and nothing else") {
        cache.touch("k", 2.hours) shouldBe false
        cache.set("k", "v", Terms(tags = setOf("t")))
        cache.touch("k", 2.hours) shouldBe true
        clock.advance(90.minutes)
        cache.get("k") shouldBe "v"
        cache.evictAll()
        cache.get("k") shouldBe "v"
        cache.metadata("k")!!.tags shouldContainExactly listOf("t")
        clock.advance(30.minutes)
        cache.touch("k", 2.hours) shouldBe false
    }

    test("remove gives the value and takes it away") {
        cache.remove("k").shouldBeNull()
        cache.set("k", "v")
        cache.remove("k") shouldBe "v"
        cache.remove("k").shouldBeNull()
        cache.contains("k") shouldBe false
    }
}

private fun removing(test: Case) {
    test("delete tells whether there was a live entry") {
        cache.delete("k") shouldBe false
        cache.set("k", "v")
        cache.contains("k") shouldBe true
        cache.delete("k") shouldBe true
        cache.contains("k") shouldBe false
        cache.get("k").shouldBeNull()
        reopen()
        cache.get("k").shouldBeNull()
    }

    test("deleteMany counts those that existed") {
        cache.setMany(mapOf("a" to "1", "b" to "2"))
        cache.deleteMany(listOf("a", "b", "c", "a")) shouldBe 2
        cache.deleteMany(emptyList()) shouldBe 0
    }

    test("tags select by any, by all, and exactly") {
        fun fill() =
            mapOf("a" to setOf("x"), "b" to setOf("x", "y"), "c" to setOf("y"), "d" to emptySet())
                .forEach { (key, tags) -> cache.set(key, key, Terms(tags = tags)) }

        fun left() = cache.getMany(listOf("a", "b", "c", "d")).keys.joinToString("")
        fill()
        cache.clearByTags(setOf("x")) shouldBe 2
        left() shouldBe "cd"
        fill()
        cache.clearByTags(setOf("x", "y"), TagMatch.ALL) shouldBe 1
        left() shouldBe "acd"
        fill()
        cache.evictAll()
        cache.clearByTags(setOf("y", "x"), TagMatch.EXACT) shouldBe 1
        left() shouldBe "acd"
        cache.clearByTags(emptySet(), TagMatch.EXACT) shouldBe 1
        left() shouldBe "ac"
        cache.clearByTags(emptySet()) shouldBe 0
        cache.clearByTags(emptySet(), TagMatch.ALL) shouldBe 0
        reopen()
        left() shouldBe "ac"
    }

    test("a prefix is taken by the letter") {
        cache.setMany(listOf("user:1", "user:2", "User:3", "us%r:", "us_r:").associateWith { "v" })
        cache.clearByPrefix("us_") shouldBe 1
        cache.clearByPrefix("user:") shouldBe 2
        cache.getMany(listOf("user:1", "User:3", "us%r:", "us_r:")).keys shouldBe setOf("User:3", "us%r:")
        cache.clearByPrefix("") shouldBe 2
    }

    test("clear removes everything from both tiers") {
        cache.setMany((1..50).associate { "k$it" to "v" })
        cache.clear() shouldBe 50
        cache.get("k1").shouldBeNull()
        reopen()
        cache.get("k1").shouldBeNull()
    }
}

private fun expiring(test: Case) {
    test("an entry is expired at the instant of its expiry, in memory and in the file, and not a microsecond before") {
        cache.set("k", "v", Terms(10.seconds))
        clock.advance(10.seconds - 1.microseconds)
        cache.get("k") shouldBe "v"
        clock.advance(1.microseconds)
        cache.get("k").shouldBeNull()
        cache.find("k") shouldMissBecauseOf MissReason.EXPIRED
        cache.contains("k") shouldBe false
        cache.metadata("k").shouldBeNull()
        cache.delete("k") shouldBe false
    }

    test("a value promoted from the file keeps its expiry") {
        cache.set("k", "v", Terms(10.seconds))
        cache.evictAll()
        cache.get("k") shouldBe "v"
        clock.advance(10.seconds)
        cache.get("k").shouldBeNull()
    }

    test("a time to live below a millisecond counts") {
        cache.set("k", "v", Terms(1.nanoseconds))
        cache.get("k") shouldBe "v"
        clock.advance(1.microseconds)
        cache.get("k").shouldBeNull()
    }

    test("clearExpired gives the key and expiry of each that it removed") {
        cache.set("a", "1", Terms(1.seconds))
        cache.set("b", "2", Terms(2.seconds))
        cache.set("c", "3", Terms(3.seconds))
        val start: Instant = clock.instant()
        clock.advance(2.seconds)
        cache.clearExpired().sortedBy { it.key } shouldContainExactly
            listOf(ExpiredEntry("a", start.plusSeconds(1)), ExpiredEntry("b", start.plusSeconds(2)))
        cache.clearExpired() shouldBe emptyList()
        cache.get("c") shouldBe "3"
    }
}

private fun closing(test: Case) {
    test("a closed cache says so, and closing it again does nothing") {
        cache.set("k", "v")
        cache.close()
        cache.close()
        shouldThrow<CacheClosedException> { cache.get("k") }
        shouldThrow<CacheClosedException> { cache.set("k", "v") }
        shouldThrow<CacheClosedException> { cache.cached("k") { "v" } }
        shouldThrow<CacheClosedException> { cache.flush() }
        shouldThrow<CacheClosedException> { cache.clear() }
    }
}
