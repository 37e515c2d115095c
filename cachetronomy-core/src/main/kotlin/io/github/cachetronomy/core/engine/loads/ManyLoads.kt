package io.github.cachetronomy.core.engine.loads

import io.github.cachetronomy.core.engine.loads.LoadChain.Key.within
import io.github.cachetronomy.core.engine.reads.Flight
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Outcome
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.reads.Reading
import io.github.cachetronomy.core.engine.reads.Seat
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.tasks.awaitShared
import io.github.cachetronomy.core.engine.writes.Drafts
import kotlin.coroutines.coroutineContext

/**
 * `cachedMany`: one call of a loader for all keys that nobody has and nobody else loads. Each key is a
 * flight of its own, so that callers of single keys and of other sets share it.
 */
internal class ManyLoads(
    private val flights: Flights,
    private val reader: Reader,
    private val drafts: Drafts,
    private val keeper: Keeper,
    private val scope: EngineScope,
    private val runner: LoadRunner,
    private val answers: LoadAnswers,
) {
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
                    runner.takeOff(round.flights, round.group, coroutineContext) { landed ->
                        round.claiming {
                            scope.onStore { round.start(reader.readAll(round.keys, request.wanted)).forEach(landed) }
                            if (round.toLoad.isNotEmpty()) {
                                round.finish(runner.timed(round.name, request) { load(round.toLoad) })
                            }
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
                    runner.landing(round.flights, blocking = true) {
                        round.claiming {
                            round.start(reader.readAll(round.keys, request.wanted))
                            if (round.toLoad.isNotEmpty()) {
                                round.finish(
                                    within(round.group) { runner.timed(round.name, request) { load(round.toLoad) } },
                                )
                            }
                        }
                    }
                }
                trip.seats().forEach { trip.take(it, runner.await(it.flight)) }
            } finally {
                trip.end()
            }
        }
        return trip.result()
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
                answers.inMemory(key, request)?.let { values[key] = it.value } ?: open.add(key)
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
                own.forEach { runner.land(it.flight, Outcome.Nothing(null)) }
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
            answers.answer(seat, request, outcome)?.let {
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
        val group: Flight = this@ManyLoads.flights.group(flights)

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
                this@ManyLoads.flights.dissolve(group, flights)
            }
        }

        /** Lands what the store had, and what has to be looked for again, and returns both; the rest is to be loaded. */
        fun start(readings: Map<String, Reading>): List<Flight> {
            val mark = reader.removalMark()
            val missing = LinkedHashSet<String>()
            val landed = ArrayList<Flight>()
            for (flight in flights) {
                val reading = readings[flight.key]
                val claimed = claims.getValue(flight.key)
                if (reading is Reading.Found && request.accepts(reading.value)) {
                    runner.land(flight, Outcome.Loaded(reading.value, reading.row))
                    landed += flight
                } else if (keeper.isLate(claimed, request)) {
                    runner.land(flight, Outcome.Again)
                    landed += flight
                } else {
                    missing += flight.key
                    claimed.mark = mark
                    claimed.seen = (reading as? Reading.Missed)?.row
                }
            }
            toLoad = missing
            return landed
        }

        /** Keeps what was loaded. A key that the loader left out has no value for us, and none for others. */
        fun finish(loaded: Map<String, Any?>) {
            val rows = keeper.keepAll(loaded.filterKeys(toLoad::contains), request, claims)
            for (flight in flights) {
                val key = flight.key
                if (key !in toLoad) continue
                val outcome = if (key in loaded) Outcome.Loaded(loaded[key], rows[key]) else Outcome.Nothing(null)
                runner.land(flight, outcome)
            }
        }
    }
}
