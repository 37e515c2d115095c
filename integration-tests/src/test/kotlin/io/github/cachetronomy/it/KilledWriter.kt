package io.github.cachetronomy.it

import io.github.cachetronomy.coroutines.Cachetronaut
import kotlinx.coroutines.runBlocking
import kotlin.io.path.Path
import kotlin.random.Random

/**
 * Writes and deletes until it is killed. Each change is printed before it is made (`? KEY VALUE`) and
 * once it is acknowledged (`! KEY VALUE`), with the value `-` for a removal. A line ends in ` .`, so
 * that one cut off by the kill is known for it.
 */
fun main(args: Array<String>) {
    val random = Random(args[1].toInt())
    val cache = Cachetronaut(Path(args[0]))
    var count = args[1].toLong() * 1_000_000
    runBlocking {
        while (true) {
            val key = "key-${random.nextInt(50)}"
            val value = if (random.nextInt(5) == 0) REMOVED else "value#${count++}"
            println("? $key $value .")
            if (value == REMOVED) cache.delete(key) else cache.set(key, value)
            println("! $key $value .")
        }
    }
}

/** The value that stands for a removal. */
const val REMOVED: String = "-"
