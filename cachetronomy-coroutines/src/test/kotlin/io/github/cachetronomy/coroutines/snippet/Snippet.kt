@file:Suppress("ktlint:standard:no-wildcard-imports")

package io.github.cachetronomy.coroutines.snippet

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.coroutines.*
import kotlinx.serialization.Serializable
import java.nio.file.Path
import kotlin.time.Duration.Companion.minutes

@Serializable
data class User(
    val id: Int,
    val name: String,
)

/** Where the answers come from. */
fun interface Api {
    suspend fun fetchUser(id: Int): User
}

/** What the program has seen. */
class Answers(
    val user: User,
    val greeting: String?,
    val evictions: List<EvictionRecord>,
    val reads: List<AccessRecord>,
)

/** The program that the Kotlin face was made for. */
suspend fun run(
    file: Path,
    api: Api,
    id: Int,
): Answers {
    val cache =
        Cachetronaut(file) {
            profile("default") {
                timeToLive = 15.minutes
                maxItemsInMemory = 10_000
            }
        }
    val user: User = cache.cached<User>("user:$id", timeToLive = 5.minutes, tags = setOf("users")) { api.fetchUser(id) }
    cache.set("greeting", "hello")
    val greeting = cache.get<String>("greeting")
    cache.clearByTags(setOf("users"))
    val answers = Answers(user, greeting, cache.evictionLog.recent(20), cache.accessLog.top(10))
    cache.close()
    return answers
}

/** The same with `use`, which closes what it was given. */
suspend fun runAndClose(
    file: Path,
    api: Api,
    id: Int,
): User = Cachetronaut(file).use { cache -> cache.cached("user:$id") { api.fetchUser(id) } }
