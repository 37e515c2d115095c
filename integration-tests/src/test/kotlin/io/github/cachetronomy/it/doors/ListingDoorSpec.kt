package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.KeyQuery
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.seconds

/** What the listings give, in which order, and what they leave out. */
@Tags("fast")
class ListingDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            keys(test)
            orders(test)
            pages(test)
            entries(test)
            damagedRows(test)
        }

        throughEveryDoor(namespaceDoors) { test ->
            keys(test)
            orders(test)
            pages(test)
            entries(test)
        }

        test("in Java, entries are asked of the file or of both tiers, never of memory alone") {
            BlockingCachetronaut.open(tempdir().toPath().resolve("tiers.db")).use { cache ->
                cache.set("k", "v")
                val query = KeyQuery.defaults()
                cache.entries(String::class.java, query.withTier(Tier.STORE)).count() shouldBe 1
                shouldThrow<IllegalArgumentException> {
                    cache.entries(String::class.java, query.withTier(Tier.MEMORY))
                }
            }
        }
    })

/** As keys are sorted: by code point. */
private val sortedKeys = listOf("", "A", "B", "a", "a!", "aa", "b", "\u00e9", "\uFFFD", "\uD83D\uDE00").drop(1)

private fun keys(test: Case) {
    test("an empty cache lists nothing") {
        cache.keys().shouldBeEmpty()
        cache.keys(Tier.MEMORY).shouldBeEmpty()
        cache.keys(Tier.STORE).shouldBeEmpty()
        cache.entries().shouldBeEmpty()
    }

    test("each tier lists its own keys, and both together repeat none") {
        cache.setMany(listOf("a", "b", "c", "d").associateWith { "v" })
        cache.evict("b")
        cache.evict("d")
        cache.keys(Tier.MEMORY) shouldContainExactly listOf("a", "c")
        cache.keys(Tier.STORE) shouldContainExactly listOf("a", "b", "c", "d")
        cache.keys(tier = null) shouldContainExactly listOf("a", "b", "c", "d")
        cache.keys() shouldContainExactly listOf("a", "b", "c", "d")
    }

    test("a key that only memory has is listed where it belongs", Wish(Ground.FAULTY_STORE)) {
        cache.set("a", "v")
        cache.set("c", "v")
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        cache.set("b", "v")
        cache.set("d", "v")
        store.heal()
        cache.keys(Tier.STORE) shouldContainExactly listOf("a", "c")
        cache.keys(Tier.MEMORY) shouldContainExactly listOf("a", "b", "c", "d")
        cache.keys(tier = null) shouldContainExactly listOf("a", "b", "c", "d")
        cache.keys(tier = null, order = KeyOrder.INSERTION) shouldContainExactly listOf("a", "c", "b", "d")
    }

    test("expired keys are listed only to those who ask for them") {
        cache.set("long", "v")
        cache.set("short", "v", Terms(5.seconds))
        cache.set("evicted", "v", Terms(5.seconds))
        cache.evict("evicted")
        clock.advance(5.seconds)
        for (tier in listOf(Tier.MEMORY, Tier.STORE, null)) cache.keys(tier) shouldContainExactly listOf("long")
        cache.keys() shouldContainExactly listOf("long")
        cache.keys(Tier.MEMORY, includeExpired = true) shouldContainExactly listOf("long", "short")
        cache.keys(Tier.STORE, includeExpired = true) shouldContainExactly listOf("evicted", "long", "short")
        cache.keys(tier = null, includeExpired = true) shouldContainExactly listOf("evicted", "long", "short")
        cache.keys(tier = null, includeExpired = true, order = KeyOrder.INSERTION) shouldContainExactly
            listOf("long", "short", "evicted")
    }

    test("a prefix is taken by the letter") {
        cache.setMany(
            listOf("user:1", "user:2", "User:3", "us%r:", "us_r:", "use", "\uD83D\uDE00x").associateWith { "v" },
        )
        for (tier in listOf(Tier.MEMORY, Tier.STORE, null)) {
            cache.keys(tier, prefix = "user:") shouldContainExactly listOf("user:1", "user:2")
            cache.keys(tier, prefix = "us_") shouldContainExactly listOf("us_r:")
            cache.keys(tier, prefix = "us%") shouldContainExactly listOf("us%r:")
            cache.keys(tier, prefix = "user:1") shouldContainExactly listOf("user:1")
            cache.keys(tier, prefix = "\uD83D\uDE00") shouldContainExactly listOf("\uD83D\uDE00x")
            cache.keys(tier, prefix = "nobody").shouldBeEmpty()
        }
        cache.entries(prefix = "us_").map { it.key } shouldContainExactly listOf("us_r:")
    }
}

private fun orders(test: Case) {
    test("keys are sorted by code point in both tiers") {
        cache.setMany(sortedKeys.reversed().associateWith { "v" })
        for (tier in listOf(Tier.MEMORY, Tier.STORE, null)) cache.keys(tier) shouldContainExactly sortedKeys
        cache.keys() shouldContainExactly sortedKeys
        cache.entries().map { it.key } shouldContainExactly sortedKeys
    }

    test("in insertion order a key stays where it was first written") {
        val inserted = listOf("m", "z", "a", "q")
        inserted.forEach { cache.set(it, "first") }
        cache.set("m", "second")
        cache.update("z") { "second" }
        cache.touch("a", 1.days)
        for (tier in listOf(Tier.STORE, null)) {
            cache.keys(tier, order = KeyOrder.INSERTION) shouldContainExactly inserted
        }
        cache.entries(order = KeyOrder.INSERTION).map { it.key } shouldContainExactly inserted
    }

    test("in insertion order a key of memory stays where it was first written, too") {
        val inserted = listOf("m", "z", "a", "q")
        inserted.forEach { cache.set(it, "first") }
        cache.keys(Tier.MEMORY, order = KeyOrder.INSERTION) shouldContainExactly inserted
        cache.set("m", "second")
        cache.keys(Tier.MEMORY, order = KeyOrder.INSERTION) shouldContainExactly inserted
        cache.update("z") { "second" }
        cache.keys(Tier.MEMORY, order = KeyOrder.INSERTION) shouldContainExactly inserted
        cache.touch("a", 1.days)
        cache.keys(Tier.MEMORY, order = KeyOrder.INSERTION) shouldContainExactly inserted
    }

    test("a key that was deleted and written again is the last in insertion order") {
        listOf("c", "a", "b").forEach { cache.set(it, "v") }
        cache.delete("c")
        cache.set("c", "v")
        for (tier in listOf(Tier.MEMORY, Tier.STORE, null)) {
            cache.keys(tier, order = KeyOrder.INSERTION) shouldContainExactly listOf("a", "b", "c")
        }
    }

    val behind = Wish(Ground.FAULTY_STORE, durability = Durability.WRITE_BEHIND)
    test("writes that waited together for the store stand in the order in which they were made", behind) {
        store.pauseTransactions().use { pause ->
            cache.set("m", "v")
            pause.awaitArrival()
            for (key in listOf("z", "a", "q")) cache.set(key, "v")
        }
        cache.flush()
        cache.keys(Tier.STORE, order = KeyOrder.INSERTION) shouldContainExactly listOf("m", "z", "a", "q")
    }

    test("what setMany wrote stands between what was written before and after it") {
        cache.set("m", "v")
        cache.setMany(listOf("z", "a").associateWith { "v" })
        cache.set("c", "v")
        for (tier in listOf(Tier.MEMORY, Tier.STORE, null)) {
            val keys = cache.keys(tier, order = KeyOrder.INSERTION)
            keys.first() shouldBe "m"
            keys.drop(1).take(2).toSet() shouldBe setOf("a", "z")
            keys.last() shouldBe "c"
        }
    }
}

private fun pages(test: Case) {
    for (count in listOf(500, 501, 1_203)) {
        test("$count keys are listed completely, in both orders") {
            val inserted = (1..count).map { "k%04d".format(it * 701 % 10_007) }
            cache.setMany(inserted.associateWith { "the value of $it" })
            // Memory has but every other of them.
            inserted.forEachIndexed { i, key -> if (i % 2 == 0) cache.evict(key) }
            cache.keys() shouldContainExactly inserted.sorted()
            cache.keys(Tier.STORE) shouldContainExactly inserted.sorted()
            cache.keys(Tier.MEMORY) shouldContainExactly inserted.filterIndexed { i, _ -> i % 2 == 1 }.sorted()
            cache.keys(Tier.STORE, order = KeyOrder.INSERTION).toSet() shouldBe inserted.toSet()
            cache.keys(tier = null, order = KeyOrder.INSERTION).size shouldBe count
            cache.entries().map { it.key to it.lookup.shouldHit().value } shouldContainExactly
                inserted.sorted().map { it to "the value of $it" }
        }
    }
}

private fun entries(test: Case) {
    test("entries come with value and metadata") {
        cache.set("a", "1", Terms(5.seconds, setOf("t"), 3))
        cache.set("b", null)
        val (a, b) = cache.entries()
        a.key shouldBe "a"
        a.metadata shouldBe cache.metadata("a")
        a.lookup.shouldHit().value shouldBe "1"
        a.lookup.shouldHit().source shouldBe Tier.STORE
        b.lookup.shouldHit().value shouldBe null
        cache.hotKeys().shouldBeEmpty()
    }

    test("an entry of another type is listed with the reason why it cannot be read, beside the others") {
        cache.set("a", "text")
        cache.increment("b", by = 7)
        cache.setPerson("c", Person("Ada", 36))
        val all = cache.numberEntries()
        all.map { it.key } shouldContainExactly listOf("a", "b", "c")
        all[1].lookup.shouldHit().value shouldBe 7
        for (odd in listOf(all[0], all[2])) {
            val reason = (odd.lookup as Lookup.Miss).reason
            (reason == MissReason.SHAPE || reason == MissReason.DECODING) shouldBe true
        }
    }

    test("expired entries are listed with their values to those who ask for them") {
        cache.set("long", "1")
        cache.set("short", "2", Terms(5.seconds))
        clock.advance(5.seconds)
        cache.entries().map { it.key } shouldContainExactly listOf("long")
        cache.entries(includeExpired = true).map { it.key to it.lookup.shouldHit().value } shouldContainExactly
            listOf("long" to "1", "short" to "2")
    }
}

private fun damagedRows(test: Case) {
    test("a damaged row is listed with its reason, beside the others") {
        cache.setMany(listOf("a", "b", "c").associateWith { "v" })
        elsewhere { it.createStatement().execute("UPDATE cache SET data = '\"w\"' WHERE key = 'b'") }
        elsewhere { it.createStatement().execute("UPDATE cache SET fmt = 'pickle', header = NULL WHERE key = 'c'") }
        val all = cache.entries()
        all.map { it.key } shouldContainExactly listOf("a", "b", "c")
        all[0].lookup.shouldHit().value shouldBe "v"
        all[1].lookup shouldMissBecauseOf MissReason.DAMAGED
        all[2].lookup shouldMissBecauseOf MissReason.FORMAT
        all[2].metadata.format shouldBe "pickle"
    }
}
