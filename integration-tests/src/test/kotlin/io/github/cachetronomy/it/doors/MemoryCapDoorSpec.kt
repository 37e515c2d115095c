package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.Tier
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe

/** Memory keeps to its bounds, and what it cannot keep still comes from the file. */
@Tags("fast")
class MemoryCapDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            byItems(test)
            byBytes(test)
            byBoth(test)
        }
    })

private const val ENTRIES = 100

private fun items(most: Int) = Profile.Builder(Profile.DEFAULT).maxItemsInMemory(most).build()

private val fills: Map<String, Door.() -> Unit> =
    mapOf(
        "set" to { (0 until ENTRIES).forEach { set(key(it), value(it)) } },
        "setMany" to { setMany((0 until ENTRIES).associate { key(it) to value(it) }) },
        "setIfAbsent" to { (0 until ENTRIES).forEach { setIfAbsent(key(it), value(it)) } },
        "cached" to { (0 until ENTRIES).forEach { cached(key(it)) { value(it) } } },
        "cachedMany" to {
            cachedMany((0 until ENTRIES).map(::key)) { missing -> missing.associateWith { value(number(it)) } }
        },
    )

/** 100 bytes of key and value as they are stored, quotes included. */
private fun key(number: Int) = "key %03d".format(number)

private fun value(number: Int) = "$number ".padEnd(91, '.')

private fun number(key: String) = key.substringAfter(' ').toInt()

private fun Door.everyValueIsThere() {
    for (i in 0 until ENTRIES) withClue(i) { get(key(i)) shouldBe value(i) }
}

private fun Door.bytesInMemory() = keys(Tier.MEMORY).sumOf { it.length + metadata(it)!!.size }

private fun byItems(test: Case) {
    for ((name, fill) in fills) {
        test("with $name, memory holds no more entries than the profile says", Wish(profile = items(10))) {
            Recorder().use { told ->
                cache.listen(told).use {
                    cache.fill()
                    cache.flush()
                    cache.stats().memoryEntries shouldBe 10
                    cache.keys(Tier.MEMORY) shouldHaveSize 10
                    cache.keys(Tier.STORE) shouldHaveSize ENTRIES
                    val gone = (0 until ENTRIES).map(::key) - cache.keys(Tier.MEMORY).toSet()
                    cache.evictionLog().map { it.key } shouldContainExactlyInAnyOrder gone
                    cache.evictionLog().map { it.cause }.toSet() shouldBe setOf(EvictionCause.SIZE)
                    cache.stats().evictionsByCause shouldBe mapOf(EvictionCause.SIZE to 90)
                    told.removals(90).map { it.key } shouldContainExactlyInAnyOrder gone
                    cache.everyValueIsThere()
                    cache.stats().memoryEntries shouldBe 10
                }
            }
        }
    }

    test("with room for none, everything comes from the file", Wish(profile = items(0))) {
        cache.set("a", "1")
        cache.cached("b") { "2" } shouldBe "2"
        cache.flush()
        repeat(2) {
            cache.find("a").shouldHit().source shouldBe Tier.STORE
            cache.cached("b") { error("the file has it") } shouldBe "2"
        }
        cache.stats().memoryEntries shouldBe 0
        cache.stats().memoryHits shouldBe 0
        cache.keys(Tier.MEMORY).shouldBeEmpty()
        cache.keys() shouldHaveSize 2
    }
}

private fun byBytes(test: Case) {
    for ((name, fill) in fills) {
        test(
            "with $name, memory stands for no more bytes than the cache was opened with",
            Wish(maxBytesInMemory = 1_000),
        ) {
            cache.fill()
            cache.flush()
            cache.stats().memoryEntries
            cache.bytesInMemory() shouldBeLessThanOrEqualTo 1_000
            cache.keys(Tier.MEMORY).shouldNotBeEmpty()
            cache.evictionLog().map { it.cause } shouldContain EvictionCause.SIZE
            cache.everyValueIsThere()
            cache.stats().memoryEntries
            cache.bytesInMemory() shouldBeLessThanOrEqualTo 1_000
        }
    }

    test("ten entries of a tenth of the bytes fit, to the byte", Wish(maxBytesInMemory = 1_000)) {
        (0 until 10).forEach { cache.set(key(it), value(it)) }
        cache.bytesInMemory() shouldBe 1_000
        cache.stats().evictionsByCause shouldBe emptyMap()
    }

    test("a value larger than all of memory may be is served from the file", Wish(maxBytesInMemory = 1_000)) {
        val large = "v".repeat(1_000)
        cache.set("small", "v")
        cache.set("large", large)
        cache.cached("loaded") { large } shouldBe large
        cache.flush()
        cache.keys(Tier.MEMORY).filterNot { it == "small" }.shouldBeEmpty()
        cache.find("large").shouldHit().source shouldBe Tier.STORE
        cache.find("large").shouldHit().value shouldBe large
        cache.cached("loaded") { error("the file has it") } shouldBe large
        cache.evictionLog().map { it.key to it.cause } shouldContain ("large" to EvictionCause.SIZE)
    }

    test("an entry that grows makes others go", Wish(maxBytesInMemory = 1_000)) {
        (0 until 10).forEach { cache.set(key(it), value(it)) }
        cache.set(key(0), "v".repeat(500))
        cache.stats().memoryEntries
        cache.bytesInMemory() shouldBeLessThanOrEqualTo 1_000
        cache.get(key(0)) shouldBe "v".repeat(500)
        for (i in 1 until 10) cache.get(key(i)) shouldBe value(i)
    }
}

private fun byBoth(test: Case) {
    test("of two bounds, the narrower holds", Wish(profile = items(5), maxBytesInMemory = 1_000)) {
        (0 until ENTRIES).forEach { cache.set(key(it), value(it)) }
        cache.stats().memoryEntries shouldBe 5
        cache.everyValueIsThere()
    }

    test("and so does the other one", Wish(profile = items(50), maxBytesInMemory = 1_000)) {
        (0 until ENTRIES).forEach { cache.set(key(it), value(it)) }
        cache.stats().memoryEntries shouldBeLessThanOrEqualTo 10L
        cache.bytesInMemory() shouldBeLessThanOrEqualTo 1_000
        cache.everyValueIsThere()
    }
}
