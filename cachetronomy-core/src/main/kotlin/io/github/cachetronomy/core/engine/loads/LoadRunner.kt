package io.github.cachetronomy.core.engine.loads

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.reads.Flight
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Outcome
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.memory.CacheClock
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ExecutionException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** Runs loads, whoever they are for: begins them, ends them when nobody waits any more, and lands their flights. */
internal class LoadRunner(
    private val flights: Flights,
    private val scope: EngineScope,
    private val loaderDispatcher: CoroutineDispatcher?,
    private val clock: CacheClock,
    private val counters: Counters,
    private val events: EventHub,
) {
    /** Waits for somebody else's load on this thread. */
    fun await(flight: Flight): Outcome =
        try {
            flight.done.get()
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            throw CancellationException("interrupted while waiting for the load of another caller")
        } catch (impossible: ExecutionException) {
            throw impossible.cause ?: impossible
        }

    /**
     * Starts a load in the engine's scope, with everything of the leader's context but its job: it
     * goes on when the leader leaves, as long as anybody waits for one of [led] that [load] has not
     * told to have landed. What the loader asks for, it asks for as [asker].
     */
    fun takeOff(
        led: List<Flight>,
        asker: Flight,
        leader: CoroutineContext,
        load: suspend (landed: (Flight) -> Unit) -> Unit,
    ) {
        val context = leader.minusKey(Job) + LoadChain(asker) + (loaderDispatcher ?: EmptyCoroutineContext)
        val start = if (loaderDispatcher == null) CoroutineStart.UNDISPATCHED else CoroutineStart.DEFAULT
        val awaited = ConcurrentHashMap.newKeySet<Flight>().apply { addAll(led) }
        val job = Job(scope.loads.coroutineContext[Job])
        val noLongerAwaited = { flight: Flight ->
            if (awaited.remove(flight) && awaited.isEmpty()) job.cancel()
        }
        val loading =
            try {
                scope.loads.launch(context + job, start) { landingForAll(led) { load(noLongerAwaited) } }
            } catch (refused: Throwable) {
                job.cancel()
                led.forEach { land(it, Outcome.Nothing(refused)) }
                throw refused
            }
        led.forEach { flight -> flights.attach(flight) { noLongerAwaited(flight) } }
        // A refused dispatch ends the job without running it.
        loading.invokeOnCompletion { cause ->
            led.forEach { land(it, Outcome.Nothing(cause)) }
            job.complete()
        }
    }

    /** As [landing]. What the load fails with has then landed: every waiter gets it, the leader among them. */
    private inline fun landingForAll(
        led: List<Flight>,
        load: () -> Unit,
    ) {
        try {
            landing(led, blocking = false, load)
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (_: Throwable) {
            // Told.
        }
    }

    /** Runs [load] and sees to it that every flight it led has landed, whatever comes of it. */
    inline fun landing(
        led: List<Flight>,
        blocking: Boolean,
        load: () -> Unit,
    ) {
        try {
            load()
            led.forEach { land(it, Outcome.Nothing(null)) }
        } catch (failure: Throwable) {
            val interrupted = blocking && (failure is InterruptedException || Thread.currentThread().isInterrupted)
            val noResult = interrupted || failure is CancellationException
            led.forEach { land(it, if (noResult) Outcome.Nothing(failure) else Outcome.Failed(failure)) }
            throw failure
        }
    }

    /** Tells the waiters of [flight] its outcome, unless they know. */
    fun land(
        flight: Flight,
        outcome: Outcome,
    ) {
        if (!flight.done.isDone) flights.land(flight, outcome)
    }

    /** Runs a loader for [request], counts it and tells of it. */
    inline fun <R> timed(
        key: String,
        request: LoadRequest,
        load: () -> R,
    ): R {
        val began = clock.ticks()
        try {
            val value = load()
            val nanos = clock.ticks() - began
            counters.loaded(nanos)
            request.counters?.loaded(nanos)
            events.emit { CacheEvent.Loaded(key, Duration.ofNanos(nanos)) }
            return value
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (failure: Throwable) {
            val nanos = clock.ticks() - began
            counters.loadFailed(nanos)
            request.counters?.loadFailed(nanos)
            events.emit { CacheEvent.LoadFailed(key, Duration.ofNanos(nanos), failure) }
            throw failure
        }
    }
}
