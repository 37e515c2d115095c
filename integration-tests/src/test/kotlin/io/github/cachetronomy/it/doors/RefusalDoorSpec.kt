package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Tier
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/** What no door lets in, and that nothing has happened then. */
@Tags("fast")
class RefusalDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            keys(test)
            prefixes(test)
            lifetimes(test)
            formats(test)
            values(test)
        }
    })

private class BadKey(
    val key: String,
    /** What the message must say. */
    val problem: String,
)

private val badKeys =
    listOf(
        BadKey("", "empty"),
        BadKey("k".repeat(65_537), "65537"),
        BadKey("a\uD800b", "lone surrogate"),
        BadKey("a\uDFFF", "lone surrogate"),
        BadKey("\uDC00\uD800", "lone surrogate"),
    )

/** What a lone surrogate becomes where text is encoded carelessly, and a key that is as long as it may be. */
private val neighbours = listOf("a?", "a?b", "a\uFFFD", "a\uFFFDb", "k".repeat(65_536), "\uFFFD\uFFFD")

private val callsWithKey: Map<String, Door.(String) -> Unit> =
    mapOf(
        "get" to { get(it) },
        "get without promotion" to { get(it, promote = false) },
        "get of a version" to { get(it, version = 1) },
        "find" to { find(it) },
        "strict find" to { find(it, strict = true) },
        "getMany" to { getMany(listOf("new", it)) },
        "set" to { set(it, "v") },
        "setMany" to { setMany(mapOf("new" to "v", it to "v")) },
        "setIfAbsent" to { setIfAbsent(it, "v") },
        "cached" to { key -> cached(key) { error("there is nothing to load") } },
        "cachedMany" to { key -> cachedMany(listOf("new", key)) { error("there is nothing to load") } },
        "replace" to { replace(it, "v", "w") },
        "update" to { key -> update(key) { error("there is nothing to change") } },
        "increment" to { increment(it) },
        "touch" to { touch(it, 1.days) },
        "remove" to { remove(it) },
        "delete" to { delete(it) },
        "deleteMany" to { deleteMany(listOf("a?b", it)) },
        "contains" to { contains(it) },
        "metadata" to { metadata(it) },
        "evict" to { evict(it) },
    )

private fun keys(test: Case) {
    for ((name, call) in callsWithKey) {
        test("$name refuses a key that cannot be, says why, and touches nothing") {
            cache.setMany(neighbours.associateWith { "the value of ${it.take(9)}" })
            val before = neighbours.map(cache::metadata)
            for (bad in badKeys) {
                withClue(bad.problem) {
                    val refusal = shouldThrow<IllegalArgumentException> { cache.call(bad.key) }
                    refusal.message shouldContain bad.problem
                }
            }
            cache.keys(Tier.MEMORY) shouldContainExactly neighbours
            cache.keys(Tier.STORE) shouldContainExactly neighbours
            neighbours.map(cache::metadata) shouldContainExactly before
            cache.evictAll()
            cache.getMany(neighbours).values shouldContainExactly neighbours.map { "the value of ${it.take(9)}" }
        }
    }

    test("the store is not asked about a key that cannot be", Wish(Ground.FAULTY_STORE)) {
        cache.set("k", "v")
        val reads = store.reads
        val transactions = store.transactions
        for ((name, call) in callsWithKey) {
            withClue(name) { badKeys.forEach { shouldThrow<IllegalArgumentException> { cache.call(it.key) } } }
        }
        store.reads shouldBe reads
        store.transactions shouldBe transactions
    }

    test("the longest key is taken") {
        val key = "k".repeat(65_536)
        cache.set(key, "v")
        cache.evictAll()
        cache.get(key) shouldBe "v"
    }
}

private fun prefixes(test: Case) {
    val callsWithPrefix: Map<String, Door.(String) -> Unit> =
        mapOf(
            "clearByPrefix" to { clearByPrefix(it) },
            "keys" to { keys(null, prefix = it) },
            "keys of memory" to { keys(Tier.MEMORY, prefix = it) },
            "keys of the file" to { keys(Tier.STORE, order = KeyOrder.INSERTION, prefix = it) },
            "entries" to { entries(prefix = it) },
        )
    for ((name, call) in callsWithPrefix) {
        test("$name refuses a prefix with a lone surrogate, and nothing is removed") {
            val there = listOf("?", "a", "\uE000", "\uFFFD", "\uD83D\uDE00")
            cache.setMany(there.associateWith { "v" })
            for (prefix in listOf("\uDFFF", "\uD800", "a\uD83D", "\uD83D\uD83D\uDE00")) {
                withClue(prefix.map { it.code.toString(16) }) {
                    val refusal = shouldThrow<IllegalArgumentException> { cache.call(prefix) }
                    refusal.message shouldContain "lone surrogate"
                }
            }
            cache.keys(Tier.MEMORY) shouldContainExactly there
            cache.keys(Tier.STORE) shouldContainExactly there
        }
    }
}

private val writes: Map<String, Door.(key: String, terms: Terms) -> Unit> =
    mapOf(
        "set" to { key, terms -> set(key, "new", terms) },
        "setPerson" to { key, terms -> setPerson(key, Person("new", 1), terms) },
        "setMany" to { key, terms -> setMany(mapOf("other" to "new", key to "new"), terms) },
        "setIfAbsent" to { key, terms -> setIfAbsent(key, "new", terms) },
        "cached" to { key, terms -> cached(key, terms) { "new" } },
        "cachedMany" to { key, terms -> cachedMany(listOf(key, "other"), terms) { it.associateWith { "new" } } },
        "replace" to { key, terms -> replace(key, "1", "new", terms) },
        "update" to { key, terms -> update(key, terms) { "new" } },
        "increment" to { key, terms -> increment(key, terms = terms) },
    )

/** Each write is refused where neither tier has the key, where only the file has it, and where memory has it too. */
private fun Setting.refused(
    terms: Terms,
    problem: String,
    write: Door.(String, Terms) -> Unit,
) {
    fun refuse() {
        shouldThrow<IllegalArgumentException> { cache.write("k", terms) }.message shouldContain problem
    }
    withClue("absent") { refuse() }
    cache.keys() shouldContainExactly emptyList()
    cache.set("k", "1")
    val before = cache.metadata("k")
    withClue("in memory") { refuse() }
    cache.get("k") shouldBe "1"
    cache.evictAll()
    withClue("in the file") { refuse() }
    cache.keys() shouldContainExactly listOf("k")
    cache.metadata("k") shouldBe before
    cache.get("k") shouldBe "1"
}

private fun lifetimes(test: Case) {
    for ((name, write) in writes) {
        test("$name refuses a time to live that is not positive, and nothing is changed") {
            for (timeToLive in listOf(Duration.ZERO, (-1).nanoseconds, (-5).seconds, -(400_000.days))) {
                withClue(timeToLive) { refused(Terms(timeToLive), "positive", write) }
                cache.clear()
            }
        }
    }

    test("touch refuses a time to live that is not positive, and nothing is changed") {
        cache.set("k", "v")
        val before = cache.metadata("k")
        for (timeToLive in listOf(Duration.ZERO, (-1).nanoseconds, (-1).seconds)) {
            shouldThrow<IllegalArgumentException> { cache.touch("k", timeToLive) }.message shouldContain "positive"
            shouldThrow<IllegalArgumentException> { cache.touch("absent", timeToLive) }
        }
        cache.metadata("k") shouldBe before
    }

    for ((name, write) in writes - "increment") {
        test("$name refuses a version below one, and nothing is changed") {
            for (version in listOf(0L, -1L)) {
                withClue(version) { refused(Terms(version = version), "$version", write) }
                cache.clear()
            }
        }
    }

    test("a read of a version below one is refused") {
        cache.set("k", "v")
        shouldThrow<IllegalArgumentException> { cache.get("k", version = 0) }.message shouldContain "0"
        shouldThrow<IllegalArgumentException> { cache.find("k", version = -1) }.message shouldContain "-1"
    }
}

private fun formats(test: Case) {
    for ((name, write) in writes - "increment") {
        test("$name refuses a format that nobody writes, and nothing is changed") {
            for (format in listOf("nonsense", "", "JSON", "json+gzip")) {
                withClue(format) { refused(Terms(format = format), format, write) }
                cache.clear()
            }
        }
    }

    test("a format that is only read is not written") {
        shouldThrow<IllegalArgumentException> { cache.set("k", "v", Terms(format = "orjson")) }
            .message shouldContain "orjson"
        cache.get("k").shouldBeNull()
    }
}

private fun values(test: Case) {
    test("a value that cannot be encoded is refused with its key and reason, and nothing is changed") {
        cache.set("k", "old")
        val failure = shouldThrow<EncodingFailedException> { cache.setOpaque("k") }
        failure.key shouldBe "k"
        failure.message shouldContain "protobuf"
        cache.get("k") shouldBe "old"
        cache.evictAll()
        cache.get("k") shouldBe "old"
    }

    test("a tag with a lone surrogate is refused, and nothing is changed") {
        cache.set("k", "old", Terms(tags = setOf("?")))
        for ((name, write) in writes) {
            withClue(name) {
                shouldThrow<IllegalArgumentException> { cache.write("new", Terms(tags = setOf("\uD800"))) }
            }
        }
        shouldThrow<IllegalArgumentException> { cache.clearByTags(setOf("\uD800")) }.message shouldContain "surrogate"
        cache.keys() shouldContainExactly listOf("k")
    }
}
