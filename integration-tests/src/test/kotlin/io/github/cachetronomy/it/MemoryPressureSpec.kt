package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheHealth.Status
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.spi.MemoryProbe
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.doors.Driven
import io.github.cachetronomy.it.doors.doors
import io.github.cachetronomy.it.doors.shouldHit
import io.github.cachetronomy.testing.ScriptedMemoryProbe
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.util.concurrent.CountDownLatch

private const val GIGABYTE = 1_073_741_824L

private val waysToTurnItOff: Map<String, Profile.Builder.() -> Unit> =
    mapOf(
        "memory-based eviction is off" to { memoryBasedEviction(false) },
        "the interval is zero" to { memoryCleanupInterval(Duration.ZERO) },
        "the target is zero" to { freeMemoryTarget(FreeMemoryTarget.fraction(0.0)) },
    )

/** When less memory is free than the profile asks for, memory gives entries up; the file keeps them. */
@Tags("fast")
class MemoryPressureSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        for ((door, open) in doors) {
            fun test(
                title: String,
                probe: MemoryProbe,
                profile: Profile.Builder.() -> Unit = {},
                test: Driven.() -> Unit,
            ) = test("$door: $title") {
                val settings = Profile.Builder(Profile.DEFAULT).apply(profile).build()
                Driven(open, folder.resolve("pressure-${files++}.db"), store = null, retention = null, quota = null) {
                    memoryProbe = probe
                    this.profile = settings
                }.use(test)
            }

            val shortByThree = ScriptedMemoryProbe(0, 0, 0, GIGABYTE)
            test("the least read go until enough is free, and come from the file again", shortByThree) {
                for (key in listOf("hot", "warm", "cold", "colder", "coldest")) cache.set(key, key)
                repeat(4) { cache.get("hot") }
                repeat(3) { cache.get("warm") }
                repeat(2) { cache.get("cold") }
                cache.get("colder")
                pass(Duration.ofSeconds(5))
                cache.keys(Tier.MEMORY) shouldContainExactlyInAnyOrder listOf("hot", "warm")
                cache.stats().evictionsByCause shouldBe mapOf(EvictionCause.SIZE to 3)
                cache.flush()
                cache.evictionLog().map { it.key to it.reads }.reversed() shouldContainExactly
                    listOf("coldest" to 0L, "colder" to 1L, "cold" to 2L)
                cache.evictionLog().map { it.reason }.toSet() shouldBe setOf("memory_eviction")
                cache.find("coldest").shouldHit().run {
                    value shouldBe "coldest"
                    source shouldBe Tier.STORE
                }
                cache.find("hot").shouldHit().source shouldBe Tier.MEMORY
            }

            val shortForLong = ScriptedMemoryProbe(GIGABYTE, 0, 0, 0, 0, GIGABYTE)
            test("while it lasts, the cache is not well, and says so", shortForLong) {
                cache.set("k", "v")
                pass(Duration.ofSeconds(5))
                cache.health().status shouldBe Status.HEALTHY
                pass(Duration.ofSeconds(5))
                cache.health().status shouldBe Status.DEGRADED
                cache.health().causes.single() shouldContain "memory"
                cache.keys(Tier.MEMORY).shouldBeEmpty()
                cache.get("k") shouldBe "v"
                repeat(4) { pass(Duration.ofSeconds(5)) }
                cache.health().status shouldBe Status.HEALTHY
                cache.get("k") shouldBe "v"
                cache.keys(Tier.MEMORY) shouldContainExactly listOf("k")
            }

            for ((off, profile) in waysToTurnItOff) {
                val probe = ScriptedMemoryProbe(0)
                test("where $off, nothing is measured and nothing goes", probe, profile) {
                    cache.set("k", "v")
                    repeat(10) { pass(Duration.ofMinutes(1)) }
                    probe.timesAsked shouldBe 0
                    cache.keys(Tier.MEMORY) shouldContainExactly listOf("k")
                    cache.health().status shouldBe Status.HEALTHY
                }
            }

            val counted = ScriptedMemoryProbe(GIGABYTE)
            test("it is measured as often as the profile says, and not at opening", counted, {
                memoryCleanupInterval(Duration.ofSeconds(60))
            }) {
                pass(Duration.ofSeconds(59))
                counted.timesAsked shouldBe 0
                pass(Duration.ofSeconds(1))
                counted.timesAsked shouldBe 1
                pass(Duration.ofSeconds(180))
                counted.timesAsked shouldBe 4
            }

            val aboutHalf = ScriptedMemoryProbe(GIGABYTE, GIGABYTE / 2, GIGABYTE / 2 - 1, GIGABYTE)
            test("a fraction is one of the probe's total", aboutHalf, {
                freeMemoryTarget(FreeMemoryTarget.fraction(0.5))
            }) {
                cache.set("k", "v")
                repeat(2) { pass(Duration.ofSeconds(5)) }
                cache.keys(Tier.MEMORY) shouldContainExactly listOf("k")
                pass(Duration.ofSeconds(5))
                cache.keys(Tier.MEMORY).shouldBeEmpty()
            }

            val broken = FailingProbe()
            test("a probe that fails is told of, and harms nothing", broken) {
                cache.set("k", "v")
                repeat(3) { pass(Duration.ofSeconds(5)) }
                cache.health().causes.single() shouldContain "cannot be measured"
                cache.keys(Tier.MEMORY) shouldContainExactly listOf("k")
                broken.fails = false
                pass(Duration.ofSeconds(5))
                cache.health().status shouldBe Status.HEALTHY
            }
        }

        val everySecond = Profile.Builder(Profile.DEFAULT).memoryCleanupInterval(Duration.ofSeconds(1)).build()

        test("the probe given to Kotlin's builder is the one that is asked") {
            val probe = AwaitedProbe()
            Cachetronaut(folder.resolve("asked-kotlin.db")) {
                memoryProbe = probe
                profile(Profile.DEFAULT) { memoryCleanupInterval = kotlin.time.Duration.parse("1s") }
            }.use { probe.asked.awaitSoon() }
        }

        test("the probe given to Java's builder is the one that is asked") {
            val probe = AwaitedProbe()
            val builder = BlockingCachetronaut.builder(folder.resolve("asked-java.db"))
            builder
                .memoryProbe(probe)
                .profile(everySecond)
                .build()
                .use { probe.asked.awaitSoon() }
        }
    })

/** Has plenty left, or fails in saying so. */
private class FailingProbe : MemoryProbe {
    @Volatile
    var fails = true

    override fun availableBytes(): Long = if (fails) throw UnsatisfiedLinkError("no such library") else GIGABYTE

    override fun totalBytes(): Long = GIGABYTE
}

/** Has plenty left, and tells that it was asked. */
private class AwaitedProbe : MemoryProbe {
    val asked = CountDownLatch(1)

    override fun availableBytes(): Long = GIGABYTE.also { asked.countDown() }

    override fun totalBytes(): Long = GIGABYTE
}
