package io.github.cachetronomy.core

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration

/** What a profile may say. */
@Tags("fast")
class ProfileSpec :
    FunSpec({
        test("a profile has the defaults that the documentation names") {
            with(Profile.named("p")) {
                timeToLive shouldBe Duration.ofHours(1)
                cleanupInterval shouldBe Duration.ofMinutes(1)
                memoryBasedEviction shouldBe true
                freeMemoryTarget shouldBe FreeMemoryTarget.megabytes(500)
                memoryCleanupInterval shouldBe Duration.ofSeconds(5)
                maxItemsInMemory shouldBe 10_000
                tags shouldBe emptySet()
            }
        }

        test("a builder that starts from a profile leaves alone what it is not told to change") {
            val profile =
                Profile
                    .Builder("p")
                    .timeToLive(Duration.ofSeconds(7))
                    .cleanupInterval(Duration.ZERO)
                    .memoryBasedEviction(false)
                    .freeMemoryTarget(FreeMemoryTarget.fraction(0.25))
                    .memoryCleanupInterval(Duration.ofSeconds(9))
                    .maxItemsInMemory(3)
                    .tags(listOf("t"))
                    .build()
            profile.toBuilder().build() shouldBe profile
            profile
                .toBuilder()
                .maxItemsInMemory(4)
                .build()
                .freeMemoryTarget shouldBe FreeMemoryTarget.fraction(0.25)
        }

        test("each setting out of its bounds is refused and named") {
            val refusals =
                listOf<Pair<String, Profile.Builder.() -> Unit>>(
                    "time to live" to { timeToLive(Duration.ZERO) },
                    "time to live" to { timeToLive(Duration.ofSeconds(-1)) },
                    "time to live" to { timeToLive(Duration.ofMillis(1500)) },
                    "cleanup interval" to { cleanupInterval(Duration.ofSeconds(-1)) },
                    "cleanup interval" to { cleanupInterval(Duration.ofMillis(1)) },
                    "memory cleanup interval" to { memoryCleanupInterval(Duration.ofSeconds(-1)) },
                    "maxItemsInMemory" to { maxItemsInMemory(-1) },
                )
            for ((field, refused) in refusals) {
                withClue(field) {
                    val refusal = shouldThrow<IllegalArgumentException> { Profile.Builder("p").refused() }
                    refusal.message shouldContain field
                }
            }
            shouldThrow<IllegalArgumentException> { Profile.named("") }.message shouldContain "name"
        }

        test("a target for free memory is a fraction, or more than a megabyte") {
            for (fraction in listOf(-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY)) {
                shouldThrow<IllegalArgumentException> { FreeMemoryTarget.fraction(fraction) }
            }
            shouldThrow<IllegalArgumentException> { FreeMemoryTarget.megabytes(-1) }
            shouldThrow<IllegalArgumentException> { FreeMemoryTarget.megabytes(1) }
            FreeMemoryTarget.megabytes(0).of(total = 100) shouldBe 0
            FreeMemoryTarget.megabytes(2).of(total = 100) shouldBe 2_097_152
            FreeMemoryTarget.fraction(0.25).of(total = 100) shouldBe 25
        }
    })
