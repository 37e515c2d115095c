package io.github.cachetronomy.examples.game

import io.github.cachetronomy.core.state.SaveState
import io.github.cachetronomy.core.state.StateStatus
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.state
import kotlinx.coroutines.runBlocking
import kotlin.io.path.Path
import kotlin.time.Duration.Companion.days

/** Plays one game after the other until there is no more input. Ended in whatever way, it goes on where it was. */
fun main(args: Array<String>) =
    runBlocking {
        Cachetronaut(Path(args[0])).use { cache ->
            // Saved after each guess, so that not even killing the program loses one that was answered long ago.
            cache.state("player1", timeToLive = 30.days, save = SaveState.ON_CHANGE) { Game() }.use { game ->
                if (game.status != StateStatus.CREATED) println("Welcome back: guess ${game.value.guesses.size + 1}.")
                println(game.value.hint())
                for (line in generateSequence(::readlnOrNull)) {
                    val number = line.trim().toIntOrNull()
                    println(if (number == null) "A number, please." else game.update { it.guess(number) }.hint())
                }
            }
        }
    }
