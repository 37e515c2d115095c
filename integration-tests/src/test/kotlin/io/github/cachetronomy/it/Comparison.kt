package io.github.cachetronomy.it

import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FakeClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.flow.toList
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds

/** An entry as the model has it. */
private class Row(
    val value: Any,
    val tags: Set<String>,
    val expiresAt: Instant,
    val version: Long,
)

/** One random sequence of operations on a cache in [file], each compared with what a map would do. */
internal class Comparison(
    private val file: Path,
    private val random: Random,
) {
    private val clock = FakeClock()

    /** In the order in which the keys were first written; expired rows stay until they are cleared or written again. */
    private val model = LinkedHashMap<String, Row>()
    private var cache = open()
    private val done = ArrayList<String>()

    private val operations: List<suspend (Chosen) -> Unit> =
        listOf(
            ::set,
            ::set,
            ::set,
            ::setMany,
            ::get,
            ::get,
            ::getVersion,
            ::getWithoutPromotion,
            ::getMany,
            ::cached,
            ::cached,
            ::cachedMany,
            ::increment,
            ::increment,
            ::update,
            ::setIfAbsent,
            ::replace,
            ::touch,
            ::delete,
            ::deleteMany,
            ::remove,
            ::clear,
            ::clearByTags,
            ::clearByPrefix,
            ::clearExpired,
            ::evict,
            ::advance,
            ::advance,
            ::keys,
            ::metadata,
            ::reopen,
        )

    suspend fun run(length: Int) {
        try {
            repeat(length) {
                withClue({ done.joinToString("\n") }) { operations.random(random)(Chosen(random)) }
            }
        } finally {
            cache.close()
        }
    }

    private fun open() =
        Cachetronaut(file) {
            clock = this@Comparison.clock
            profile("default") { maxItemsInMemory = 5 }
        }

    /** What an operation is about, chosen at random. */
    private class Chosen(
        random: Random,
    ) {
        val key = KEYS.random(random)
        val keys = KEYS.shuffled(random).take(random.nextInt(KEYS.size))
        val value = "v${random.nextInt(1000)}"
        val tags = TAGS.filter { random.nextBoolean() }.toSet()
        val version = random.nextLong(1, 3)
        val seconds = random.nextInt(1, 60)
        val ttl = seconds.seconds
    }

    private suspend fun set(by: Chosen) {
        note("set ${by.key} ${by.value} ${by.tags} ${by.ttl} version ${by.version}")
        cache.set(by.key, by.value, by.ttl, by.tags, by.version)
        put(by.key, by.value, by)
    }

    private suspend fun setMany(by: Chosen) {
        val values = by.keys.associateWith { "${by.value} of $it" }
        note("setMany $values ${by.tags} ${by.ttl} version ${by.version}")
        cache.setMany(values, by.ttl, by.tags, by.version)
        values.forEach { (key, value) -> put(key, value, by) }
    }

    private suspend fun get(by: Chosen) {
        note("get ${by.key}")
        cache.get<String>(by.key) shouldBe live(by.key)?.value
        cache.get<Long>(COUNTER) shouldBe live(COUNTER)?.value
    }

    private suspend fun getVersion(by: Chosen) {
        note("get ${by.key} version ${by.version}")
        val row = live(by.key)
        val expected = row?.takeIf { it.version == by.version }
        cache.get<String>(by.key, by.version) shouldBe expected?.value
        if (row != null && expected == null) {
            cache
                .find<String>(by.key, by.version)
                .shouldBeInstanceOf<Lookup.Miss>()
                .reason shouldBe MissReason.VERSION
        }
    }

    private suspend fun getWithoutPromotion(by: Chosen) {
        note("get ${by.key} without promotion")
        val before = cache.keys(Tier.MEMORY).toList()
        cache.get<String>(by.key, promote = false) shouldBe live(by.key)?.value
        cache.keys(Tier.MEMORY).toList() shouldBe before
    }

    private suspend fun getMany(by: Chosen) {
        note("getMany ${by.keys}")
        val expected = by.keys.filter { live(it) != null }.associateWith { live(it)!!.value }
        cache.getMany<String>(by.keys).toList() shouldBe expected.toList()
    }

    private suspend fun cached(by: Chosen) {
        val version = by.version.takeIf { random.nextBoolean() }
        note("cached ${by.key} ${by.value} ${by.tags} ${by.ttl} version $version")
        val present = live(by.key)?.takeIf { version == null || it.version == version }?.value
        cache.cached<String>(by.key, by.ttl, by.tags, version) { by.value } shouldBe (present ?: by.value)
        if (present == null) put(by.key, by.value, by, version ?: 1)
    }

    private suspend fun cachedMany(by: Chosen) {
        val brought = by.keys.filter { random.nextInt(4) > 0 }.associateWith { "${by.value} of $it" }
        note("cachedMany ${by.keys} $brought ${by.tags} ${by.ttl}")
        val missing = by.keys.filter { live(it) == null }
        val found = by.keys.filter { live(it) != null }.associateWith { live(it)!!.value }
        var asked = emptySet<String>()
        val values =
            cache.cachedMany<String>(by.keys, by.ttl, by.tags) {
                asked = it
                brought.filterKeys(it::contains)
            }
        asked shouldBe missing.toSet()
        val loaded = brought.filterKeys(missing::contains)
        values shouldContainExactly found + loaded
        values.keys.toList() shouldBe by.keys.filter(values::containsKey)
        loaded.forEach { (key, value) -> put(key, value, by, version = 1) }
    }

    /** Mostly of a key that has numbers only. */
    private suspend fun increment(by: Chosen) {
        if (random.nextInt(5) == 0 && live(by.key) != null) {
            note("increment ${by.key}, which is no number")
            shouldThrow<DecodingFailedException> { cache.increment(by.key) }
            return
        }
        val step = random.nextLong(-5, 100)
        note("increment by $step ${by.tags} ${by.ttl}")
        val row = live(COUNTER)
        val sum = (row?.value as Long? ?: 7) + step
        cache.increment(COUNTER, step, initial = 7, by.ttl, by.tags) shouldBe sum
        if (row == null) put(COUNTER, sum, by, version = 1) else model[COUNTER] = row.with(sum)
    }

    private suspend fun update(by: Chosen) {
        note("update ${by.key} ${by.value} ${by.tags} ${by.ttl} version ${by.version}")
        val expected = "${live(by.key)?.value}, ${by.value}".takeLast(20)
        cache.update<String>(by.key, by.ttl, by.tags, by.version) {
            "$it, ${by.value}".takeLast(20)
        } shouldBe expected
        put(by.key, expected, by)
    }

    private suspend fun setIfAbsent(by: Chosen) {
        note("setIfAbsent ${by.key} ${by.value} ${by.tags} ${by.ttl} version ${by.version}")
        val absent = live(by.key) == null
        cache.setIfAbsent(by.key, by.value, by.ttl, by.tags, by.version) shouldBe absent
        if (absent) put(by.key, by.value, by)
    }

    private suspend fun replace(by: Chosen) {
        note("replace ${by.key} ${by.value} ${by.tags} ${by.ttl} version ${by.version}")
        val expected = live(by.key)?.value as String?
        val replaced = cache.replace(by.key, expected ?: "none", by.value, by.ttl, by.tags, by.version)
        replaced shouldBe (expected != null)
        if (replaced) put(by.key, by.value, by)
    }

    private suspend fun touch(by: Chosen) {
        note("touch ${by.key} ${by.ttl}")
        val row = live(by.key)
        cache.touch(by.key, by.ttl) shouldBe (row != null)
        if (row != null) model[by.key] = Row(row.value, row.tags, expiry(by), row.version)
    }

    private suspend fun delete(by: Chosen) {
        note("delete ${by.key}")
        cache.delete(by.key) shouldBe (live(by.key) != null)
        model.remove(by.key)
    }

    private suspend fun deleteMany(by: Chosen) {
        note("deleteMany ${by.keys}")
        cache.deleteMany(by.keys) shouldBe by.keys.count { live(it) != null }
        model.keys.removeAll(by.keys.toSet())
    }

    private suspend fun remove(by: Chosen) {
        note("remove ${by.key}")
        cache.remove<String>(by.key) shouldBe live(by.key)?.value
        if (live(by.key) != null) model.remove(by.key)
    }

    /** Not every time: much of what the other operations do needs entries. */
    private suspend fun clear(by: Chosen) {
        if (by.version == 1L) return
        note("clear")
        cache.clear() shouldBe model.size
        model.clear()
    }

    private suspend fun clearByTags(by: Chosen) {
        val match = TagMatch.entries.random(random)
        note("clearByTags ${by.tags} $match")
        val selected = model.filterValues { selects(match, by.tags, it.tags) }.keys.toSet()
        cache.clearByTags(by.tags, match) shouldBe selected.size
        model.keys.removeAll(selected)
    }

    private suspend fun clearByPrefix(by: Chosen) {
        val prefix = by.key.take(1)
        note("clearByPrefix $prefix")
        val selected = model.keys.filter { it.startsWith(prefix) }.toSet()
        cache.clearByPrefix(prefix) shouldBe selected.size
        model.keys.removeAll(selected)
    }

    private suspend fun clearExpired(by: Chosen) {
        note("clearExpired")
        val expired = model.filterValues { it.expiresAt <= clock.instant() }.mapValues { it.value.expiresAt }
        cache.clearExpired().associate { it.key to it.expiresAt } shouldBe expired
        model.keys.removeAll(expired.keys)
    }

    private suspend fun evict(by: Chosen) {
        if (by.version == 1L) {
            note("evict ${by.key}")
            cache.evict(by.key)
            return
        }
        note("evict everything")
        cache.evictAll()
    }

    private suspend fun advance(by: Chosen) {
        val time = by.seconds * 3L / 2
        note("advance ${time}s")
        clock.advance(Duration.ofSeconds(time))
    }

    private suspend fun keys(by: Chosen) {
        val prefix = if (by.version == 1L) "" else by.key.take(1)
        note("keys that begin with '$prefix'")
        val live = model.keys.filter { live(it) != null && it.startsWith(prefix) }
        cache.keys(prefix = prefix).toList() shouldBe live.sorted()
        cache.keys(order = KeyOrder.INSERTION, prefix = prefix).toList() shouldBe live
        cache.keys(Tier.STORE, order = KeyOrder.INSERTION, prefix = prefix).toList() shouldBe live
        cache.keys(includeExpired = true, order = KeyOrder.INSERTION).toList() shouldBe model.keys.toList()
    }

    private suspend fun metadata(by: Chosen) {
        for (key in listOf(by.key, COUNTER)) {
            note("metadata $key")
            val row = live(key)
            val metadata = cache.metadata(key)
            metadata?.expiresAt shouldBe row?.expiresAt
            metadata?.tags?.toSet() shouldBe row?.tags
            metadata?.version shouldBe row?.version
            cache.contains(key) shouldBe (row != null)
        }
    }

    private suspend fun reopen(by: Chosen) {
        note("close and open")
        cache.close()
        cache = open()
    }

    private fun note(operation: String) {
        done += operation
    }

    private fun live(key: String): Row? = model[key]?.takeIf { clock.instant() < it.expiresAt }

    private fun put(
        key: String,
        value: Any,
        by: Chosen,
        version: Long = by.version,
    ) {
        model[key] = Row(value, by.tags, expiry(by), version)
    }

    private fun expiry(by: Chosen) = clock.instant().plusSeconds(by.seconds.toLong())

    private fun Row.with(value: Any) = Row(value, tags, expiresAt, version)

    private fun selects(
        match: TagMatch,
        wanted: Set<String>,
        tags: Set<String>,
    ): Boolean =
        when (match) {
            TagMatch.ANY -> wanted.any(tags::contains)
            TagMatch.ALL -> wanted.isNotEmpty() && tags.containsAll(wanted)
            TagMatch.EXACT -> tags == wanted
        }

    private companion object {
        val KEYS = listOf("a", "ab", "abc", "b", "b:1", "c", "ä", "d", "e", "f")
        const val COUNTER = "counter"
        val TAGS = listOf("x", "y", "z")
    }
}
