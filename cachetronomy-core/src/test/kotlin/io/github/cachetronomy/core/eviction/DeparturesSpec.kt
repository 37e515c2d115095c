package io.github.cachetronomy.core.eviction

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.memory.GivenClock
import io.github.cachetronomy.core.spi.StoredEntry
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.time.InstantSource

/** What waits for the eviction log while its writer cannot keep up. */
@Tags("fast")
class DeparturesSpec :
    FunSpec({
        fun departures() = Departures(GivenClock(InstantSource.fixed(Instant.EPOCH)) { 0L }, { "p" }) { _, _, _ -> }

        fun Departures.leave(keys: IntRange) =
            keys.forEach { leftStore("k$it", EvictionCause.DELETED, StoredEntry.NEVER) }

        test("it is bounded, and the oldest go") {
            val departures = departures()
            departures.leave(1..MOST + 2)
            val waiting = departures.take()
            waiting.size shouldBe MOST
            waiting.first().key shouldBe "k3"
            waiting.last().key shouldBe "k${MOST + 2}"
            departures.take().shouldBeEmpty()
        }

        test("what is given back stands before what came meanwhile") {
            val departures = departures()
            departures.leave(1..3)
            val refused = departures.take()
            departures.leave(4..5)
            departures.giveBack(refused)
            departures.take().map { it.key } shouldContainExactly (1..5).map { "k$it" }
        }

        test("what is given back takes nobody's place, and its newest come first") {
            val departures = departures()
            departures.leave(1..3)
            val refused = departures.take()
            departures.leave(4..MOST + 2)
            departures.giveBack(refused)
            val waiting = departures.take()
            waiting.size shouldBe MOST
            waiting.first().key shouldBe "k3"
        }
    })

private const val MOST = 100_000
