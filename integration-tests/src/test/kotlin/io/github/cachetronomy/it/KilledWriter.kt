package io.github.cachetronomy.it

import io.github.cachetronomy.coroutines.Cachetronaut
import kotlinx.coroutines.runBlocking
import kotlin.io.path.Path
import kotlin.random.Random

/**
 * Writes and deletes until it is killed, and prints each change once it is acknowledged:
 * `+ KEY VALUE` and `- KEY`.
 */
fun main(args: Array<String>) {
    val random = Random(args[1].toInt())
    val cache = Cachetronaut(Path(args[0]))
    var count = args[1].toLong() * 1_000_000
    runBlocking {
        while (true) {
            val key = "key-${random.nextInt(50)}"
            if (random.nextInt(5) == 0) {
                // Named first, so that a delete caught in the act is known for one.
                cache.set("deleting", key)
                cache.delete(key)
                println("- $key")
            } else {
                val value = "value#${count++};"
                cache.set(key, value)
                println("+ $key $value")
            }
        }
    }
}
