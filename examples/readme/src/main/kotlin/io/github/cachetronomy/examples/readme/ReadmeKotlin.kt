package io.github.cachetronomy.examples.readme

// readme:begin kotlin
import io.github.cachetronomy.coroutines.Cachetronaut
import kotlinx.serialization.Serializable
import kotlin.io.path.Path

@Serializable
data class User(
    val id: Int,
    val name: String,
)

suspend fun main(args: Array<String>) =
    Cachetronaut(Path(args[0])).use { cache ->
        val user = cache.cached("user:7") { fetchUser(7) }
        println(user)
    }

fun fetchUser(id: Int) = User(id, "Ada").also { println("loading") }
// readme:end
