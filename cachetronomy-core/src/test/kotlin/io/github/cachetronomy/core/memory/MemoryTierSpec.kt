package io.github.cachetronomy.core.memory

import io.github.cachetronomy.core.spi.ValueType
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

@Tags("fast")
class MemoryTierSpec :
    FunSpec({
        test("what is put is there until it is removed") {
            val tier = tier(3)
            val entry = entry()
            tier.put("a", entry)
            tier.peek("a") shouldBeSameInstanceAs entry
            tier.peek("b").shouldBeNull()
            tier.remove("a") shouldBeSameInstanceAs entry
            tier.remove("a").shouldBeNull()
            tier.peek("a").shouldBeNull()
        }

        test("as many as the cap stay, and each one more is told") {
            val told = ArrayList<String>()
            val tier = tier(3, told = told)
            repeat(3) { tier.put("key $it", entry()) }
            told.shouldBeEmpty()
            repeat(7) { tier.put("more $it", entry()) }
            tier.size shouldBe 3L
            told.size shouldBe 7
            (told + tier.keys()) shouldContainExactlyInAnyOrder List(3) { "key $it" } + List(7) { "more $it" }
        }

        test("removals by hand and overwriting are not told") {
            val told = ArrayList<String>()
            val tier = tier(3, told = told)
            tier.put("a", entry())
            tier.put("a", entry())
            tier.remove("a")
            tier.put("b", entry())
            tier.clear()
            tier.size shouldBe 0L
            told.shouldBeEmpty()
        }

        test("bytes of keys and values stay within their bound") {
            val told = ArrayList<String>()
            val tier = tier(1_000, maxBytes = 1_000, told = told)
            repeat(50) { tier.put("key %02d".format(it), entry(size = 94)) }
            tier.size shouldBe 10L
            told.size shouldBe 40
        }

        test("bytes of entries of all sizes stay within their bound") {
            val tier = tier(1_000, maxBytes = 10_000)
            val sizes = HashMap<String, Long>()
            repeat(500) {
                val key = "key %03d".format(it)
                val size = it * 37 % 900
                sizes[key] = size + 7L
                tier.put(key, entry(size = size))
                tier.size
                tier.keys().sumOf(sizes::getValue) shouldBeLessThanOrEqual 10_000L
            }
            tier.size shouldBeGreaterThan 5L
        }

        test("an entry larger than the bound does not stay and does not empty the tier") {
            val told = ArrayList<String>()
            val tier = tier(10, maxBytes = 1_000, told = told)
            tier.put("small", entry(size = 10))
            tier.put("large", entry(size = 1_000))
            tier.size shouldBe 1L
            tier.keys() shouldBe listOf("small")
            told shouldBe listOf("large")
        }

        test("with two bounds the number is as exact as with one") {
            for (cap in listOf(1, 2, 3, 7, 10, 1_000)) {
                val tier = tier(cap, maxBytes = 1_000_000_000)
                repeat(cap + 10) { tier.put("key $it", entry(size = 1)) }
                tier.size shouldBe cap.toLong()
            }
        }

        test("a large number is not exceeded either") {
            val tier = tier(70_001, maxBytes = 1_000_000_000)
            repeat(70_100) { tier.put("$it", entry(size = 1)) }
            tier.size shouldBe 70_001L
        }

        test("with two bounds the tighter one counts") {
            val many = tier(100, maxBytes = 1_000)
            repeat(50) { many.put("key %02d".format(it), entry(size = 94)) }
            many.size shouldBe 10L
            val few = tier(5, maxBytes = 1_000)
            repeat(50) { few.put("key %02d".format(it), entry(size = 94)) }
            few.size shouldBe 5L
        }

        for (maxBytes in listOf(null, 1_000_000L)) {
            val bounds = if (maxBytes == null) "one bound" else "two bounds"

            test("a smaller cap trims at once, with $bounds") {
                val told = ArrayList<String>()
                val tier = tier(10, maxBytes, told)
                repeat(10) { tier.put("key $it", entry()) }
                tier.resize(3)
                tier.keys().size shouldBe 3
                told.size shouldBe 7
            }

            test("a larger cap takes more, with $bounds") {
                val tier = tier(3, maxBytes)
                repeat(3) { tier.put("key $it", entry()) }
                tier.resize(6)
                repeat(10) { tier.put("more $it", entry()) }
                tier.size shouldBe 6L
            }

            test("a cap of zero keeps nothing, with $bounds") {
                val told = ArrayList<String>()
                val tier = tier(0, maxBytes, told)
                tier.put("key", entry())
                tier.size shouldBe 0L
                tier.peek("key").shouldBeNull()
                told shouldBe listOf("key")
            }

            test("a cap set to zero empties the tier, and another one opens it again, with $bounds") {
                val tier = tier(3, maxBytes)
                tier.put("key", entry())
                tier.resize(0)
                tier.size shouldBe 0L
                tier.resize(2)
                repeat(5) { tier.put("more $it", entry()) }
                tier.size shouldBe 2L
            }
        }

        test("an entry is put only if that is allowed at the moment") {
            val tier = tier(3)
            tier.putIf("a", entry()) { false }.shouldBeFalse()
            tier.peek("a").shouldBeNull()
            val first = entry()
            tier.putIf("a", first) { true }.shouldBeTrue()
            tier.putIf("a", entry()) { false }.shouldBeFalse()
            tier.peek("a") shouldBeSameInstanceAs first
        }

        test("an entry is removed only if it is still the one") {
            val tier = tier(3)
            val first = entry()
            val second = entry()
            tier.put("a", first)
            tier.put("a", second)
            tier.remove("a", first).shouldBeFalse()
            tier.peek("a") shouldBeSameInstanceAs second
            tier.remove("a", second).shouldBeTrue()
        }

        test("counts go on when an entry is replaced") {
            val tier = tier(3)
            tier.put(
                "a",
                entry().apply {
                    reads = 5
                    logged = 2
                },
            )
            tier.put("a", entry().apply { reads = 1 })
            tier.putIf("a", entry()) { true }
            tier.peek("a")?.reads shouldBe 6
            tier.peek("a")?.logged shouldBe 2
        }
    })

private val traits = Traits(ValueType.of(String::class.java), "json", emptyList(), 1, "default")

private fun entry(size: Int = 1) = MemoryEntry("value", traits, Long.MAX_VALUE, 1, 0, size, 0)

private fun tier(
    maxItems: Int,
    maxBytes: Long? = null,
    told: MutableList<String> = ArrayList(),
) = MemoryTier(maxItems, maxBytes) { key, _ -> told += key }
