package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.StoreFaultException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import kotlin.time.Duration.Companion.seconds

/** Tags find what they would clear, and nothing goes. */
@Tags("fast")
class KeysByTagsDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            matches(test)
            tiers(test)
            pages(test)
            foreignRows(test)
        }

        throughEveryDoor(namespaceDoors) { test ->
            matches(test)
            tiers(test)
            pages(test)
        }
    })

/** Each key spells the tags of its entry. */
private val tagged = listOf("x", "xx", "y", "xy", "yx", "xyz", "none")

private fun tagsOf(key: String) = if (key == "none") emptySet() else key.map(Char::toString).toSet()

private fun Door.fill() = tagged.forEach { set(it, "v", Terms(tags = tagsOf(it))) }

private val questions: Map<Pair<Set<String>, TagMatch>, List<String>> =
    mapOf(
        (setOf("x") to TagMatch.ANY) to listOf("x", "xx", "xy", "xyz", "yx"),
        (setOf("y", "z") to TagMatch.ANY) to listOf("xy", "xyz", "y", "yx"),
        (setOf("absent", "z") to TagMatch.ANY) to listOf("xyz"),
        (setOf("absent") to TagMatch.ANY) to emptyList(),
        (emptySet<String>() to TagMatch.ANY) to emptyList(),
        (setOf("y", "x") to TagMatch.ALL) to listOf("xy", "xyz", "yx"),
        (setOf("x", "absent") to TagMatch.ALL) to emptyList(),
        (emptySet<String>() to TagMatch.ALL) to emptyList(),
        (setOf("x") to TagMatch.EXACT) to listOf("x", "xx"),
        (setOf("y", "x") to TagMatch.EXACT) to listOf("xy", "yx"),
        (setOf("z") to TagMatch.EXACT) to emptyList(),
        (emptySet<String>() to TagMatch.EXACT) to listOf("none"),
    )

private fun matches(test: Case) {
    test("tags find in each tier what they select") {
        cache.fill()
        for ((question, expected) in questions) {
            val (tags, match) = question
            for (tier in listOf(null, Tier.MEMORY, Tier.STORE)) {
                withClue("$tags $match $tier") { cache.keysByTags(tags, match, tier) shouldContainExactly expected }
            }
        }
        cache.keysByTags("x") shouldContainExactly listOf("x", "xx", "xy", "xyz", "yx")
        cache.keysByTags("z", "y") shouldContainExactly listOf("xy", "xyz", "y", "yx")
    }

    test("what tags find is what they clear") {
        for ((tags, match) in questions.keys) {
            cache.fill()
            val found = cache.keysByTags(tags, match)
            cache.clearByTags(tags, match)
            cache.keys() shouldContainExactly tagged.sorted() - found.toSet()
        }
    }

    test("a tag is taken as a whole and to the letter") {
        val tags = listOf("user", "users", "User", "us%", "us_r", "[]", "\"", "\\", "'", "\u00fc", "\uD83D\uDE00", "\n")
        tags.forEach { cache.set("tagged $it", "v", Terms(tags = setOf(it))) }
        for (tag in tags) {
            for (match in TagMatch.entries) {
                cache.keysByTags(setOf(tag), match) shouldContainExactly listOf("tagged $tag")
            }
        }
        shouldThrow<IllegalArgumentException> { cache.keysByTags("\uD800") }
    }

    test("an entry is found by the tags that it was written with last") {
        cache.set("k", "v", Terms(tags = setOf("old")))
        cache.set("k", "v", Terms(tags = setOf("new")))
        cache.keysByTags("old").shouldBeEmpty()
        cache.keysByTags("new") shouldContainExactly listOf("k")
        cache.delete("k")
        cache.keysByTags("new").shouldBeEmpty()
    }
}

private fun tiers(test: Case) {
    test("both tiers together repeat none, and each has its own") {
        cache.fill()
        cache.evict("xy")
        cache.evict("y")
        cache.keysByTags(setOf("y"), TagMatch.ANY, Tier.MEMORY) shouldContainExactly listOf("xyz", "yx")
        cache.keysByTags(setOf("y"), TagMatch.ANY, Tier.STORE) shouldContainExactly listOf("xy", "xyz", "y", "yx")
        cache.keysByTags("y") shouldContainExactly listOf("xy", "xyz", "y", "yx")
    }

    test("a key that only memory has is found where it belongs", Wish(Ground.FAULTY_STORE)) {
        val terms = Terms(tags = setOf("t"))
        cache.set("a", "v", terms)
        cache.set("c", "v", terms)
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        cache.set("b", "v", terms)
        cache.set("d", "v")
        store.heal()
        cache.keysByTags("t") shouldContainExactly listOf("a", "b", "c")
        cache.keysByTags(setOf("t"), TagMatch.ANY, order = KeyOrder.INSERTION) shouldContainExactly
            listOf("a", "c", "b")
    }

    test("expired entries are found only by those who ask for them") {
        cache.set("long", "v", Terms(tags = setOf("t")))
        cache.set("short", "v", Terms(5.seconds, setOf("t")))
        clock.advance(5.seconds)
        for (tier in listOf(null, Tier.MEMORY, Tier.STORE)) {
            cache.keysByTags(setOf("t"), TagMatch.ANY, tier) shouldContainExactly listOf("long")
            cache.keysByTags(setOf("t"), TagMatch.ANY, tier, includeExpired = true) shouldContainExactly
                listOf("long", "short")
        }
    }

    test("order and prefix hold, too") {
        listOf("b1", "a2", "b3", "a4", "b5").forEach { cache.set(it, "v", Terms(tags = setOf("t"))) }
        cache.set("b6", "v")
        for (tier in listOf(null, Tier.MEMORY, Tier.STORE)) {
            cache.keysByTags(setOf("t"), TagMatch.ALL, tier, order = KeyOrder.INSERTION) shouldContainExactly
                listOf("b1", "a2", "b3", "a4", "b5")
            cache.keysByTags(setOf("t"), TagMatch.ANY, tier, prefix = "b") shouldContainExactly listOf("b1", "b3", "b5")
        }
    }
}

private fun pages(test: Case) {
    test("more than a page is found completely, however few are wanted of each") {
        val keys = (1..2_100).map { "k%04d".format(it * 701 % 10_007) }
        keys.chunked(700).forEachIndexed { i, some ->
            cache.setMany(some.associateWith { "v" }, Terms(tags = setOf("all", "part $i")))
        }
        keys.forEachIndexed { i, key -> if (i % 2 == 0) cache.evict(key) }
        cache.keysByTags("all") shouldContainExactly keys.sorted()
        cache.keysByTags("part 1") shouldContainExactly keys.subList(700, 1_400).sorted()
        cache.keysByTags(setOf("all", "part 2"), TagMatch.EXACT) shouldContainExactly keys.drop(1_400).sorted()
        cache.keysByTags(setOf("part 0", "part 1"), TagMatch.ALL).shouldBeEmpty()
        cache
            .keysByTags(setOf("part 0", "part 2"), TagMatch.ANY, Tier.STORE, order = KeyOrder.INSERTION)
            .sorted() shouldContainExactly (keys.take(700) + keys.drop(1_400)).sorted()
    }
}

private fun foreignRows(test: Case) {
    test("rows of another program are found, and tags that are none find nothing") {
        cache.fill()
        elsewhere { other ->
            val statement = other.createStatement()
            statement.execute("UPDATE cache SET tags = '[ \"their\", \"x\", \"x\" ]', header = NULL WHERE key = 'y'")
            statement.execute("PRAGMA ignore_check_constraints=ON")
            statement.execute("UPDATE cache SET tags = 'no JSON', header = NULL WHERE key = 'x'")
        }
        cache.keysByTags(setOf("x", "their"), TagMatch.EXACT, Tier.STORE) shouldContainExactly listOf("y")
        cache.keysByTags(setOf("x"), TagMatch.ANY, Tier.STORE) shouldContainExactly
            listOf("xx", "xy", "xyz", "y", "yx")
    }
}
