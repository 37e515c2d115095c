package io.github.cachetronomy.core.keys

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import java.math.BigDecimal
import java.math.BigInteger
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import java.util.Locale
import java.util.Optional
import java.util.UUID
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds

@Serializable
internal data class Place(
    val name: String,
    val tags: Set<String> = emptySet(),
    val rooms: Map<String, Int> = emptyMap(),
    val next: Place? = null,
)

@Serializable
@JvmInline
internal value class UserId(
    val number: Int,
)

@Serializable
internal sealed interface Shape {
    @Serializable
    @SerialName("circle")
    data class Circle(
        val radius: Double,
    ) : Shape

    @Serializable
    data object Dot : Shape
}

internal enum class Colour { RED, BLUE }

private class Client

@Tags("fast")
class FunctionKeySpec :
    FunSpec({
        test("every form has the text that docs/keys.md says") {
            val rows =
                Path
                    .of("../docs/keys.md")
                    .toFile()
                    .readLines()
                    .filter { it.startsWith("| `") }
                    .map { it.removeSuffix(" |").split(" | ")[1].removeSurrounding("`") }
            documented.map { Keys.of("f", *it) } shouldContainExactly rows
        }

        test("what others take for the same call is another one here") {
            val pairs =
                listOf(
                    Keys.of("add", 2, 5) to Keys.of("mul", 2, 5),
                    Keys.of("f", null) to Keys.of("f", "null"),
                    Keys.of("f", 1) to Keys.of("f", "1"),
                    Keys.of("f", true) to Keys.of("f", "true"),
                    Keys.of("f", 'a') to Keys.of("f", "a"),
                    Keys.of("f", "a", "b") to Keys.of("f", "a,b"),
                    Keys.of("f", "a\",\"b") to Keys.of("f", "a", "b"),
                    Keys.of("f", "a\\") to Keys.of("f", "a\\\\"),
                    Keys.of("f", listOf(1, 2)) to Keys.of("f", 1, 2),
                    Keys.of("f", listOf(listOf(1), 2)) to Keys.of("f", listOf(1, listOf(2))),
                    Keys.of("f", listOf("a")) to Keys.of("f", setOf("a")),
                    Keys.of("f", emptySet<Int>()) to Keys.of("f", emptyMap<Int, Int>()),
                    Keys.of("f", emptyList<Int>()) to Keys.of("f", null),
                    Keys.of("f") to Keys.of("f", null),
                    Keys.of("f", 0.0) to Keys.of("f", -0.0),
                    Keys.of("f", Colour.RED) to Keys.of("f", "RED"),
                    Keys.of("f", UserId(7)) to Keys.of("f", 7),
                    Keys.of("f", Optional.empty<Int>()) to Keys.of("f", null),
                    Keys.of("f", Float.fromBits(0x7fc00001)) to Keys.of("f", Float.NaN),
                    Keys.of("f(1),", 2) to Keys.of("f", 1, 2),
                    Keys.of("f", "\uD83D") to Keys.of("f", "\uDE00"),
                )
            for ((one, other) in pairs) one shouldNotBe other
        }

        test("the order of maps and sets makes no difference, at any depth") {
            Keys.of("f", linkedMapOf("a" to setOf(1, 2), "b" to setOf(3))) shouldBe
                Keys.of("f", linkedMapOf("b" to setOf(3), "a" to setOf(2, 1)))
            Keys.of("f", Place("x", linkedSetOf("a", "b"), linkedMapOf("p" to 1, "q" to 2))) shouldBe
                Keys.of("f", Place("x", linkedSetOf("b", "a"), linkedMapOf("q" to 2, "p" to 1)))
        }

        test("numbers are told apart by type where that is asked for") {
            val numbers: List<Any> = listOf(1, 1L, 1.toShort(), 1.toByte(), 1.0, 1f, 1u, BigInteger.ONE)
            numbers.map { FunctionKey("f").of(listOf(it)) }.toSet() shouldBe setOf("f(1)")
            numbers.map { FunctionKey("f", typedNumbers = true).of(listOf(it)) }.toSet().size shouldBe numbers.size
            Keys.of("f", BigDecimal("1.0")) shouldNotBe Keys.of("f", BigDecimal("1.00"))
            Keys.of("f", 1e300) shouldBe Keys.of("f", BigDecimal(1e300).toBigInteger())
        }

        test("parameters are named, and some make no difference") {
            val key = FunctionKey("f", parameters = listOf("id", "logger"), ignored = setOf(1))
            key.of(listOf(7, Client())) shouldBe "f(id=7)"
        }

        test("a long key has a hash in the place of the arguments, and is another for each") {
            val one = Keys.of("f", "x".repeat(10_000) + "a")
            val other = Keys.of("f", "x".repeat(10_000) + "b")
            one shouldStartWith "f(#"
            one.length shouldBeLessThanOrEqual 60
            one shouldNotBe other
            val name = "n".repeat(100_000)
            Keys.of(name, 1).length shouldBeLessThanOrEqual 60
            Keys.of(name, 1) shouldNotBe Keys.of(name + "n", 1)
        }

        test("keys that are asked for again are the same, whatever was asked for in between") {
            val function = FunctionKey("f")
            repeat(2) {
                for (n in -10_000..10_000) {
                    function.of(listOf(n)) shouldBe "f($n)"
                    function.of(listOf("$n")) shouldBe "f(\"$n\")"
                }
            }
            FunctionKey("f", typedNumbers = true).run {
                of(listOf(1)) shouldNotBe of(listOf(1L))
            }
        }

        test("a function's keys begin as those of no other") {
            val names = listOf("f", "ff", "f(", "f.g", "\"f\"", "f ", "#", "")
            val keys = names.filter { it.isNotEmpty() }.map { FunctionKey(it) }
            for (one in keys) {
                for (other in keys - one) {
                    withClue(
                        one.name,
                    ) { other.of(listOf(1)).startsWith(one.prefix) shouldBe false }
                }
            }
            shouldThrow<IllegalArgumentException> { FunctionKey("") }
        }

        val self = ArrayList<Any>().also { list -> list.add(list) }
        val refused =
            mapOf(
                "a lambda" to { 1 },
                "an object without a serializer" to Client(),
                "a sequence" to sequenceOf(1),
                "a number that changes" to
                    java.util.concurrent.atomic
                        .AtomicInteger(1),
                "the values of a map" to hashMapOf(1 to 2, 3 to 4).values,
                "what is inside of itself" to self,
                "an object inside of a list" to listOf(1, Client()),
                "a throwable" to IllegalStateException("secret"),
            )
        for ((what, value) in refused) {
            test("$what is refused, and the argument named") {
                val key = FunctionKey("fetch", parameters = listOf("id", "how"))
                val message = shouldThrow<IllegalArgumentException> { key.of(listOf(1, value)) }.message.orEmpty()
                message shouldContain "the argument \"how\" of fetch"
                message shouldNotContain "secret"
                shouldThrow<IllegalArgumentException> { Keys.of("f", value) }.message.orEmpty() shouldContain
                    "argument 1"
            }
        }

        test("of a million pairs of arguments those have one text that are equal, and no others") {
            val random = Random(20_261_121)
            var equal = 0
            repeat(1_000_000) {
                val one = anything(random, 3)
                val other = if (random.nextInt(4) == 0) anything(Random(random.nextInt()), 3) else altered(one, random)
                val same = one == other
                if (same) equal++
                if ((Keys.of("f", one) == Keys.of("f", other)) != same) withClue("$one, $other") { same shouldBe !same }
            }
            (equal > 10_000) shouldBe true
        }
    })

private val documented: List<Array<Any?>> =
    listOf(
        arrayOf(),
        arrayOf(null),
        arrayOf("null"),
        arrayOf("Ada", 7),
        arrayOf("Ada,7"),
        arrayOf("a\"b\\c\nd"),
        arrayOf("é\uD83D\uDE00"),
        arrayOf(true),
        arrayOf('x'),
        arrayOf(1),
        arrayOf(1L),
        arrayOf(1.0),
        arrayOf(1.5),
        arrayOf(-0.0),
        arrayOf(Double.NaN),
        arrayOf(BigInteger("12345678901234567890")),
        arrayOf(BigDecimal("1.50")),
        arrayOf(Colour.RED),
        arrayOf(listOf(1, listOf(2, 3))),
        arrayOf(intArrayOf(1, 2)),
        arrayOf(byteArrayOf(1, 2, 3)),
        arrayOf(linkedSetOf("b", "a")),
        arrayOf(linkedMapOf("b" to 1, "a" to null)),
        arrayOf(emptyMap<String, Int>(), emptySet<Int>()),
        arrayOf("x" to 1),
        arrayOf(UUID.fromString("123e4567-e89b-12d3-a456-426614174000")),
        arrayOf(Instant.parse("2026-01-01T00:00:00Z"), LocalDate.of(2026, 1, 1)),
        arrayOf(Duration.ofMinutes(5), 5.seconds, ZoneId.of("UTC")),
        arrayOf(Optional.of(1), Locale.ROOT),
        arrayOf(Place("x", setOf("t"))),
        arrayOf(UserId(7)),
        arrayOf(Shape.Circle(1.5), Shape.Dot),
        arrayOf("x".repeat(1_000)),
    )

private fun anything(
    random: Random,
    depth: Int,
): Any? =
    when (random.nextInt(if (depth == 0) 6 else 11)) {
        0 -> null
        1 -> random.nextBoolean()
        2 -> random.nextInt(3)
        3 -> random.nextInt(3) + 0.5
        4 -> listOf("", "null", "1", "a", "b", "a,b", "\"", "\\", "(", ")", "[a]", "{", ":", "0.5")[random.nextInt(14)]
        5 -> "ab,\"\\:"[random.nextInt(6)]
        6 -> List(random.nextInt(3)) { anything(random, depth - 1) }
        7 -> List(random.nextInt(3)) { anything(random, depth - 1) }.toSet()
        8 -> List(random.nextInt(3)) { anything(random, depth - 1) to anything(random, depth - 1) }.toMap()
        9 -> anything(random, depth - 1) to anything(random, depth - 1)
        else -> Triple(anything(random, depth - 1), anything(random, depth - 1), random.nextInt(2))
    }

/** Something much like [value], or it. */
private fun altered(
    value: Any?,
    random: Random,
): Any? =
    when (value) {
        is List<*> -> if (random.nextBoolean()) value.toSet() else value.map { altered(it, random) }
        is Set<*> -> if (random.nextBoolean()) value.reversed().toSet() else value.toList()
        is Map<*, *> -> if (random.nextBoolean()) value.entries.reversed().associate { it.toPair() } else value.toList()
        is String -> if (random.nextBoolean()) "$value," else value
        is Int -> if (random.nextBoolean()) value.toString() else value
        is Pair<*, *> -> if (random.nextBoolean()) value.toList() else value
        else -> value
    }
