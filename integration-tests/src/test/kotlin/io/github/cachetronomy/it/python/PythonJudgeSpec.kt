package io.github.cachetronomy.it.python

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.interop.TypeRef
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.math.BigInteger
import java.nio.file.Files
import java.nio.file.Path
import java.time.InstantSource
import java.time.ZonedDateTime
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

@Serializable
internal data class Written(
    val name: String,
    val scores: List<Double>,
    val bytes: Map<String, Int>,
)

/** What we write, judged by the rules of the Python package. */
@Tags("fast")
class PythonJudgeSpec :
    FunSpec({
        val values =
            mapOf(
                "null" to null,
                "yes" to true,
                "small" to 1L,
                "large" to Long.MIN_VALUE,
                "beyond" to BigInteger.TWO.pow(63),
                "half" to 0.5,
                "nan" to Double.NaN,
                "infinite" to Double.NEGATIVE_INFINITY,
                "text" to "Çé 😀 \u0000 \" \\ \n \u2028",
                "list" to listOf(1L, null, listOf<Any?>()),
                "map" to mapOf("z" to 1L, "a" to mapOf("b" to "c")),
            )
        val tags = listOf(setOf(), setOf("users", "api"), setOf("ü", "😀", "\"q\"", "a\\b", "\u007f\u0000"))
        val lives = listOf(null, Duration.INFINITE, 1.seconds, 1.microseconds, 1500.milliseconds, 4_000_000.days)

        suspend fun write(file: Path) {
            // On a whole second: times with and without a fraction.
            val time = InstantSource.fixed(ZonedDateTime.now().withNano(0).toInstant())
            Cachetronaut(file) {
                pythonCompatible = true
                clock = time
            }.use { cache ->
                for (format in listOf("json", "msgpack")) {
                    for ((key, value) in values) cache.set<Any?>("$format:any:$key", value, format = format)
                    cache.set("$format:class", Written("ü", listOf(1.5, 2.0), mapOf("a" to 1)), format = format)
                    cache.set("$format:long", Long.MAX_VALUE, format = format)
                    cache.set("$format:string", "x", format = format)
                }
                cache.set("bytes", byteArrayOf(0, -1))
                tags.forEachIndexed { i, some -> cache.set("tags:$i", i, tags = some, version = 1L + i) }
                lives.forEachIndexed { i, life -> cache.set("life:$i", i, timeToLive = life) }
                cache.cached<String>("loaded \u0001 ü 😀 '") { "value" }
                cache.increment("count", 5)
                for (key in listOf("bytes", "json:long")) cache.get<Any?>(key)
                cache.delete("tags:0")
                cache.clearByTags(setOf("users"))
                cache.evict("json:long")
                BlockingCachetronaut.builder(file).build().use { java ->
                    java.set("java:list", listOf(1, "a", null, Double.NaN), object : TypeRef<List<Any?>>() {})
                    java.set("java:map", mapOf("a" to BigInteger.TWO.pow(70)), object : TypeRef<Map<String, Any?>>() {})
                    java.set("java:text", "x", EntryOptions.format(Formats.MSGPACK))
                    java.set("java:any", mapOf("a" to 1L), object : TypeRef<Any>() {}, EntryOptions.neverExpires())
                }
            }
        }

        test("Python reads a file of ours").config(enabledOrReasonIf = { PythonSamples.canJudge() }) {
            val file = tempdir().toPath().resolve("ours.db")
            write(file)
            PythonSamples.findings(file) shouldBe ""
            val rows =
                Json
                    .parseToJsonElement(PythonSamples.read(file))
                    .jsonObject
                    .getValue("cache")
                    .jsonArray
                    .associateBy {
                        it.jsonObject
                            .getValue("key")
                            .jsonPrimitive.content
                    }
            for (format in listOf("json", "msgpack")) {
                val row = rows.getValue("$format:any:text").jsonObject
                row.getValue("fmt").jsonPrimitive.content shouldBe format
                row.getValue("value").jsonPrimitive.content shouldBe values["text"]
                rows
                    .getValue("$format:any:beyond")
                    .jsonObject
                    .getValue("value")
                    .jsonPrimitive.content shouldBe
                    "${BigInteger.TWO.pow(63)}"
            }
        }

        test("Python goes on to read its own files after us").config(enabledOrReasonIf = { PythonSamples.canJudge() }) {
            for (sample in PythonSamples.folder!!.listDirectoryEntries("mixed.db")) {
                val copy = tempdir().toPath().resolve(sample.name)
                Files.copy(sample, copy)
                write(copy)
                PythonSamples.findings(copy) shouldBe ""
            }
        }
    })
