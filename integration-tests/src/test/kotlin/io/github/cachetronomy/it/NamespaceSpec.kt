package io.github.cachetronomy.it

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.memoize
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.toList
import java.time.Duration

/** What is built on a cache works on a namespace, and both faces know the same ones. */
@Tags("fast")
class NamespaceSpec :
    FunSpec({
        test("a function is kept in the namespace that it is made on, and capped for itself there") {
            onHarness {
                val own = cache.namespace("n")
                val options = FunctionOptions.defaults().withMaxEntries(2)
                val outside = cache.memoize("f", options = options) { i: Int -> "outside $i" }
                val inside = own.memoize("f", options = options) { i: Int -> "inside $i" }
                outside(1) shouldBe "outside 1"
                inside(1) shouldBe "inside 1"
                inside(2) shouldBe "inside 2"
                inside(1) shouldBe "inside 1"
                inside(3) shouldBe "inside 3"
                own.keys().toList() shouldContainExactly listOf(inside.keyFor(1), inside.keyFor(3))
                inside.stats().size shouldBe 2
                inside.stats().hits shouldBe 1
                outside.stats().size shouldBe 1
                inside.invalidateAll() shouldBe 2
                outside.stats().size shouldBe 1
            }
        }

        test("a function with keys of its own is found by its tag within the namespace only") {
            onHarness {
                val options = FunctionOptions.defaults().withKeyBuilder { "key ${it.single()}" }
                val outside = cache.memoize("f", options = options) { i: Int -> i }
                val inside = cache.namespace("n").memoize("f", options = options) { i: Int -> i }
                outside(1)
                inside(1)
                inside(2)
                inside.stats().size shouldBe 2
                inside.invalidateAll() shouldBe 2
                outside.stats().size shouldBe 1
            }
        }

        test("results of functions count for the cap of the namespace") {
            onHarness {
                val own = cache.namespace("n", maxEntries = 2)
                val f = own.memoize("f") { i: Int -> i }
                own.set("a", 1)
                f(1)
                f(2)
                own.keys().toList() shouldContainExactly listOf(f.keyFor(1), f.keyFor(2)).sorted()
                own.stats().evictionsByCause shouldBe mapOf(EvictionCause.GROUP_SIZE to 1)
            }
        }

        test("both faces know the same namespaces, with one load a key") {
            val file = tempdir().toPath().resolve("app.db")
            Cachetronaut(file).use { kotlin ->
                BlockingCachetronaut.open(file).use { java ->
                    java.namespace("n").set("k", "v")
                    kotlin.namespace("n").get<String>("k") shouldBe "v"
                    kotlin.namespace("n").groupStats().size shouldBe 1
                    java.namespace("n").clear() shouldBe 1
                }
            }
        }

        test("a load that is held up before its last look is not kept once its tag was cleared in its namespace") {
            onHarness {
                val own = cache.namespace("own")
                for ((cleared, loads) in listOf(cache.namespace("other") to 1, own to 2)) {
                    val look = holdRead()
                    var calls = 0
                    val caller =
                        async(Dispatchers.IO) {
                            own.cached<Int>("k$loads", tags = setOf("t")) {
                                if (++calls == 1) cleared.clearByTags(setOf("t"))
                                calls
                            }
                        }
                    look.awaitArrival()
                    look.release()
                    caller.await() shouldBe 1
                    own.cached<Int>("k$loads", tags = setOf("t")) { ++calls }
                    calls shouldBe loads
                }
            }
        }

        test("what was removed in a namespace hides at once, though the store is busy") {
            onHarness {
                val own = cache.namespace("own")
                val other = cache.namespace("other")
                for (namespace in listOf(own, other)) namespace.set("k", 1, tags = setOf("t"))
                cache.evictAll()
                val held = holdUp()
                val clearing = begun { own.clearByTags(setOf("t")) }
                own.get<Int>("k") shouldBe null
                other.get<Int>("k") shouldBe 1
                held.release()
                clearing.await() shouldBe 1
                other.clearByTags(setOf("t")) shouldBe 1
            }
        }

        test("what another process removed or wrote in the file is seen in its namespace") {
            onHarness(configure = { storeDispatcher = Dispatchers.Unconfined }) {
                val own = cache.namespace("n")
                own.set("k", 1)
                elsewhere("@1:n:k", "2")
                pass(Duration.ofSeconds(1))
                own.get<Int>("k") shouldBe 2
            }
        }

        test("a cap in a cache that is opened read-only removes nothing") {
            val file = tempdir().toPath().resolve("app.db")
            BlockingCachetronaut.open(file).use { it.namespace("n").setMany(mapOf("a" to 1, "b" to 2)) }
            Cachetronaut.openReadOnly(file).use { cache ->
                val own = cache.namespace("n", maxEntries = 1)
                own.keys().toList() shouldContainExactly listOf("a", "b")
                own.cached<Int>("c") { 3 } shouldBe 3
                shouldThrow<IllegalStateException> { own.set("c", 3) }
                own.stats().misses shouldBeGreaterThan 0
            }
        }
    })
