package io.github.cachetronomy.core.engine.loads

import io.github.cachetronomy.core.engine.reads.LoadRequest
import io.github.cachetronomy.core.engine.reads.Outcome
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.reads.Seat
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.Unreadable
import java.util.concurrent.CancellationException

/** What memory, or the outcome of somebody's load, is to one caller of `cached`. */
internal class LoadAnswers(
    private val reader: Reader,
    private val codec: Codec,
) {
    /** A value, which may be null. */
    class Answer(
        val value: Any?,
    )

    fun inMemory(
        key: String,
        request: LoadRequest,
    ): Answer? {
        val found = reader.inMemory(key, request.wanted) ?: return null
        return if (request.accepts(found.value)) Answer(found.value) else null
    }

    /** What the outcome is to this caller, or null when it has to try again. */
    fun answer(
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

            is Outcome.Again -> {
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
}
