package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.LoadChain.Key.within
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.Unreadable
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
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
import kotlin.coroutines.coroutineContext

/** What a caller of `cached` asks for. */
@InternalCachetronomyApi
public class LoadRequest(
    /** The type of the value. */
    public val type: ValueType,
    /** How a loaded value is written; the version also counts on reading. */
    public val options: EntryOptions,
    /** Whether a cached null is an answer. */
    public val nullable: Boolean,
) {
    internal val wanted = Wanted(type, options.version)

    internal fun accepts(value: Any?): Boolean = value != null || nullable
}

/**
 * `cached`: the value from wherever it is, loading it at most once however many ask, in whatever
 * way they ask. Each caller comes with its own loader; the one who leads uses its own.
 */
internal class Loads(
    private val flights: Flights,
    private val reader: Reader,
    private val drafts: Drafts,
    private val keeper: Keeper,
    private val codec: Codec,
    private val scope: EngineScope,
    private val loaderDispatcher: CoroutineDispatcher?,
    private val clock: CacheClock,
    private val counters: Counters,
    private val events: EventHub,
) {
    suspend fun cached(
        key: String,
        request: LoadRequest,
        load: suspend () -> Any?,
    ): Any? {
        drafts.check(key, request.options)
        while (true) {
            inMemory(key, request)?.let { return it.value }
            val seat = flights.join(key, request.type, drafts.tagsOf(request.options), LoadChain.ofCoroutine())
            try {
                if (seat.leads) {
                    takeOff(
                        listOf(seat.flight),
                        seat.flight,
                        coroutineContext,
                    ) { fly(seat.flight, request, load) }
                }
                val answer = answer(seat, request, seat.flight.done.awaitShared())
                if (answer != null) return answer.value
            } finally {
                flights.leave(seat)
            }
        }
    }

    fun cachedBlocking(
        key: String,
        request: LoadRequest,
        load: () -> Any?,
    ): Any? {
        drafts.check(key, request.options)
        while (true) {
            inMemory(key, request)?.let { return it.value }
            val seat = flights.join(key, request.type, drafts.tagsOf(request.options), LoadChain.ofThread())
            try {
                if (seat.leads) return flyBlocking(seat.flight, request, load)
                val answer = answer(seat, request, await(seat.flight))
                if (answer != null) return answer.value
            } finally {
                flights.leave(seat)
            }
        }
    }

    suspend fun cachedMany(
        keys: Collection<String>,
        request: LoadRequest,
        load: suspend (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        val trip = Trip(keys, request)
        while (!trip.isOver) {
            trip.board(LoadChain.ofCoroutine())
            try {
                trip.round?.let { round ->
                    takeOff(round.flights, round.group, coroutineContext) { landed ->
                        round.claiming {
                            scope.onStore { round.start(reader.readAll(round.keys, request.wanted)).forEach(landed) }
                            if (round.toLoad.isNotEmpty()) round.finish(timed(round.name) { load(round.toLoad) })
                        }
                    }
                }
                trip.seats().forEach { trip.take(it, it.flight.done.awaitShared()) }
            } finally {
                trip.end()
            }
        }
        return trip.result()
    }

    fun cachedManyBlocking(
        keys: Collection<String>,
        request: LoadRequest,
        load: (Set<String>) -> Map<String, Any?>,
    ): Map<String, Any?> {
        val trip = Trip(keys, request)
        while (!trip.isOver) {
            trip.board(LoadChain.ofThread())
            try {
                trip.round?.let { round ->
                    landing(round.flights, blocking = true) {
                        round.claiming {
                            round.start(reader.readAll(round.keys, request.wanted))
                            if (round.toLoad.isNotEmpty()) {
                                round.finish(within(round.group) { timed(round.name) { load(round.toLoad) } })
                            }
                        }
                    }
                }
                trip.seats().forEach { trip.take(it, await(it.flight)) }
            } finally {
                trip.end()
            }
        }
        return trip.result()
    }

    private class Answer(
        val value: Any?,
    )

    private fun inMemory(
        key: String,
        request: LoadRequest,
    ): Answer? {
        val found = reader.inMemory(key, request.wanted) ?: return null
        return if (request.accepts(found.value)) Answer(found.value) else null
    }

    /** What the outcome is to this caller, or null when it has to try again. */
    private fun answer(
        seat: Seat,
        request: LoadRequest,
        outcome: Outcome,
    ): Answer? =
        when (outcome) {
            is Outcome.Failed -> {
                throw outcome.failure
            }

            is Outcome.Nothing -> {
                if (seat.leads) throw outcome.failure ?: CancellationException("the load was cancelled")
                null
            }

            is Outcome.Loaded -> {
                accepted(seat, request, outcome)
            }
        }

    private fun accepted(
        seat: Seat,
        request: LoadRequest,
        loaded: Outcome.Loaded,
    ): Answer? {
        // Its own loader's value is the leader's whatever it looks like.
        if (seat.leads) return Answer(loaded.value)
        val row = loaded.row
        if (request.options.version != null && request.options.version != row?.version) return null
        if (seat.flight.type == request.type) return Answer(loaded.value).takeIf { request.accepts(it.value) }
        return try {
            row?.let { Answer(codec.decode(it, request.type)) }?.takeIf { request.accepts(it.value) }
        } catch (_: Unreadable) {
            null
        }
    }

    private fun await(flight: Flight): Outcome =
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
    private fun takeOff(
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
    private inline fun landing(
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

    private fun land(
        flight: Flight,
        outcome: Outcome,
    ) {
        if (!flight.done.isDone) flights.land(flight, outcome)
    }

    private suspend fun fly(
        flight: Flight,
        request: LoadRequest,
        load: suspend () -> Any?,
    ) {
        keeper.claiming(flight) { claim ->
            val reading = scope.onStore { look(claim, request) }
            if (reading is Reading.Found && request.accepts(reading.value)) {
                land(flight, Outcome.Loaded(reading.value, reading.row))
            } else {
                val value = timed(flight.key) { load() }
                land(flight, Outcome.Loaded(value, keeper.keep(value, request, claim)))
            }
        }
    }

    /** The last look before loading, and what has to be known then to judge later whether the result is still wanted. */
    private fun look(
        claim: Claimed,
        request: LoadRequest,
    ): Reading {
        val reading = reader.read(claim.key, request.wanted)
        if (reading is Reading.Missed) {
            claim.mark = reader.removalMark()
            claim.seen = reading.row
        }
        return reading
    }

    private fun flyBlocking(
        flight: Flight,
        request: LoadRequest,
        load: () -> Any?,
    ): Any? {
        var value: Any? = null
        landing(listOf(flight), blocking = true) {
            keeper.claiming(flight) { claim ->
                val reading = look(claim, request)
                if (reading is Reading.Found && request.accepts(reading.value)) {
                    value = reading.value
                    land(flight, Outcome.Loaded(value, reading.row))
                } else {
                    value = within(flight) { timed(flight.key, load) }
                    land(flight, Outcome.Loaded(value, keeper.keep(value, request, claim)))
                }
            }
        }
        return value
    }

    private inline fun <R> timed(
        key: String,
        load: () -> R,
    ): R {
        val began = clock.ticks()
        try {
            val value = load()
            val nanos = clock.ticks() - began
            counters.loaded(nanos)
            events.emit { CacheEvent.Loaded(key, Duration.ofNanos(nanos)) }
            return value
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (failure: Throwable) {
            val nanos = clock.ticks() - began
            counters.loadFailed(nanos)
            events.emit { CacheEvent.LoadFailed(key, Duration.ofNanos(nanos), failure) }
            throw failure
        }
    }

    /** One call of `cachedMany`: which keys are still open, which of them it loads itself, which others load. */
    private inner class Trip(
        keys: Collection<String>,
        private val request: LoadRequest,
    ) {
        private val order = LinkedHashSet(keys)
        private val open = LinkedHashSet<String>()
        private val values = HashMap<String, Any?>()
        private var led = emptyList<Seat>()
        private var joined = emptyList<Seat>()

        /** What this call loads itself at the moment. */
        var round: Round? = null
            private set

        val isOver: Boolean get() = open.isEmpty()

        init {
            for (key in order) {
                drafts.check(key, request.options)
                inMemory(key, request)?.let { values[key] = it.value } ?: open.add(key)
            }
        }

        fun seats(): List<Seat> = led + joined

        /** Takes the lead for every open key that nobody loads, and a seat on the flights of the others. */
        fun board(parent: Flight?) {
            val tags = drafts.tagsOf(request.options)
            val own = ArrayList<Seat>()
            val others = ArrayList<Seat>()
            try {
                for (key in open) {
                    val seat = flights.join(key, request.type, tags, parent)
                    if (seat.leads) own += seat else others += seat
                }
            } catch (refused: RuntimeException) {
                own.forEach { land(it.flight, Outcome.Nothing(null)) }
                (own + others).forEach(flights::leave)
                throw refused
            }
            led = own
            joined = others
            round = if (own.isEmpty()) null else Round(own.map(Seat::flight), request)
        }

        /** Leaves the flights of this round. A load of ours may go on for others. */
        fun end() = seats().forEach(flights::leave)

        fun take(
            seat: Seat,
            outcome: Outcome,
        ) {
            val key = seat.flight.key
            if (seat.leads && outcome is Outcome.Nothing && outcome.failure == null) {
                open -= key
                return
            }
            answer(seat, request, outcome)?.let {
                values[key] = it.value
                open -= key
            }
        }

        /** In the order of the keys asked for, without those that the loader left out. */
        fun result(): Map<String, Any?> =
            order.filter(values::containsKey).associateWithTo(LinkedHashMap()) { values[it] }
    }

    /** What one call of a loader of many is about. It may outlive the [Trip] it began with. */
    private inner class Round(
        val flights: List<Flight>,
        private val request: LoadRequest,
    ) {
        val keys: List<String> = flights.map(Flight::key)

        /** As what the loader asks for other keys. */
        val group: Flight = this@Loads.flights.group(flights)

        var toLoad: Set<String> = emptySet()
            private set

        val name: String get() = toLoad.first()

        private val claims = LinkedHashMap<String, Claimed>()

        /** Holds the claims on the keys for as long as the load runs. */
        inline fun claiming(load: () -> Unit) {
            flights.associateTo(claims) { it.key to keeper.claim(it) }
            try {
                load()
            } finally {
                claims.values.forEach(keeper::release)
                this@Loads.flights.dissolve(group, flights)
            }
        }

        /** Lands what the store had, and returns it; the rest is to be loaded. */
        fun start(readings: Map<String, Reading>): List<Flight> {
            val mark = reader.removalMark()
            val missing = LinkedHashSet<String>()
            val found = ArrayList<Flight>()
            for (flight in flights) {
                val reading = readings[flight.key]
                if (reading is Reading.Found && request.accepts(reading.value)) {
                    land(flight, Outcome.Loaded(reading.value, reading.row))
                    found += flight
                } else {
                    missing += flight.key
                    val claimed = claims.getValue(flight.key)
                    claimed.mark = mark
                    claimed.seen = (reading as? Reading.Missed)?.row
                }
            }
            toLoad = missing
            return found
        }

        /** Keeps what was loaded. A key that the loader left out has no value for us, and none for others. */
        fun finish(loaded: Map<String, Any?>) {
            val rows = keeper.keepAll(loaded.filterKeys(toLoad::contains), request, claims)
            for (flight in flights) {
                val key = flight.key
                if (key !in toLoad) continue
                val outcome = if (key in loaded) Outcome.Loaded(loaded[key], rows[key]) else Outcome.Nothing(null)
                land(flight, outcome)
            }
        }
    }
}
