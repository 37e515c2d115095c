package io.github.cachetronomy.it

import io.github.cachetronomy.coroutines.Cachetronaut
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import kotlinx.coroutines.runBlocking
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.random.Random

private const val ROUNDS = 20

/** A process that is killed loses nothing that was acknowledged, and nothing removed comes back. */
@Tags("deep")
class KillSpec :
    FunSpec({
        test("after kill -9, twenty times, every acknowledged write and removal is there") {
            val file = tempdir().toPath().resolve("killed.db")
            val random = Random(20)
            var acknowledged = 0
            val expected = HashMap<String, String?>()
            repeat(ROUNDS) { round ->
                val child = startWriter(file, round)
                val most = random.nextInt(200, 1500)
                child.inputStream.bufferedReader().use { lines ->
                    var seen = 0
                    while (seen < most) {
                        val line = lines.readLine() ?: break
                        // "+ key value" was set, "- key" was deleted.
                        val (sign, key) = line.split(' ')
                        expected[key] = if (sign == "+") line.split(' ')[2] else null
                        seen++
                    }
                    child.destroyForcibly()
                    // What was printed before the signal came was acknowledged too.
                    lines.lineSequence().forEach { line ->
                        val parts = line.split(' ')
                        if (parts[0] == "+" && parts.size == 3 && parts[2].endsWith(";")) expected[parts[1]] = parts[2]
                        if (parts[0] == "-" && parts[1].endsWith(";")) expected[parts[1]] = null
                    }
                    acknowledged += seen
                }
                child.waitFor(30, TimeUnit.SECONDS)
                Cachetronaut(file).use { cache ->
                    val wrong =
                        expected.filter { (key, value) ->
                            // The write that was under way when the signal came may or may not have made it.
                            cache.get<String>(key) != value && !cache.isNewerThan(key, value)
                        }
                    wrong.entries.toList().shouldBeEmpty()
                }
            }
            acknowledged shouldBeGreaterThan ROUNDS * 100
        }
    })

/** Whether the entry is the one write after the last acknowledged one. */
private suspend fun Cachetronaut.isNewerThan(
    key: String,
    value: String?,
): Boolean {
    val found = get<String>(key) ?: return value != null && wasBeingDeleted(key)
    if (value == null) return true
    return sequence(found) > sequence(value)
}

private suspend fun Cachetronaut.wasBeingDeleted(key: String): Boolean = get<String>("deleting") == key

private fun sequence(value: String): Long = value.removeSuffix(";").substringAfter('#').toLong()

private fun startWriter(
    file: Path,
    round: Int,
): Process =
    ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-cp",
        System.getProperty("java.class.path"),
        "io.github.cachetronomy.it.KilledWriterKt",
        file.toString(),
        round.toString(),
    ).redirectError(ProcessBuilder.Redirect.DISCARD).start()
