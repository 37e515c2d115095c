package io.github.cachetronomy.it.faults

import io.github.cachetronomy.testing.FakeClock
import java.nio.file.Path
import java.time.Instant
import kotlin.time.Duration.Companion.minutes

/**
 * A process that has a cache open and does as it is told, one line a task, one line an answer. The
 * arguments are the face, the file and the time at which its clock stands.
 *
 * Tasks with a number do something to the keys `PREFIX-0` up to that number, and answer with a 1 for
 * each time it was done and a 0 for each time it was not.
 */
object CacheWorker {
    @JvmStatic
    fun main(args: Array<String>) {
        val (face, file, time) = args
        val wishes = Wishes(FakeClock(Instant.parse(time)), patience = 2.minutes)
        faces.getValue(face)(Path.of(file), wishes).use { cache ->
            println("open")
            generateSequence(::readlnOrNull).forEach { line -> println(work(cache, line.split(' '))) }
        }
    }

    private fun work(
        cache: Face,
        task: List<String>,
    ): String {
        val key = task[1]
        val more = task.drop(2)
        return when (task[0]) {
            "get" -> cache.get(key).toString()
            "set" -> cache.set(key, more[0]).stored.toString()
            "delete" -> cache.delete(key).toString()
            "clear" -> cache.clear().toString()
            "increment" -> List(more[0].toInt()) { cache.increment(key) }.last().toString()
            "append" -> List(more[0].toInt()) { cache.update(key) { (it ?: "") + more[1] } }.last()
            "touch" -> bits(more[0]) { cache.touch(key) }
            "touchEach" -> bits(more[0]) { cache.touch("$key-$it") }
            "setEach" -> bits(more[0]) { cache.set("$key-$it", "set").stored }
            "setEachIfAbsent" -> bits(more[0]) { cache.setIfAbsent("$key-$it", more[1]) }
            "removeEach" -> bits(more[0]) { cache.remove("$key-$it") != null }
            "deleteEach" -> bits(more[0]) { cache.delete("$key-$it") }
            else -> error("what is ${task[0]}?")
        }
    }

    private fun bits(
        count: String,
        work: (Int) -> Boolean,
    ): String = (0 until count.toInt()).joinToString("") { if (work(it)) "1" else "0" }
}
