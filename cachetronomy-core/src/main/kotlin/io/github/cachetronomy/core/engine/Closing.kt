package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.Endings
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryTier
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util.concurrent.ExecutionException
import java.util.concurrent.Future
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean

/** Ends an engine: what waits is answered, what is queued is written, and nothing of it takes for ever. */
internal class Closing(
    private val closed: AtomicBoolean,
    private val flights: Flights,
    private val scope: EngineScope,
    private val logs: LogBook,
    private val queue: WriteQueue,
    private val slot: StoreSlot,
    private val memory: MemoryTier,
    private val hub: EventHub,
    private val clock: CacheClock,
    private val policy: WritePolicy,
    private val endings: Endings,
) {
    /**
     * Begins what [owner] left to be done, and waits for it until [deadline] in ticks of the clock; what everybody left
     * where the owner is null.
     */
    fun finish(
        owner: Any?,
        deadline: Long,
    ) {
        for (ending in endings.begin(owner)) if (!awaitQuietly(ending, deadline)) incomplete("saving a state")
    }

    /** When whoever begins to close now has waited long enough, in ticks of the clock. */
    fun deadline(): Long = clock.ticks() + PATIENCE.toNanos()

    /**
     * Finishes what was left to be done, cancels the loads, writes what is queued, ends the jobs, and closes the store;
     * gives up waiting for any of it at [deadline]. Does nothing the second time.
     */
    fun close(deadline: Long) {
        if (!closed.get()) finish(owner = null, deadline)
        if (!closed.compareAndSet(false, true)) return
        flights.close()
        scope.cancelLoads()
        scope.cancelJobs()
        if (!policy.isReadOnly && !drained(deadline)) incomplete("the write queue")
        if (queue.owesRemovals) incomplete("removals that the store did not take: what was removed may be back")
        if (!scope.close(deadline)) incomplete("a task of the cache")
        queue.close()
        closeStore(deadline)
        memory.clear()
        hub.close()
    }

    private fun drained(deadline: Long): Boolean {
        val last = logs.barrier()
        queue.kick()
        return awaitQuietly(last.done, deadline)
    }

    /** On a thread of its own: a store that is stuck in a transaction cannot be closed before that ends. */
    private fun closeStore(deadline: Long) {
        val closing = FutureTask { slot.close() }
        val thread = Thread(closing, "cachetronomy-close")
        thread.isDaemon = true
        thread.start()
        if (!awaitQuietly(closing, deadline + GRACE.toNanos())) incomplete("the store")
    }

    private fun incomplete(what: String) {
        log.warn("closing gave up: {}", what)
        hub.emit { CacheEvent.CloseIncomplete(what) }
    }

    private fun awaitQuietly(
        work: Future<*>,
        deadline: Long,
    ): Boolean {
        var interrupted = false
        try {
            while (true) {
                try {
                    work.get(deadline - clock.ticks(), TimeUnit.NANOSECONDS)
                    return true
                } catch (_: InterruptedException) {
                    interrupted = true
                } catch (_: TimeoutException) {
                    return false
                } catch (failure: ExecutionException) {
                    log.warn("closing failed", failure.cause)
                    return false
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt()
        }
    }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
        val PATIENCE: Duration = Duration.ofSeconds(5)

        /** Closing the file moves the log into it, which is worth a moment even when time is up. */
        val GRACE: Duration = Duration.ofMillis(500)
    }
}
