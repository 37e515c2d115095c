package io.github.cachetronomy.examples.readme

import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.state.SaveState
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.state
import kotlinx.serialization.Serializable
import kotlin.io.path.Path
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.minutes

@Serializable
data class Game(
    val score: Int = 0,
)

/** What else the README shows in Kotlin. */
suspend fun main(args: Array<String>) =
    Cachetronaut(Path(args[0])).use { cache ->
        // readme:begin kotlin-more
        cache.set("greeting", "hello", timeToLive = 5.minutes, tags = setOf("texts"))
        val greeting: String? = cache.get("greeting")
        val visits = cache.increment("visits")
        val users =
            cache.cachedMany(listOf("user:7", "user:8")) { missing ->
                missing.associateWith { key -> User(key.removePrefix("user:").toInt(), "Ada") }
            }
        val removed = cache.clearByTags(setOf("texts"))

        when (val found = cache.find<String>("greeting")) {
            is Lookup.Hit -> println("${found.value}, from ${found.source}")
            is Lookup.Miss -> println("nothing: ${found.reason}")
        }
        // readme:end
        // readme:begin kotlin-state
        val game = cache.state<Game>("player1", timeToLive = 30.days, save = SaveState.ON_CLOSE) { Game() }
        game.update { it.copy(score = it.score + 1) }
        game.close()
        // readme:end
        println("$greeting, visit $visits, ${users.size} users, $removed removed")
    }
