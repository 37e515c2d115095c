package io.github.cachetronomy.core.engine.store

import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.Suspicion
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.time.Duration

/** Somebody else holds the file at the moment at which it is opened, as one who makes it at the same time does. */
@Tags("fast")
class BusyOpeningSpec :
    FunSpec({
        fun slot(
            opener: StoreOpener,
            health: HealthBoard,
            patience: Duration,
            requireStore: Boolean = false,
        ) = StoreSlot(opener, health, EventHub(), requireStore, patience) { HeapStore(1, standIn = true) }

        test("what is held for a moment is waited for") {
            val health = HealthBoard(EventHub())
            val opener = HeldOpener(times = 3)
            slot(opener, health, Duration.ofMinutes(1)).use { it.substituted.shouldBeFalse() }
            opener.attempts shouldBe 4
            health.health.causes.shouldBeEmpty()
        }

        test("what is held for longer than anybody wants to wait is not there") {
            val held = HeldOpener(times = Int.MAX_VALUE)
            slot(held, HealthBoard(EventHub()), Duration.ofMillis(1)).use { it.substituted.shouldBeTrue() }
            shouldThrow<StoreUnavailableException> {
                slot(held, HealthBoard(EventHub()), Duration.ofMillis(1), requireStore = true)
            }
        }

        test("what cannot be opened at all is not waited for") {
            val broken = HeldOpener(times = Int.MAX_VALUE, Kind.UNAVAILABLE)
            slot(broken, HealthBoard(EventHub()), Duration.ofMinutes(1)).use { it.substituted.shouldBeTrue() }
            broken.attempts shouldBe 1
        }

        test("who is interrupted does not wait") {
            val held = HeldOpener(times = Int.MAX_VALUE)
            Thread.currentThread().interrupt()
            slot(held, HealthBoard(EventHub()), Duration.ofMinutes(1)).use { it.substituted.shouldBeTrue() }
            Thread.interrupted().shouldBeTrue()
        }
    })

/** Opens at last, after so many times. */
private class HeldOpener(
    private val times: Int,
    private val kind: Kind = Kind.BUSY,
) : StoreOpener {
    var attempts = 0
        private set

    override val name: String get() = "the held store"

    override fun open(
        suspicion: Suspicion?,
        setAside: (String, String) -> Unit,
    ): StoreBackend {
        if (attempts++ < times) throw StoreFaultException(kind, "somebody else has it")
        return HeapStore(1)
    }
}
