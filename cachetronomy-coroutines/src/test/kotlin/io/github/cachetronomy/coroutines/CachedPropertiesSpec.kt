package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.keys.Keys
import io.github.cachetronomy.testing.FakeClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

private class Bank(
    cache: Cachetronaut,
    load: () -> List<Int>?,
) {
    val rates by cache.property(timeToLive = 1.hours, tags = setOf("rates")) { load() }
    val named by cache.property(key = "the rates") { load() }
}

private class OtherBank(
    cache: Cachetronaut,
    load: () -> List<Int>,
) {
    val rates by cache.property { load() }
}

private open class Branch(
    cache: Cachetronaut,
    load: suspend () -> String,
) {
    val rates by cache.suspendProperty(timeToLive = 1.hours) { load() }
    val Int.shown by cache.property { "of a number" }
    val String.shown by cache.property { "of a text" }

    fun shown() = listOf(7.shown, "seven".shown)
}

private class SmallBranch(
    cache: Cachetronaut,
    load: suspend () -> String,
) : Branch(cache, load)

@Tags("fast")
class CachedPropertiesSpec :
    FunSpec({
        test("the loader runs once, until the time to live is over") {
            val clock = FakeClock()
            withCache(configure = { this.clock = clock }) { cache ->
                val loads = AtomicInteger()
                val bank = Bank(cache) { listOf(loads.incrementAndGet()) }
                repeat(3) { bank.rates shouldBe listOf(1) }
                clock.advance(1.hours - 1.seconds)
                bank.rates shouldBe listOf(1)
                clock.advance(1.seconds)
                bank.rates shouldBe listOf(2)
            }
        }

        test("the value is there after a restart, under the name of the property") {
            val file = tempFile()
            withCache(file) { cache -> Bank(cache) { listOf(1) }.rates shouldBe listOf(1) }
            withCache(file) { cache ->
                Bank(cache) { error("it is in the file") }.rates shouldBe listOf(1)
                cache.keys().toList() shouldContainExactly listOf(Keys.of("property", "${Bank::class.java.name}.rates"))
                cache.clearByTags(setOf("rates")) shouldBe 1
            }
        }

        test("instances share the value, classes do not") {
            withCache { cache ->
                Bank(cache) { listOf(1) }.rates shouldBe listOf(1)
                Bank(cache) { listOf(2) }.rates shouldBe listOf(1)
                OtherBank(cache) { listOf(3) }.rates shouldBe listOf(3)
            }
        }

        test("a property belongs to the class that declares it") {
            withCache { cache ->
                SmallBranch(cache) { "small" }.rates() shouldBe "small"
                Branch(cache) { "large" }.rates() shouldBe "small"
            }
        }

        test("extensions of one name are two") {
            withCache { cache -> Branch(cache) { "" }.shown() shouldContainExactly listOf("of a number", "of a text") }
        }

        test("a key of one's own is the whole key") {
            withCache { cache ->
                Bank(cache) { listOf(1) }.named shouldBe listOf(1)
                cache.get<List<Int>>("the rates") shouldBe listOf(1)
            }
        }

        test("a null is cached, an exception is thrown on and is not") {
            withCache { cache ->
                val loads = AtomicInteger()
                val failure = IOException("no luck")
                val bank = Bank(cache) { if (loads.incrementAndGet() == 1) throw failure else null }
                shouldThrow<IOException> { bank.rates } shouldBeSameInstanceAs failure
                repeat(3) { bank.rates shouldBe null }
                loads.get() shouldBe 2
            }
        }

        test("a property without a name of its own needs a key") {
            withCache { cache ->
                shouldThrow<IllegalArgumentException> {
                    val local by cache.property { 1 }
                    local
                }.message shouldContain "local"
                shouldThrow<IllegalArgumentException> {
                    object {
                        val inside by cache.property { 1 }
                    }.inside
                }.message shouldContain "inside"
                val named by cache.property(key = "a key") { 1 }
                named shouldBe 1
            }
        }

        test("a loader that suspends runs once for all who ask") {
            withCache { cache ->
                val loads = AtomicInteger()
                val gate = CompletableDeferred<Unit>()
                val branch =
                    Branch(cache) {
                        loads.incrementAndGet()
                        gate.await()
                        "loaded"
                    }
                coroutineScope {
                    val readers =
                        List(50) { async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { branch.rates() } }
                    gate.complete(Unit)
                    readers.awaitAll().toSet() shouldBe setOf("loaded")
                }
                branch.rates() shouldBe "loaded"
                loads.get() shouldBe 1
            }
        }
    })
