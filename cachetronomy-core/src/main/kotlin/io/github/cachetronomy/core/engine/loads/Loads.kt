package io.github.cachetronomy.core.engine.loads

import io.github.cachetronomy.core.engine.loads.LoadAnswers.Answer
import io.github.cachetronomy.core.engine.loads.LoadChain.Key.within
import io.github.cachetronomy.core.engine.reads.Flight
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Outcome
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.reads.Reading
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.tasks.awaitShared
import io.github.cachetronomy.core.engine.writes.Drafts
import kotlin.coroutines.coroutineContext

/**
 * `cached`: the value from wherever it is, loading it at most once however many ask, in whatever
 * way they ask. Each caller comes with its own loader; the one who leads uses its own.
 */
internal class Loads(
    private val flights: Flights,
    private val reader: Reader,
    private val drafts: Drafts,
    private val keeper: Keeper,
    private val scope: EngineScope,
    private val runner: LoadRunner,
    private val answers: LoadAnswers,
) {
    suspend fun cached(
        key: String,
        request: LoadRequest,
        load: suspend () -> Any?,
    ): Any? {
        drafts.check(key, request.options)
        while (true) {
            answers.inMemory(key, request)?.let { return it.value }
            val seat = flights.join(key, request.type, drafts.tagsOf(request.options), LoadChain.ofCoroutine())
            try {
                if (seat.leads) {
                    runner.takeOff(
                        listOf(seat.flight),
                        seat.flight,
                        coroutineContext,
                    ) { fly(seat.flight, request, load) }
                }
                val answer = answers.answer(seat, request, seat.flight.done.awaitShared())
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
            answers.inMemory(key, request)?.let { return it.value }
            val seat = flights.join(key, request.type, drafts.tagsOf(request.options), LoadChain.ofThread())
            try {
                val answer =
                    if (seat.leads) {
                        flyBlocking(seat.flight, request, load)
                    } else {
                        answers.answer(seat, request, runner.await(seat.flight))
                    }
                if (answer != null) return answer.value
            } finally {
                flights.leave(seat)
            }
        }
    }

    private suspend fun fly(
        flight: Flight,
        request: LoadRequest,
        load: suspend () -> Any?,
    ) {
        keeper.claiming(flight) { claim ->
            val reading = scope.onStore { look(claim, request) }
            if (reading is Reading.Found && request.accepts(reading.value)) {
                runner.land(flight, Outcome.Loaded(reading.value, reading.row))
            } else if (keeper.isLate(claim, request)) {
                runner.land(flight, Outcome.Again)
            } else {
                val value = runner.timed(flight.key, request) { load() }
                runner.land(flight, Outcome.Loaded(value, keeper.keep(value, request, claim)))
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

    /** Gives the value, or null where it has to be tried again. */
    private fun flyBlocking(
        flight: Flight,
        request: LoadRequest,
        load: () -> Any?,
    ): Answer? {
        var answer: Answer? = null
        runner.landing(listOf(flight), blocking = true) {
            keeper.claiming(flight) { claim ->
                val reading = look(claim, request)
                if (reading is Reading.Found && request.accepts(reading.value)) {
                    answer = Answer(reading.value)
                    runner.land(flight, Outcome.Loaded(reading.value, reading.row))
                } else if (keeper.isLate(claim, request)) {
                    runner.land(flight, Outcome.Again)
                } else {
                    val value = within(flight) { runner.timed(flight.key, request, load) }
                    answer = Answer(value)
                    runner.land(flight, Outcome.Loaded(value, keeper.keep(value, request, claim)))
                }
            }
        }
        return answer
    }
}
