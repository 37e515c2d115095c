package io.github.cachetronomy.examples.recipes

import io.github.cachetronomy.coroutines.Cachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.PrintStream

/** Each program, twice on one file: the second time nothing is worked out again. */
@Tags("fast")
class RecipesSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("the completion of a command line looks through the JDK once") {
            val file = folder.resolve("complete.db")
            val first = printed { CompleteClass.run(file, "java.util.concurrent.Co", it) }
            first shouldContain "java.util.concurrent.ConcurrentHashMap"
            first shouldContain "1 searches"
            printed { CompleteClass.run(file, "java.util.concurrent.Co", it) } shouldContain "0 searches"
        }

        test("a client of a web service asks once for each place") {
            val file = folder.resolve("weather.db")
            WeatherService().use { service ->
                printed { WeatherClient.run(service.address, file, it) } shouldContain "30 hits, 3 misses"
                service.requests shouldBe 3
                printed { WeatherClient.run(service.address, file, it) } shouldContain "33 hits, 0 misses"
                service.requests shouldBe 3
            }
        }

        test("a place that the service does not know is asked for once") {
            WeatherService().use { service ->
                Cachetronaut(folder.resolve("nowhere.db")).use { cache ->
                    val client = WeatherClient(service.address, cache)
                    repeat(2) { shouldThrow<IOException> { client.weather("Nowhere") }.message shouldContain "404" }
                    service.requests shouldBe 1
                }
            }
        }

        test("a numeric function goes on from where it was") {
            val file = folder.resolve("partitions.db")
            val first = printed { Partitions.run(file, 60, it) }
            first shouldContain "60 is a sum of positive numbers in 966467 ways"
            val second = printed { Partitions.run(file, 60, it) }
            second shouldContain "966467 ways"
            second shouldContain "0 calls of the function, 1 hits, 0 misses"
        }
    })

private inline fun printed(run: (PrintStream) -> Unit): String {
    val bytes = ByteArrayOutputStream()
    PrintStream(bytes, true, Charsets.UTF_8).use { run(it) }
    return bytes.toString(Charsets.UTF_8)
}
