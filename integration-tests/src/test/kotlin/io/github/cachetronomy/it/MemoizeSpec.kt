package io.github.cachetronomy.it

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.RecursiveLoadException
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.coroutines.memoize
import io.github.cachetronomy.coroutines.memoizeBlocking
import io.github.cachetronomy.it.doors.memoizedBlockingDoor
import io.github.cachetronomy.it.faults.Place
import io.github.cachetronomy.it.faults.Spot
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.yield
import java.math.BigInteger
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/** What is particular to memoized functions in Kotlin. */
@Tags("fast")
class MemoizeSpec :
    FunSpec({
        test("functions of up to five arguments, which suspend") {
            onHarness {
                val f0 = cache.memoize("f0") { "none" }
                val f1 = cache.memoize("f1") { a: Int -> "$a" }
                val f2 = cache.memoize("f2") { a: Int, b: String -> "$a$b" }
                val f3 = cache.memoize("f3") { a: Int, b: String, c: Long? -> "$a$b$c" }
                val f4 = cache.memoize("f4") { a: Int, b: String, c: Long?, d: Boolean -> "$a$b$c$d" }
                val f5 = cache.memoize("f5") { a: Int, b: String, c: Long?, d: Boolean, e: Char -> "$a$b$c$d$e" }
                repeat(2) {
                    f0() shouldBe "none"
                    f1(1) shouldBe "1"
                    f2(1, "b") shouldBe "1b"
                    f3(1, "b", null) shouldBe "1bnull"
                    f4(1, "b", null, true) shouldBe "1bnulltrue"
                    f5(1, "b", null, true, 'e') shouldBe "1bnulltruee"
                }
                f0.keyFor() shouldBe "f0()"
                f5.keyFor(1, "b", null, true, 'e') shouldBe "f5(1,\"b\",null,true,'e')"
                listOf(f0, f1, f2, f3, f4, f5).forEach { it.stats().misses shouldBe 1 }
                f4.refresh(1, "b", null, true) shouldBe "1bnulltrue"
                f3.invalidate(1, "b", null) shouldBe true
                f2.invalidate(2, "b") shouldBe false
            }
        }

        test("functions of up to five arguments, for callers who block") {
            onHarness {
                val f0 = cache.memoizeBlocking("f0") { "none" }
                val f1 = cache.memoizeBlocking("f1") { a: Int -> "$a" }
                val f2 = cache.memoizeBlocking("f2") { a: Int, b: String -> "$a$b" }
                val f3 = cache.memoizeBlocking("f3") { a: Int, b: String, c: Long? -> "$a$b$c" }
                val f4 = cache.memoizeBlocking("f4") { a: Int, b: String, c: Long?, d: Boolean -> "$a$b$c$d" }
                val f5 =
                    cache.memoizeBlocking("f5") { a: Int, b: String, c: Long?, d: Boolean, e: Char -> "$a$b$c$d$e" }
                repeat(2) {
                    f0() shouldBe "none"
                    f1(1) shouldBe "1"
                    f2(1, "b") shouldBe "1b"
                    f3(1, "b", null) shouldBe "1bnull"
                    f4(1, "b", null, true) shouldBe "1bnulltrue"
                    f5(1, "b", null, true, 'e') shouldBe "1bnulltruee"
                }
                listOf(f0, f1, f2, f3, f4, f5).forEach { it.stats().misses shouldBe 1 }
            }
        }

        test("a memoized function is a function") {
            onHarness {
                val double = cache.memoize("double") { n: Int -> n * 2 }
                val square = cache.memoizeBlocking("square") { n: Int -> n * n }
                listOf(1, 2, 3).map(square) shouldBe listOf(1, 4, 9)

                suspend fun apply(function: suspend (Int) -> Int) = function(7)
                apply(double) shouldBe 14
                cache.memoize("named", function = ::doubled)(7) shouldBe 14
            }
        }

        test("a reference to a function has a name, and so has what it is given") {
            onHarness {
                val greet = cache.memoize(::greeting)
                val double = cache.memoizeBlocking(::doubled)
                greet("Ada") shouldBe "Hello, Ada"
                double(7) shouldBe 14
                greet.name shouldBe "io.github.cachetronomy.it.MemoizeSpecKt.greeting"
                cache.memoizeBlocking<Int, Long, Long>(::sum).keyFor(1, 2) shouldContain "sum"
                val sums =
                    setOf(cache.memoizeBlocking<Int, Long, Long>(::sum), cache.memoizeBlocking<Int, Int, Int>(::sum))
                sums.map { it.name }.toSet().size shouldBe 2
            }
        }

        test("a reference that is bound to an object needs a name of its own") {
            onHarness {
                shouldThrow<IllegalArgumentException> { cache.memoizeBlocking("text"::plus) }.message shouldContain
                    "plus"
                cache.memoizeBlocking("append", function = "text"::plus)(7) shouldBe "text7"
            }
        }

        test("callers who block share results and calls with those who suspend") {
            onHarness {
                val suspending = cache.memoize("f") { n: Int -> "suspending $n" }
                val blocking = cache.memoizeBlocking("f") { n: Int -> "blocking $n" }
                suspending(1)
                blocking(1) shouldBe "suspending 1"
                blocking(2)
                suspending(2) shouldBe "blocking 2"
                suspending.stats().misses shouldBe 2
                blocking.stats().hits shouldBe 2
                blocking.invalidateAll() shouldBe 2
            }
        }

        test("callers who block: remembered failures, caps and conditions are as for all others") {
            onHarness {
                var calls = 0
                val options =
                    FunctionOptions
                        .defaults()
                        .withMaxEntries(
                            1,
                        ).withFailureTimeToLive(5.minutes.toJavaDuration())
                val function =
                    cache.memoizedBlockingDoor("f", options) { if (it == 0) error("call ${++calls}") else "of $it" }
                repeat(2) { shouldThrow<IllegalStateException> { function.call(0) }.message shouldBe "call 1" }
                listOf(1, 2).forEach(function::call)
                function.stats().size shouldBe 1
                function.keyFor(2) shouldBe "f(2)"
                function.refresh(2) shouldBe "of 2"
                function.invalidate(2) shouldBe true
                function.uncached(2) shouldBe "of 2"
                function.invalidateAll() shouldBe 0
            }
        }

        test("a function is called once however many wait for the same arguments, and nobody waits for others") {
            onHarness {
                val gates = List(2) { CompletableDeferred<Unit>() }
                val calls = AtomicInteger()
                val function =
                    cache.memoize("f") { n: Int ->
                        calls.incrementAndGet()
                        gates[n].await()
                        n
                    }
                val waiting = List(50) { async { function(0) } }
                gates[1].complete(Unit)
                function(1) shouldBe 1
                gates[0].complete(Unit)
                waiting.awaitAll()
                calls.get() shouldBe 2
                function.stats().hits shouldBe 49
            }
        }

        test("a call that is cancelled leaves nothing behind") {
            onHarness {
                val gate = CompletableDeferred<Unit>()
                val options = FunctionOptions.defaults().withFailureTimeToLive(5.minutes.toJavaDuration())
                val function =
                    cache.memoize("f", options = options) { n: Int ->
                        gate.await()
                        n
                    }
                begun { function(7) }.cancelAndJoin()
                gate.complete(Unit)
                function(7) shouldBe 7
            }
        }

        test("a cap counts a result whose first caller did not wait for it") {
            onHarness {
                val gate = CompletableDeferred<Unit>()
                val options = FunctionOptions.defaults().withMaxEntries(1)
                val function =
                    cache.memoize("f", options = options) { n: Int ->
                        gate.await()
                        n
                    }
                val first = begun { function(1) }
                val second = begun { function(1) }
                first.cancelAndJoin()
                gate.complete(Unit)
                second.await() shouldBe 1
                function(2)
                function.stats().size shouldBe 1
                function.stats().misses shouldBe 2
            }
        }

        test("a function may call itself with other arguments: suspending") {
            onHarness {
                val calls = AtomicInteger()
                lateinit var self: suspend (Int) -> Long
                val fibonacci =
                    cache.memoize("fibonacci") { n: Int ->
                        calls.incrementAndGet()
                        if (n < 2) n.toLong() else self(n - 1) + self(n - 2)
                    }
                self = fibonacci
                fibonacci(90) shouldBe 2_880_067_194_370_816_120
                calls.get() shouldBe 91
            }
        }

        test("a function may call itself with other arguments: blocking") {
            onHarness {
                val calls = AtomicInteger()
                lateinit var self: (Int) -> BigInteger
                val fibonacci =
                    cache.memoizeBlocking("fibonacci") { n: Int ->
                        calls.incrementAndGet()
                        if (n < 2) n.toBigInteger() else self(n - 1) + self(n - 2)
                    }
                self = fibonacci
                fibonacci(300).toString() shouldBe "222232244629420445529739893461909967206666939096499764990979600"
                calls.get() shouldBe 301
            }
        }

        test("functions that wait for each other in a circle are told of it, with the chain") {
            onHarness {
                lateinit var other: suspend (Int) -> Int
                val f = cache.memoize("f") { n: Int -> other(n) }
                val g = cache.memoize("g") { n: Int -> f(n) }
                other = g
                val found = shouldThrow<RecursiveLoadException> { f(7) }
                found.message shouldContain "f(7)"
                found.message shouldContain "g(7)"
            }
        }

        test("a result of the class as it was before is none") {
            onHarness {
                cache.memoize("where") { n: Int -> Spot(n, n) }(1)
                val calls = AtomicInteger()
                val where =
                    cache.memoize("where") { n: Int ->
                        calls.incrementAndGet()
                        Place(n, n)
                    }
                repeat(2) { where(1) shouldBe Place(1, 1) }
                calls.get() shouldBe 1
            }
        }

        test("a time to live must be positive, a format known") {
            onHarness {
                shouldThrow<IllegalArgumentException> { cache.memoize("f", timeToLive = 0.seconds) { 1 } }
                val format =
                    FunctionOptions.defaults().withEntries(EntryOptions.format("no such format"))
                shouldThrow<IllegalArgumentException> { cache.memoize("f", options = format) { 1 } }
            }
        }
    })

private fun doubled(n: Int): Int = n * 2

private fun sum(
    a: Int,
    b: Long,
): Long = a + b

private fun sum(
    a: Int,
    b: Int,
): Int = a + b

private suspend fun greeting(name: String): String {
    yield()
    return "Hello, $name"
}
