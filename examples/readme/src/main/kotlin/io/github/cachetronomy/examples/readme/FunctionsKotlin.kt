package io.github.cachetronomy.examples.readme

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.memoize
import kotlin.io.path.Path
import kotlin.time.Duration.Companion.minutes

/** What the README shows of functions in Kotlin. */
suspend fun main(args: Array<String>) =
    Cachetronaut(Path(args[0])).use { cache ->
        // readme:begin kotlin-functions
        val user = cache.memoize("user", timeToLive = 5.minutes) { id: Int -> fetchUser(id) }
        println(user(7))
        println(user.stats())
        // readme:end
    }
