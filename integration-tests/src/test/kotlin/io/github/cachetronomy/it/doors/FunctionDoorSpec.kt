package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.RecursiveLoadException
import io.github.cachetronomy.core.functions.FunctionOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration

/** What a function whose results are kept does, in whichever way it is called. */
@Tags("fast")
class FunctionDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            results(test)
            failures(test)
            keys(test)
            removals(test)
            caps(test)
            conditions(test)
        }
    })

private val defaults = FunctionOptions.defaults()

/** Remembers what it was called with, and gives it back as text. */
private class Counted(
    val give: (Any?) -> String? = { "of $it" },
) : (Any?) -> String? {
    val calls = ArrayList<Any?>()

    override fun invoke(argument: Any?): String? {
        calls += argument
        return give(argument)
    }
}

private fun results(test: Case) {
    test("a function is called once for an argument") {
        val counted = Counted()
        val function = cache.memoize(function = counted)
        List(3) { function.call(7) } shouldBe List(3) { "of 7" }
        function.call(8) shouldBe "of 8"
        counted.calls shouldBe listOf(7, 8)
        val stats = function.stats()
        stats.hits shouldBe 2
        stats.misses shouldBe 2
        stats.hitRatio shouldBe 0.5
        stats.size shouldBe 2
        stats.maxEntries.shouldBeNull()
    }

    test("a function is not called for what was kept before the cache was opened again") {
        cache.memoize(function = Counted()).call(7)
        reopen()
        val function = cache.memoize { error("the file has it") }
        function.call(7) shouldBe "of 7"
        function.stats().hits shouldBe 1
        function.stats().size shouldBe 1
    }

    test("a null is a result like any other") {
        val counted = Counted { null }
        val function = cache.memoize(function = counted)
        List(2) { function.call(7) } shouldBe listOf(null, null)
        counted.calls shouldBe listOf(7)
    }

    test("results live as long as the options say") {
        val counted = Counted()
        val function = cache.memoize("f", defaults.withTimeToLive(Duration.ofMinutes(5)), counted)
        function.call(7)
        clock.advance(Duration.ofMinutes(5))
        function.stats().size shouldBe 0
        function.call(7)
        counted.calls shouldBe listOf(7, 7)
    }

    test("two functions have no results in common") {
        val f = cache.memoize("f", function = Counted { "f" })
        val g = cache.memoize("f(", function = Counted { "g" })
        f.call(7) shouldBe "f"
        g.call(7) shouldBe "g"
        f.stats().misses shouldBe 1
        g.stats().misses shouldBe 1
    }

    test("two functions of one name are one") {
        cache.memoize("f", function = Counted()).call(7)
        val other = cache.memoize("f", function = Counted { "another's" })
        other.call(7) shouldBe "of 7"
    }

    test("the function itself asks no cache") {
        val counted = Counted()
        val function = cache.memoize(function = counted)
        function.call(7)
        function.uncached(7) shouldBe "of 7"
        counted.calls shouldBe listOf(7, 7)
    }

    test("a name must not be empty") {
        shouldThrow<IllegalArgumentException> { cache.memoize("", function = Counted()) }
    }
}

private fun failures(test: Case) {
    test("what a function throws reaches its caller as thrown, and is not kept") {
        val failure = IOException("no luck")
        val counted = Counted { throw failure }
        val function = cache.memoize(function = counted)
        repeat(2) { shouldThrow<IOException> { function.call(7) } shouldBeSameInstanceAs failure }
        counted.calls shouldBe listOf(7, 7)
        function.stats().size shouldBe 0
        function.stats().misses shouldBe 2
    }

    test("a failure is thrown again for as long as it is to be remembered") {
        var luck = false
        val counted = Counted { if (luck) "luck" else throw IOException("no luck") }
        val function = cache.memoize("f", defaults.withFailureTimeToLive(Duration.ofSeconds(5)), counted)
        repeat(3) { shouldThrow<IOException> { function.call(7) }.message shouldBe "no luck" }
        counted.calls shouldBe listOf(7)
        luck = true
        clock.advance(Duration.ofSeconds(5))
        function.call(7) shouldBe "luck"
    }

    test("a remembered failure is forgotten with the result that it stands for") {
        var luck = false
        val counted = Counted { if (luck) "luck" else throw IOException("no luck") }
        val function = cache.memoize("f", defaults.withFailureTimeToLive(Duration.ofSeconds(5)), counted)
        for (argument in 1..3) shouldThrow<IOException> { function.call(argument) }
        luck = true
        function.invalidate(1)
        function.call(1) shouldBe "luck"
        function.refresh(2) shouldBe "luck"
        function.invalidateAll()
        function.call(3) shouldBe "luck"
    }

    test("a failure is remembered for a positive time") {
        shouldThrow<IllegalArgumentException> { defaults.withFailureTimeToLive(Duration.ZERO) }
    }

    test("a function that waits for its own result is told so") {
        lateinit var function: FunctionDoor
        function = cache.memoize { function.call(it) }
        shouldThrow<RecursiveLoadException> { function.call(7) }.message shouldContain "f(7)"
    }
}

private fun keys(test: Case) {
    test("a key says the function and its arguments") {
        val function = cache.memoize(function = Counted())
        function.call("a")
        function.keyFor("a") shouldBe "f(\"a\")"
        cache.keys() shouldBe listOf(function.keyFor("a"))
    }

    test("a key names the arguments where their names are known") {
        cache.memoize("f", defaults.withParameters("id"), Counted()).keyFor(7) shouldBe "f(id=7)"
    }

    test("numbers are equal if their values are, unless their types count") {
        val counted = Counted()
        val function = cache.memoize("f", function = counted)
        listOf(1, 1L, 1.0).forEach(function::call)
        counted.calls shouldBe listOf(1)
        val typed = cache.memoize("typed", defaults.withTypedNumbers(), counted)
        listOf(1, 1L, 1.0).forEach(typed::call)
        counted.calls shouldBe listOf(1, 1, 1L, 1.0)
    }

    test("an argument that is ignored makes no difference") {
        val counted = Counted()
        val function = cache.memoize("f", defaults.withIgnored(0), counted)
        function.call(1)
        function.call(2) shouldBe "of 1"
        val named = cache.memoize("g", defaults.withParameters("log").withIgnored("log"), counted)
        named.keyFor(Any()) shouldBe "g()"
    }

    test("a parameter that is to be ignored must be one") {
        val options = defaults.withParameters("id").withIgnored("log")
        shouldThrow<IllegalArgumentException> { cache.memoize("f", options, Counted()) }.message shouldContain "log"
    }

    test("an argument that can be part of no key is refused by name") {
        val function = cache.memoize("f", defaults.withParameters("then"), Counted())
        val refused = shouldThrow<IllegalArgumentException> { function.call({ }) }
        refused.message shouldContain "\"then\" of f"
        shouldThrow<IllegalArgumentException> { function.keyFor(Any()) }
    }

    test("a key builder's keys are whole keys") {
        val function = cache.memoize("f", defaults.withKeyBuilder { "user:${it.single()}" }, Counted())
        function.call(7)
        function.keyFor(7) shouldBe "user:7"
        cache.get("user:7") shouldBe "of 7"
    }

    test("the results under a key builder's keys are known after a restart") {
        val options = defaults.withKeyBuilder { "user:${it.single()}" }
        cache.set("user:1", "nobody's")
        cache.memoize("f", options, Counted()).call(7)
        reopen()
        val function = cache.memoize("f", options, Counted())
        function.stats().size shouldBe 1
        function.invalidateAll() shouldBe 1
        cache.keys() shouldBe listOf("user:1")
    }

    test("the tags of the profile are not lost to a key builder's", Wish(profile = tagged)) {
        cache.memoize("f", defaults.withKeyBuilder { "k" }, Counted()).call(7)
        cache
            .find("k")
            .shouldHit()
            .metadata.tags shouldContainExactly listOf("everything", "function:f")
    }
}

private val tagged =
    Profile
        .named(Profile.DEFAULT)
        .toBuilder()
        .tags(setOf("everything"))
        .build()

private fun removals(test: Case) {
    test("one result can be removed") {
        val counted = Counted()
        val function = cache.memoize(function = counted)
        function.call(7)
        function.call(8)
        function.invalidate(7) shouldBe true
        function.invalidate(7) shouldBe false
        function.call(7)
        function.call(8)
        counted.calls shouldBe listOf(7, 8, 7)
    }

    test("all results can be removed, of this function and of no other") {
        val f = cache.memoize("f", function = Counted())
        val g = cache.memoize("ff", function = Counted())
        listOf(1, 2).forEach(f::call)
        g.call(1)
        cache.set("f", "no function's")
        f.invalidateAll() shouldBe 2
        cache.keys() shouldContainExactlyInAnyOrder listOf("f", "ff(1)")
        f.stats().size shouldBe 0
        g.stats().size shouldBe 1
    }

    test("a refreshed result takes the place of the old one") {
        var round = 0
        val function = cache.memoize { "round ${++round}" }
        function.call(7)
        function.refresh(7) shouldBe "round 2"
        function.call(7) shouldBe "round 2"
        reopen()
        cache.get("f(7)") shouldBe "round 2"
    }

    test("a refresh that fails leaves the result as it is") {
        var fails = false
        val function = cache.memoize { if (fails) throw IOException("no luck") else "luck" }
        function.call(7)
        fails = true
        shouldThrow<IOException> { function.refresh(7) }
        function.call(7) shouldBe "luck"
    }
}

private fun caps(test: Case) {
    test("the result whose last use is the longest ago goes first, from memory and file") {
        val counted = Counted()
        val function = cache.memoize("f", defaults.withMaxEntries(2), counted)
        listOf(1, 2, 1, 3).forEach(function::call)
        cache.keys() shouldBe listOf("f(1)", "f(3)")
        function.stats().size shouldBe 2
        function.stats().maxEntries shouldBe 2
        cache.evictionLog().map { it.key to it.reason } shouldBe listOf("f(2)" to EvictionCause.GROUP_SIZE.reason)
        listOf(1, 3).forEach(function::call)
        counted.calls shouldBe listOf(1, 2, 3)
    }

    test("a cap counts what was kept before the cache was opened again, and who read it last") {
        val before = cache.memoize("f", defaults.withMaxEntries(3), Counted())
        for (argument in 1..3) {
            before.call(argument)
            clock.advance(Duration.ofSeconds(1))
        }
        before.call(1)
        reopen()
        clock.advance(Duration.ofSeconds(1))
        cache.memoize("f", defaults.withMaxEntries(3), Counted()).call(4)
        cache.keys() shouldBe listOf("f(1)", "f(3)", "f(4)")
    }

    test("a cap that is lowered holds from the next call on") {
        val before = cache.memoize("f", defaults.withMaxEntries(3), Counted())
        listOf(1, 2, 3).forEach(before::call)
        val after = cache.memoize("f", defaults.withMaxEntries(1), Counted())
        after.call(3)
        cache.keys() shouldBe listOf("f(3)")
        reopen()
        cache.memoize("f", defaults.withMaxEntries(3), Counted()).call(4)
        cache.memoize("f", defaults.withMaxEntries(1), Counted()).call(4)
        cache.keys() shouldBe listOf("f(4)")
    }

    test("what is removed otherwise makes room") {
        val function = cache.memoize("f", defaults.withMaxEntries(2).withTags("t"), Counted())
        listOf(1, 2).forEach(function::call)
        cache.delete("f(2)")
        function.call(3)
        cache.keys() shouldBe listOf("f(1)", "f(3)")
        cache.clearByTags(setOf("t"))
        listOf(4, 5).forEach(function::call)
        cache.keys() shouldBe listOf("f(4)", "f(5)")
        cache.clear()
        listOf(6, 7).forEach(function::call)
        cache.keys() shouldBe listOf("f(6)", "f(7)")
    }

    test("a cap is one function's own") {
        val f = cache.memoize("f", defaults.withMaxEntries(1), Counted())
        val g = cache.memoize("g", function = Counted())
        listOf(1, 2).forEach(g::call)
        listOf(1, 2).forEach(f::call)
        cache.keys() shouldBe listOf("f(2)", "g(1)", "g(2)")
    }

    test("a cap of 0 keeps nothing") {
        val counted = Counted()
        val function = cache.memoize("f", defaults.withMaxEntries(0), counted)
        repeat(2) { function.call(7) shouldBe "of 7" }
        counted.calls shouldBe listOf(7, 7)
        cache.keys().shouldBeEmpty()
        function.stats().misses shouldBe 2
    }

    test("a cap is not negative") {
        shouldThrow<IllegalArgumentException> { defaults.withMaxEntries(-1) }
    }
}

private fun conditions(test: Case) {
    test("a function that only looks up keeps nothing") {
        val counted = Counted()
        val function = cache.memoize("f", defaults.withLookupOnly(), counted)
        repeat(2) { function.call(7) }
        function.refresh(7)
        counted.calls shouldBe listOf(7, 7, 7)
        cache.keys().shouldBeEmpty()
        cache.memoize("f", function = Counted { "kept" }).call(7)
        function.call(7) shouldBe "kept"
        function.refresh(7) shouldBe "of 7"
        function.call(7) shouldBe "kept"
    }

    test("the arguments may say that the cache is not to be asked") {
        val counted = Counted()
        val function = cache.memoize("f", defaults.withCacheIf { it.single() != "draft" }, counted)
        repeat(2) { function.call("draft") }
        repeat(2) { function.call("final") }
        counted.calls shouldBe listOf("draft", "draft", "final")
        function.stats().size shouldBe 1
    }

    test("the result may say that it is not to be kept") {
        val counted = Counted { if (it == "unknown") null else "known" }
        val function = cache.memoize("f", defaults.withKeepIf { it != null }, counted)
        repeat(2) { function.call("unknown").shouldBeNull() }
        repeat(2) { function.call("known") shouldBe "known" }
        counted.calls shouldBe listOf("unknown", "unknown", "known")
        cache.keys() shouldBe listOf("f(\"known\")")
    }

    test("a refreshed result that is not to be kept removes the old one") {
        var known = true
        val function = cache.memoize("f", defaults.withKeepIf { it != null }, Counted { if (known) "known" else null })
        function.call(7)
        known = false
        function.refresh(7).shouldBeNull()
        function.call(7).shouldBeNull()
    }

    test("what a condition throws reaches the caller") {
        val function = cache.memoize("f", defaults.withKeepIf { throw IOException("no luck") }, Counted())
        shouldThrow<IOException> { function.call(7) }
        cache.keys().shouldBeEmpty()
    }

    test("a stored flag switches the cache off for a function, and on again") {
        val counted = Counted()
        val function = cache.memoize("f", defaults.withEnabledBy("flags/f"), counted)
        repeat(2) { function.call(7) }
        cache.setFlag("flags/f", false)
        repeat(2) { function.call(7) }
        counted.calls shouldBe listOf(7, 7, 7)
        cache.evictAll()
        function.call(7)
        counted.calls shouldBe listOf(7, 7, 7, 7)
        cache.setFlag("flags/f", true)
        function.call(7)
        cache.increment("count", 0)
        val counting = cache.memoize("g", defaults.withEnabledBy("count"), counted)
        repeat(2) { counting.call(8) }
        counted.calls shouldBe listOf(7, 7, 7, 7, 8, 8)
    }
}
