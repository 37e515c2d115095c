package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.coroutines.cachetronautOn
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.plentyOfMemory
import io.github.cachetronomy.testing.FakeClock
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread

/** A cache whose time, with that of all it does by itself, passes only when it is told to. Seen through both faces. */
@OptIn(ExperimentalCoroutinesApi::class, InternalCachetronomyApi::class)
class Ticking(
    val file: Path,
    patience: Duration? = null,
) : AutoCloseable {
    val clock = FakeClock()
    val events = Events()
    private val scheduler = TestCoroutineScheduler()

    /** The Kotlin face of it. */
    val kotlin: Face

    /** The Java face of it. */
    val java: Face

    init {
        val config = EngineConfig()
        config.file = file
        config.clock = clock
        config.memoryProbe = plentyOfMemory
        config.patience = patience
        config.jobDispatcher = StandardTestDispatcher(scheduler)
        config.listeners += events
        val opened = cachetronautOn(Engines.open(config))
        kotlin = KotlinFace(opened)
        java = runCatching { JavaFace(BlockingCachetronaut.open(file)) }.onFailure { opened.close() }.getOrThrow()
    }

    /** Both faces by name. */
    val both: Map<String, Face> get() = mapOf("Kotlin" to kotlin, "Java" to java)

    /** Lets [time] pass; what is due then runs. */
    fun pass(time: Duration) {
        clock.advance(time)
        scheduler.advanceTimeBy(time.toMillis())
        scheduler.runCurrent()
    }

    /** Lets what is due end, on whatever thread, until [condition] holds. No time passes. */
    fun settle(
        what: String,
        condition: () -> Boolean,
    ) = awaitUntil(what) {
        scheduler.runCurrent()
        condition()
    }

    /** Lets seconds pass until [condition] holds: what runs on other threads may end a little later. */
    fun passUntil(
        what: String,
        condition: () -> Boolean,
    ) {
        pass(Duration.ofSeconds(5))
        awaitUntil(what) {
            condition().also { holds -> if (!holds) pass(Duration.ofMillis(500)) }
        }
    }

    override fun close() {
        // What is cancelled ends in its own time too.
        val ended = AtomicBoolean()
        val ticking = thread { awaitUntil("the cache to be closed") { ended.get().also { scheduler.runCurrent() } } }
        try {
            java.close()
            kotlin.close()
        } finally {
            ended.set(true)
            ticking.join()
        }
    }
}
