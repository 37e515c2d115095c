package io.github.cachetronomy.it

import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FakeClock
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.toList
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds

/**
 * Random sequences of operations, closings and reopenings among them, against a map and a clock: the
 * cache answers as the map does. A failure names its seed.
 */
@Tags("fast")
class ModelSpec :
    FunSpec({
        val sequences = 60
        val length = 120

        test("$sequences random sequences of $length operations answer like a map with a clock") {
            val folder = tempdir().toPath()
            repeat(sequences) { seed ->
                withClue("seed $seed") { Comparison(folder.resolve("model-$seed.db"), Random(seed)).run(length) }
            }
        }
    })

private class Row(
    val value: String,
    val tags: Set<String>,
    val expiresAt: Instant,
)

private class Comparison(
    private val file: Path,
    private val random: Random,
) {
    private val clock = FakeClock()
    private val model = LinkedHashMap<String, Row>()
    private var cache = open()
    private val done = ArrayList<String>()

    suspend fun run(length: Int) {
        repeat(length) {
            withClue({ done.joinToString("\n") }) { step() }
        }
        cache.close()
    }

    private fun open() =
        Cachetronaut(file) {
            clock = this@Comparison.clock
            profile("default") { maxItemsInMemory = 5 }
        }

    private suspend fun step() {
        val key = KEYS.random(random)
        val value = "v${random.nextInt(1000)}"
        val tags = TAGS.filter { random.nextBoolean() }.toSet()
        val ttl = random.nextInt(1, 60)
        when (random.nextInt(20)) {
            0, 1, 2 -> {
                note("set $key $value $tags ${ttl}s")
                cache.set(key, value, timeToLive = ttl.seconds, tags = tags)
                put(key, value, tags, ttl)
            }

            3, 4 -> {
                note("get $key")
                cache.get<String>(key) shouldBe live(key)?.value
            }

            5 -> {
                note("cached $key $value")
                val expected = live(key)?.value ?: value.also { put(key, it, tags, ttl) }
                cache.cached<String>(key, timeToLive = ttl.seconds, tags = tags) { value } shouldBe expected
            }

            6 -> {
                note("delete $key")
                cache.delete(key) shouldBe (live(key) != null)
                model.remove(key)
            }

            7 -> {
                note("touch $key ${ttl}s")
                cache.touch(key, ttl.seconds) shouldBe (live(key) != null)
                live(key)?.let { put(key, it.value, it.tags, ttl) }
            }

            8 -> {
                note("setIfAbsent $key $value")
                cache.setIfAbsent(key, value, timeToLive = ttl.seconds, tags = tags) shouldBe (live(key) == null)
                if (live(key) == null) put(key, value, tags, ttl)
            }

            9 -> {
                val match = TagMatch.entries.random(random)
                note("clearByTags $tags $match")
                cache.clearByTags(tags, match)
                model.values.removeIf { selects(match, tags, it.tags) }
            }

            10 -> {
                note("clearByPrefix a")
                cache.clearByPrefix("a")
                model.keys.removeIf { it.startsWith("a") }
            }

            11 -> {
                note("clearExpired")
                val expired = model.filterValues { it.expiresAt <= clock.instant() }.mapValues { it.value.expiresAt }
                cache.clearExpired().associate { it.key to it.expiresAt } shouldBe expired
                model.keys.removeAll(expired.keys)
            }

            12 -> {
                note("evict $key, then everything")
                cache.evict(key)
                if (random.nextBoolean()) cache.evictAll()
            }

            13 -> {
                val by = random.nextLong(1, 100)
                note("advance ${by}s")
                clock.advance(Duration.ofSeconds(by))
            }

            14 -> {
                note("getMany")
                cache.getMany<String>(KEYS) shouldBe KEYS.mapNotNull { k -> live(k)?.let { k to it.value } }.toMap()
            }

            15 -> {
                note("keys")
                cache.keys().toList() shouldBe model.keys.filter { live(it) != null }.sorted()
            }

            16 -> {
                note("remove $key")
                cache.remove<String>(key) shouldBe live(key)?.value
                if (live(key) != null) model.remove(key)
            }

            17 -> {
                val expected = live(key)?.value
                note("replace $key")
                cache.replace(key, expected ?: "none", value, timeToLive = ttl.seconds, tags = tags) shouldBe
                    (expected != null)
                if (expected != null) put(key, value, tags, ttl)
            }

            18 -> {
                note("metadata $key")
                val metadata = cache.metadata(key)
                metadata?.expiresAt shouldBe live(key)?.expiresAt
                metadata?.tags?.toSet() shouldBe live(key)?.tags
                cache.contains(key) shouldBe (live(key) != null)
            }

            19 -> {
                note("close and open")
                cache.close()
                cache = open()
            }
        }
    }

    private fun note(operation: String) {
        done += operation
    }

    private fun live(key: String): Row? = model[key]?.takeIf { clock.instant() < it.expiresAt }

    private fun put(
        key: String,
        value: String,
        tags: Set<String>,
        ttl: Int,
    ) {
        model[key] = Row(value, tags, clock.instant().plusSeconds(ttl.toLong()))
    }

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
        val TAGS = listOf("x", "y", "z")
    }
}
