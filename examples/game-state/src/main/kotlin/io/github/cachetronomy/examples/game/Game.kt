package io.github.cachetronomy.examples.game

import kotlinx.serialization.Serializable
import kotlin.random.Random

/** A number to be guessed, and what was guessed so far. Immutable: each move gives another game. */
@Serializable
data class Game(
    val secret: Int = Random.nextInt(1, MOST + 1),
    val guesses: List<Int> = emptyList(),
    /** How many guesses each of the games before took. */
    val won: List<Int> = emptyList(),
) {
    val isWon: Boolean get() = guesses.lastOrNull() == secret

    fun guess(number: Int): Game =
        (if (isWon) Game(won = won) else this).run { copy(guesses = guesses + number).scored() }

    /** What the last guess was like. */
    fun hint(): String =
        when {
            guesses.isEmpty() -> "I have a number from 1 to $MOST in mind."
            isWon -> "Right, after ${guesses.size}. Won so far: ${won.size}, the best with ${won.min()}."
            guesses.last() < secret -> "${guesses.last()} is too small."
            else -> "${guesses.last()} is too large."
        }

    private fun scored() = if (isWon) copy(won = won + guesses.size) else this

    companion object {
        const val MOST = 100
    }
}
