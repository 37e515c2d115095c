package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.ExpiredEntry
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
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Namespaces: caches of their own within a cache. That they do all that a cache does, the other suites say. */
@Tags("fast")
class NamespaceDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            apart(test)
            removals(test)
            loadsUnderWay(test)
            counts(test)
            lifetimes(test)
            caps(test)
            events(test)
            within(test)
            limits(test)
        }
    })

private val NAMES =
    listOf(
        "a",
        "a:b",
        "b",
        "1:a",
        "@1:a",
        "@1:a:",
        "%",
        "_",
        "*",
        "a%",
        "11",
        "\uD83D\uDE00",
        "\u0000",
        "n".repeat(255),
    )

private fun apart(test: Case) {
    test("no two namespaces meet, whatever their names and keys are, nor do they meet the rest") {
        val keys = listOf("k", "b:k", ":k", "@1:b:k", "1:b:k", "%", "_", "*", "1", "\uD83D\uDE00", "\u0000")
        val all = NAMES.associateWith { cache.namespace(it) }
        // What begins as a key of b does is a key of b.
        val others = keys - "@1:b:k"
        others.forEach { cache.set(it, "the rest's $it") }
        for ((name, namespace) in all) for (key in keys) namespace.set(key, "$name's $key")
        repeat(2) {
            for ((name, namespace) in all) {
                withClue(name) {
                    keys.forEach { namespace.get(it) shouldBe "$name's $it" }
                    namespace.keys() shouldContainExactlyInAnyOrder keys
                    namespace.groupStats().size shouldBe keys.size
                }
            }
            others.forEach { cache.get(it) shouldBe "the rest's $it" }
            cache.evictAll()
        }
        for ((name, namespace) in all) withClue(name) { namespace.clear() shouldBe keys.size }
        cache.keys() shouldContainExactlyInAnyOrder others
    }

    test("every answer has keys as they are called inside") {
        val orders = cache.namespace("orders")
        orders.set("1", "a", Terms(tags = setOf("t"))).key shouldBe "1"
        orders.setMany(mapOf("2" to "b", "3" to "c"))
        cache.set("4", "d", Terms(tags = setOf("t")))
        orders
            .find("1")
            .shouldHit()
            .metadata.key shouldBe "1"
        orders.metadata("2")?.key shouldBe "2"
        orders.getMany(listOf("3", "4", "1")).toList() shouldContainExactly listOf("3" to "c", "1" to "a")
        orders.keys() shouldContainExactly listOf("1", "2", "3")
        for (tier in Tier.entries) orders.keys(tier) shouldContainExactly listOf("1", "2", "3")
        orders.keys(null, order = KeyOrder.INSERTION, prefix = "2") shouldContainExactly listOf("2")
        orders.keysByTags("t") shouldContainExactly listOf("1")
        orders.entries().map { it.key to it.lookup.shouldHit().value } shouldContainExactly
            listOf("1" to "a", "2" to "b", "3" to "c")
        orders.hotKeys().map { it.key } shouldContainExactlyInAnyOrder listOf("1", "3")
        orders.cachedMany(listOf("1", "new")) { missing ->
            missing shouldBe setOf("new")
            mapOf("new" to "loaded", "unasked" to "dropped")
        } shouldBe mapOf("1" to "a", "new" to "loaded")
        orders.contains("unasked") shouldBe false
        orders.remove("new") shouldBe "loaded"
        orders.contains("4") shouldBe false
    }

    test("the whole cache has all of it, under keys that begin with the namespace") {
        cache.namespace("orders").set("17", "a")
        cache.namespace("orders").namespace("open").set("18", "b")
        cache.get("@6:orders:17") shouldBe "a"
        cache.keys() shouldContainExactly listOf("@6:orders:17", "@6:orders:@4:open:18")
        cache.clear() shouldBe 2
        cache.namespace("orders").get("17").shouldBeNull()
    }

    test("what was written is there after the file was closed and opened again") {
        cache.namespace("orders").set("17", "a")
        reopen()
        cache.namespace("orders").get("17") shouldBe "a"
        cache.namespace("orders").keys() shouldContainExactly listOf("17")
        cache.get("17").shouldBeNull()
    }

    test("to other programs its entries are rows like any") {
        cache.namespace("orders").set("17", "a")
        val found =
            elsewhere { connection ->
                connection.createStatement().use { statement ->
                    statement.executeQuery("SELECT fmt, data FROM cache WHERE key = '@6:orders:17'").use { rows ->
                        rows.next() shouldBe true
                        rows.getString(1) to rows.getBytes(2).decodeToString()
                    }
                }
            }
        found shouldBe ("json" to "\"a\"")
        elsewhere { it.createStatement().use { sql -> sql.execute("DELETE FROM cache WHERE key LIKE '@6:orders:%'") } }
        reopen()
        cache.namespace("orders").keys().shouldBeEmpty()
    }

    test("what cannot be written or read is reported under the key that the caller knows") {
        val orders = cache.namespace("orders")
        shouldThrow<EncodingFailedException> { orders.setOpaque("k") }.also {
            it.key shouldBe "k"
            it.message.orEmpty() shouldContain "\"k\""
        }
        orders.set("k", "text")
        shouldThrow<DecodingFailedException> { orders.increment("k") }.key shouldBe "k"
        shouldThrow<DecodingFailedException> { orders.findNumber("k", strict = true) }.key shouldBe "k"
        shouldThrow<IllegalArgumentException> { orders.set("", "v") }.message.orEmpty() shouldContain "empty"
    }
}

private fun removals(test: Case) {
    fun Setting.fill(): List<Door> {
        val all = listOf(cache.namespace("a"), cache.namespace("b"), cache)
        for (door in all) {
            door.set("x:tagged", "v", Terms(tags = setOf("t", "u")))
            door.set("x:other", "v", Terms(tags = setOf("u")))
            door.set("y", "v", Terms(10.seconds))
            door.evict("x:other")
        }
        return all
    }
    val removals: Map<String, Pair<Door.() -> Long, Set<String>>> =
        mapOf(
            "clear" to Pair({ clear() }, setOf("x:tagged", "x:other", "y")),
            "clearByTags" to Pair({ clearByTags(setOf("t")) }, setOf("x:tagged")),
            "clearByTags of all" to Pair({ clearByTags(setOf("t", "u"), TagMatch.ALL) }, setOf("x:tagged")),
            "clearByTags, exactly" to Pair({ clearByTags(setOf("u"), TagMatch.EXACT) }, setOf("x:other")),
            "clearByPrefix" to Pair({ clearByPrefix("x:") }, setOf("x:tagged", "x:other")),
            "clearByPrefix of all" to Pair({ clearByPrefix("") }, setOf("x:tagged", "x:other", "y")),
            "clearByProfile" to Pair({ clearByProfile("default") }, setOf("x:tagged", "x:other", "y")),
        )
    for ((name, removal) in removals) {
        val (remove, removed) = removal
        test("$name removes the namespace's own entries from both tiers, and no others") {
            val (own, other) = fill()
            own.remove() shouldBe removed.size
            repeat(2) {
                own.keys().toSet() shouldBe setOf("x:tagged", "x:other", "y") - removed
                removed.forEach { own.get(it).shouldBeNull() }
                for (door in listOf(other, cache)) {
                    listOf("x:tagged", "x:other", "y").forEach { door.get(it) shouldBe "v" }
                }
                if (it == 0) cache.evictAll()
            }
            own.clearByProfile("nobody") shouldBe 0
        }
    }

    test("clearExpired removes what is expired in the namespace, and nowhere else") {
        val (own, other) = fill()
        val expiresAt = clock.instant().plusSeconds(10)
        clock.advance(10.seconds)
        own.clearExpired() shouldContainExactly listOf(ExpiredEntry("y", expiresAt))
        own.clearExpired().shouldBeEmpty()
        other.clearExpired() shouldContainExactly listOf(ExpiredEntry("y", expiresAt))
        cache.clearExpired() shouldContainExactly listOf(ExpiredEntry("y", expiresAt))
    }

    test("evictAll empties memory of the namespace's entries, and leaves the file") {
        val (own, other) = fill()
        own.evictAll()
        own.keys(Tier.MEMORY).shouldBeEmpty()
        own.keys(Tier.STORE) shouldContainExactly listOf("x:other", "x:tagged", "y")
        other.keys(Tier.MEMORY) shouldContainExactly listOf("x:tagged", "y")
    }

    test("clear is logged as a removal by prefix, with the keys of the whole cache") {
        cache.namespace("n").set("k", "v")
        cache.namespace("n").clear()
        cache.namespace("n").evictionLog().map { it.key to it.cause } shouldContainExactly
            listOf("@1:n:k" to EvictionCause.PREFIX)
    }

    test("what was removed is gone after the file was closed and opened again") {
        val (own) = fill()
        own.clearByTags(setOf("u"))
        reopen()
        cache.namespace("a").keys() shouldContainExactly listOf("y")
        cache.namespace("b").keys() shouldContainExactly listOf("x:other", "x:tagged", "y")
    }
}

private fun loadsUnderWay(test: Case) {
    val removals: Map<String, Door.() -> Unit> =
        mapOf(
            "clear" to { clear() },
            "clearByTags" to { clearByTags(setOf("t")) },
            "clearByPrefix" to { clearByPrefix("k") },
            "clearByProfile" to { clearByProfile("default") },
        )
    for ((name, remove) in removals) {
        test("$name of another namespace does not overtake a load, one of its own does") {
            val own = cache.namespace("own")
            val other = cache.namespace("other")
            val terms = Terms(tags = setOf("t"))
            own.cached("kept", terms) { "v".also { other.remove() } } shouldBe "v"
            own.cached("kept", terms) { error("it was kept") } shouldBe "v"
            own.cached("k", terms) { "old".also { own.remove() } } shouldBe "old"
            own.cached("k", terms) { "new" } shouldBe "new"
            own.cachedMany(listOf("k1", "k2"), terms) { keys ->
                own.remove()
                keys.associateWith { "old" }
            } shouldBe mapOf("k1" to "old", "k2" to "old")
            own.getMany(listOf("k1", "k2")) shouldBe emptyMap()
            own.stats().notKept shouldBe 3
            other.stats().notKept shouldBe 0
        }
    }

    test("those who ask for one key of two namespaces do not share a load") {
        val other = cache.namespace("b")
        cache.namespace("a").cached("k") { "a's after ${other.cached("k") { "b's" }}" } shouldBe "a's after b's"
    }
}

private fun counts(test: Case) {
    test("each namespace counts for itself, and the whole cache counts all") {
        val a = cache.namespace("a")
        val b = cache.namespace("b")
        a.set("k", "v")
        a.get("k")
        a.get("absent")
        b.get("k")
        b.cached("k") { "loaded" }
        cache.get("absent")
        a.stats().hits shouldBe 1
        a.stats().misses shouldBe 1
        a.stats().loads shouldBe 0
        a.stats().memoryEntries shouldBe 1
        b.stats().hits shouldBe 0
        b.stats().misses shouldBe 2
        b.stats().loads shouldBe 1
        cache.stats().hits shouldBe 1
        cache.stats().misses shouldBe 4
        cache.stats().loads shouldBe 1
        cache.stats().memoryEntries shouldBe 2
    }

    test("whoever has the same namespace has the same counts") {
        val one = cache.namespace("n")
        val other = cache.namespace("n")
        one.set("k", "v")
        other.get("k")
        one.stats().hits shouldBe 1
        one.groupStats().hits shouldBe 1
    }

    test("what leaves is counted where it was, whoever removed it") {
        val a = cache.namespace("a")
        val b = cache.namespace("b")
        a.setMany((1..4).associate { "$it" to "v" })
        b.set("1", "v")
        a.delete("1")
        cache.delete("@1:a:2")
        a.evict("3")
        a.clear()
        a.stats().evictionsByCause shouldBe
            mapOf(EvictionCause.DELETED to 2, EvictionCause.EVICTED to 1, EvictionCause.PREFIX to 2)
        b.stats().evictionsByCause shouldBe emptyMap()
    }

    test("a write that the store does not take is counted where it was made", Wish(Ground.FAULTY_STORE)) {
        val a = cache.namespace("a")
        val b = cache.namespace("b")
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        a.setMany(mapOf("k" to "v", "l" to "v"))
        store.heal()
        a.stats().droppedWrites shouldBe 2
        b.stats().droppedWrites shouldBe 0
        cache.stats().droppedWrites shouldBe 2
    }

    test("how many there are is counted in both tiers together") {
        val a = cache.namespace("a", maxEntries = 9)
        a.setMany((1..4).associate { "$it" to "v" }, Terms(10.seconds))
        a.evict("2")
        cache.set("5", "v")
        a.get("2")
        a.get("absent")
        val stats = a.groupStats()
        listOf(stats.hits, stats.misses, stats.size) shouldContainExactly listOf(1, 1, 4)
        stats.maxEntries shouldBe 9
        cache.groupStats().size shouldBe 5
        cache.groupStats().maxEntries.shouldBeNull()
        clock.advance(10.seconds)
        a.groupStats().size shouldBe 0
    }
}

private fun lifetimes(test: Case) {
    test("what says nothing lives as long as the namespace has it, and what does as it says") {
        val own = cache.namespace("n", timeToLive = 5.minutes)
        val soon = clock.instant().plusSeconds(300)
        own.set("set", "v").expiresAt shouldBe soon
        own.set("says", "v", Terms(1.hours)).expiresAt shouldBe clock.instant().plusSeconds(3_600)
        own.setMany(mapOf("many" to "v"))
        own.setIfAbsent("absent", "v")
        own.cached("cached") { "v" }
        own.cachedMany(listOf("cachedMany")) { keys -> keys.associateWith { "v" } }
        own.increment("counter")
        own.update("updated") { "v" }
        own.transaction { set("transaction", "v") }
        val all = listOf("set", "many", "absent", "cached", "cachedMany", "counter", "updated", "transaction")
        all.forEach { withClue(it) { own.metadata(it)?.expiresAt shouldBe soon } }
        clock.advance(1.minutes)
        own.replace("set", "v", "w")
        own.metadata("set")?.expiresAt shouldBe soon.plusSeconds(60)
        cache.namespace("m").set("k", "v").expiresAt shouldBe clock.instant().plusSeconds(3_600)
    }

    test("it may be for ever, and one inside has it from the one around it") {
        cache
            .namespace("n", timeToLive = kotlin.time.Duration.INFINITE)
            .set("k", "v")
            .expiresAt
            .shouldBeNull()
        val around = cache.namespace("around", timeToLive = 5.minutes)
        around.namespace("in").set("k", "v").expiresAt shouldBe clock.instant().plusSeconds(300)
        around.namespace("in", timeToLive = 1.minutes).set("k", "v").expiresAt shouldBe clock.instant().plusSeconds(60)
    }
}

private fun caps(test: Case) {
    val writes: Map<String, Door.(String) -> Unit> =
        mapOf(
            "set" to { set(it, "v") },
            "setMany" to { setMany(mapOf(it to "v")) },
            "setIfAbsent" to { setIfAbsent(it, "v") },
            "cached" to { key -> cached(key) { "v" } },
            "cachedMany" to { key -> cachedMany(listOf(key)) { keys -> keys.associateWith { "v" } } },
            "update" to { key -> update(key) { "v" } },
            "increment" to { increment(it) },
            "transaction" to { key -> transaction { set(key, "v") } },
        )
    for ((name, write) in writes) {
        test("with $name, the one that was not used for longest goes, from memory and from the file") {
            val own = cache.namespace("n", maxEntries = 2)
            own.write("a")
            own.write("b")
            own.contains("a") shouldBe true
            own.get("a")
            own.write("a")
            own.write("c")
            own.keys() shouldContainExactly listOf("a", "c")
            own.keys(Tier.MEMORY).filter { it == "b" }.shouldBeEmpty()
            own.groupStats().size shouldBe 2
            own.stats().evictionsByCause[EvictionCause.GROUP_SIZE] shouldBe 1
            reopen()
            cache.namespace("n").keys() shouldContainExactly listOf("a", "c")
        }
    }

    test("reading is use, also from the file") {
        val own = cache.namespace("n", maxEntries = 3)
        own.setMany(listOf("a", "b", "c").associateWith { "v" })
        own.evictAll()
        own.get("a")
        own.find("b")
        own.set("d", "v")
        own.getMany(listOf("a", "d"))
        own.set("e", "v")
        own.keys() shouldContainExactly listOf("a", "d", "e")
    }

    test("what was not written counts for nothing") {
        val own = cache.namespace("n", maxEntries = 2)
        own.setMany(mapOf("a" to "v", "b" to "v"))
        own.replace("c", "v", "w") shouldBe false
        own.setIfAbsent("a", "w") shouldBe false
        own.touch("d", 1.hours) shouldBe false
        own.delete("e")
        own.keys() shouldContainExactly listOf("a", "b")
        own.delete("b")
        own.set("f", "v")
        own.keys() shouldContainExactly listOf("a", "f")
    }

    test("what others have in the same file does not count") {
        val own = cache.namespace("n", maxEntries = 2)
        repeat(5) { cache.set("$it", "v") }
        repeat(5) { cache.namespace("m").set("$it", "v") }
        own.setMany(mapOf("a" to "v", "b" to "v"))
        own.set("c", "v")
        cache.namespace("m").groupStats().size shouldBe 5
        own.groupStats().size shouldBe 2
    }

    val looks: Map<String, Door.() -> Int> =
        mapOf(
            "keys" to { keys().size },
            "entries" to { entries().size },
            "groupStats" to { groupStats().size.toInt() },
            "getMany" to { getMany(listOf("a", "b", "c")).size },
            "get" to { listOf("a", "b", "c").mapNotNull { get(it) }.size },
            "find" to { listOf("a", "b", "c").count { find(it).isHit } },
            "contains" to { listOf("a", "b", "c").count { contains(it) } },
            "metadata" to { listOf("a", "b", "c").mapNotNull { metadata(it) }.size },
        )
    for ((name, look) in looks) {
        test("$name shows no more than a cap that was lowered") {
            val own = cache.namespace("n", maxEntries = 3)
            for (key in listOf("a", "b", "c")) own.set(key, "v").also { clock.advance(1.seconds) }
            val lowered = cache.namespace("n", maxEntries = 2)
            own.look() shouldBe 2
            lowered.keys() shouldContainExactly listOf("b", "c")
        }
    }

    test("a cap that is lowered after reopening keeps what was written or read last") {
        val own = cache.namespace("n")
        for (key in listOf("a", "b", "c", "d")) own.set(key, "v").also { clock.advance(1.seconds) }
        own.get("a")
        reopen()
        val capped = cache.namespace("n", maxEntries = 2)
        capped.set("e", "v")
        capped.keys() shouldContainExactly listOf("a", "e")
    }

    test("a cap of none keeps nothing") {
        val own = cache.namespace("n", maxEntries = 0)
        own.set("a", "v")
        own.cached("b") { "loaded" } shouldBe "loaded"
        own.keys().shouldBeEmpty()
    }

    test("a cap that cannot be looked at costs no answer", Wish(Ground.FAULTY_STORE)) {
        val own = cache.namespace("n", maxEntries = 2)
        store.failReads(StoreFaultException.Kind.UNAVAILABLE)
        own.cached("a") { "loaded" } shouldBe "loaded"
        store.heal()
        own.set("b", "v")
        own.set("c", "v")
        own.keys() shouldContainExactly listOf("b", "c")
    }
}

private fun events(test: Case) {
    test("listeners hear of the namespace's keys, as they are called inside, and of what is about the whole") {
        val own = cache.namespace("n")
        Recorder().use { told ->
            own.listen(told).use {
                cache.set("k", "v")
                cache.evict("k")
                cache.namespace("m").set("k", "v")
                cache.namespace("m").evict("k")
                own.set("k", "v")
                own.evict("k")
                told.next() shouldBe CacheEvent.Removed("k", EvictionCause.EVICTED, Tier.MEMORY)
                own.cached("l") { "v" }
                told.next().shouldBeInstanceOf<CacheEvent.Loaded>().key shouldBe "l"
                cache.clear()
                told.next().shouldBeInstanceOf<CacheEvent.Cleared>()
            }
        }
    }

    test("the whole cache hears of all keys as it knows them") {
        Recorder().use { told ->
            cache.listen(told).use {
                cache.namespace("n").set("k", "v")
                cache.namespace("n").delete("k")
                told.next() shouldBe CacheEvent.Removed("@1:n:k", EvictionCause.DELETED, Tier.MEMORY)
            }
        }
    }
}

private fun within(test: Case) {
    test("a namespace has namespaces, which belong to it") {
        val around = cache.namespace("around")
        val inside = around.namespace("in")
        inside.set("k", "v", Terms(tags = setOf("t")))
        around.set("k", "w", Terms(tags = setOf("t")))
        inside.keys() shouldContainExactly listOf("k")
        around.keys() shouldContainExactly listOf("@2:in:k", "k")
        inside.get("k") shouldBe "v"
        inside.stats().hits shouldBe 1
        around.stats().hits shouldBe 1
        inside.clearByTags(setOf("t")) shouldBe 1
        around.keys() shouldContainExactly listOf("k")
        inside.set("k", "v")
        around.clear() shouldBe 2
        inside.get("k").shouldBeNull()
    }

    test("what is written inside counts for the cap around it") {
        val around = cache.namespace("around", maxEntries = 2)
        val inside = around.namespace("in", maxEntries = 5)
        around.set("a", "v")
        inside.set("b", "v")
        inside.set("c", "v")
        around.keys() shouldContainExactly listOf("@2:in:b", "@2:in:c")
    }

    test("a transaction writes to one namespace, and all or nothing of it") {
        val own = cache.namespace("n")
        own.set("old", "v")
        own.transaction {
            set("a", "1")
            set("b", "2")
            delete("old")
        }
        own.keys() shouldContainExactly listOf("a", "b")
        cache.keys() shouldContainExactly listOf("@1:n:a", "@1:n:b")
        shouldThrow<IllegalArgumentException> {
            own.transaction {
                set("c", "3")
                set("", "4")
            }
        }
        own.keys() shouldContainExactly listOf("a", "b")
    }
}

private fun limits(test: Case) {
    test("a name that is empty, too long or no text is refused, and so are a cap and a time that cannot be") {
        shouldThrow<IllegalArgumentException> { cache.namespace("") }.message.orEmpty() shouldContain "empty"
        shouldThrow<IllegalArgumentException> { cache.namespace("n".repeat(256)) }.message.orEmpty() shouldContain "256"
        shouldThrow<IllegalArgumentException> { cache.namespace("a\uD800b") }.message.orEmpty() shouldContain
            "surrogate"
        shouldThrow<IllegalArgumentException> { cache.namespace("n", maxEntries = -1) }.message.orEmpty() shouldContain
            "-1"
        shouldThrow<IllegalArgumentException> { cache.namespace("n", timeToLive = 0.seconds) }
    }

    test("closing a namespace closes nothing, and it ends with its cache") {
        val own = cache.namespace("n")
        own.close()
        own.set("k", "v")
        own.get("k") shouldBe "v"
        cache.close()
        shouldThrow<CacheClosedException> { own.get("k") }
        shouldThrow<CacheClosedException> { own.set("k", "v") }
        shouldThrow<CacheClosedException> { own.clear() }
        shouldThrow<CacheClosedException> { cache.namespace("n") }
        reopen()
        cache.namespace("n").get("k") shouldBe "v"
    }

    test("a key has room for the name in front of it") {
        val own = cache.namespace("n")
        val longest = "k".repeat(65_536 - 5)
        own.set(longest, "v")
        own.evictAll()
        own.get(longest) shouldBe "v"
        shouldThrow<IllegalArgumentException> { own.set(longest + "k", "v") }.message.orEmpty() shouldContain "65531"
    }
}
