package io.github.cachetronomy.it

import io.github.cachetronomy.coroutines.Cachetronaut
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
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
            val acknowledged = HashMap<String, String>()
            var count = 0
            repeat(ROUNDS) { round ->
                val child = startWriter(file, round)
                val most = random.nextInt(200, 1500)
                var begun = ""
                child.inputStream.bufferedReader().use { output ->
                    var seen = 0
                    while (true) {
                        val (sign, key, value) = output.readLine()?.split(' ')?.takeIf { it.size == 4 } ?: break
                        if (sign == "?") {
                            begun = "$key $value"
                        } else {
                            acknowledged[key] = value
                            count++
                            // The handle's kill leaves the pipe open: what was printed before it counts.
                            if (++seen == most) child.toHandle().destroyForcibly()
                        }
                    }
                }
                child.waitFor(30, TimeUnit.SECONDS)
                Cachetronaut(file).use { cache ->
                    acknowledged.filter { (key, value) ->
                        val found = cache.get<String>(key) ?: REMOVED
                        // The change that was under way may have been made or not.
                        found != value && "$key $found" != begun
                    } shouldBe emptyMap()
                    acknowledged.keys.forEach { key -> acknowledged[key] = cache.get<String>(key) ?: REMOVED }
                }
            }
            count shouldBeGreaterThan ROUNDS * 200
        }
    })

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
