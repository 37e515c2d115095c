package io.github.cachetronomy.core.settings

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.Profile
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Path
import java.time.Duration
import kotlin.io.path.readText
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

/** Profiles from YAML in the form of the Python package. */
@Tags("fast")
class ProfileFileSpec :
    FunSpec({
        val folder = tempdir().toPath()
        val file = folder.resolve("profiles.yml")

        fun read(yaml: String): Map<String, Profile> {
            file.writeText(yaml)
            return ProfileFile.read(file)
        }

        fun field(
            name: String,
            value: String,
        ) = read("p:\n  $name: $value\n").getValue("p")

        test("every field is read") {
            val yaml =
                """
                production:
                  time_to_live: 7200
                  ttl_cleanup_interval: 120
                  memory_based_eviction: false
                  free_memory_target: 0.25
                  memory_cleanup_interval: 10
                  max_items_in_memory: 200
                  tags: ["prod", "cache"]
                "quoted name é":
                  free_memory_target: 750.5
                  tags:
                    - one
                    - "two words"
                """.trimIndent()
            val production =
                Profile
                    .Builder("production")
                    .timeToLive(Duration.ofHours(2))
                    .cleanupInterval(Duration.ofMinutes(2))
                    .memoryBasedEviction(false)
                    .freeMemoryTarget(FreeMemoryTarget.fraction(0.25))
                    .memoryCleanupInterval(Duration.ofSeconds(10))
                    .maxItemsInMemory(200)
                    .tags(listOf("prod", "cache"))
                    .build()
            val quoted =
                Profile
                    .Builder("quoted name é")
                    .freeMemoryTarget(FreeMemoryTarget.Bytes(786_956_288))
                    .maxItemsInMemory(100)
                    .tags(listOf("one", "two words"))
                    .build()
            read(yaml).toList() shouldContainExactly listOf("production" to production, "quoted name é" to quoted)
        }

        test("fields that are not there are as Python has them") {
            val profile = field("time_to_live", "60")
            profile shouldBe
                Profile
                    .Builder("p")
                    .timeToLive(Duration.ofMinutes(1))
                    .cleanupInterval(Duration.ofMinutes(1))
                    .memoryBasedEviction(true)
                    .freeMemoryTarget(FreeMemoryTarget.megabytes(500))
                    .memoryCleanupInterval(Duration.ofSeconds(5))
                    .maxItemsInMemory(100)
                    .build()
            read("p: {}").getValue("p").maxItemsInMemory shouldBe 100
        }

        test("an empty file holds no profiles") {
            for (yaml in listOf("", "\n \n", "# nothing\n", "---\n", "null\n", "{}\n")) {
                withClue(yaml) { read(yaml) shouldBe emptyMap() }
            }
        }

        test("numbers and truth values may be written as in Python") {
            for (sixty in listOf("60", "'60'", "\"60\"", "60.0", "60.", "+60", "6_0")) {
                withClue(sixty) { field("time_to_live", sixty).timeToLive shouldBe Duration.ofSeconds(60) }
            }
            for (half in listOf("0.5", ".5", "'0.5'", "5.0e-1")) {
                withClue(half) {
                    field("free_memory_target", half).freeMemoryTarget shouldBe FreeMemoryTarget.fraction(0.5)
                }
            }
            for (yes in listOf("true", "yes", "on", "Yes", "'yes'", "1")) {
                withClue(yes) { field("memory_based_eviction", yes).memoryBasedEviction shouldBe true }
            }
            for (no in listOf("false", "no", "off", "'off'", "0")) {
                withClue(no) { field("memory_based_eviction", no).memoryBasedEviction shouldBe false }
            }
            field("ttl_cleanup_interval", "0").cleanupInterval shouldBe Duration.ZERO
            field("max_items_in_memory", "0").maxItemsInMemory shouldBe 0
        }

        test("names and tags are texts if they are in quotes or look like nothing else") {
            for (name in listOf("'1'", "\"no\"", "'null'", "1st", "3.1.2", "'a: b'", "2fast")) {
                withClue(name) { read("$name: {}").keys shouldBe setOf(name.trim('\'', '"')) }
            }
            field("tags", "['1', \"yes\", v1, 1.2.3]").tags.toList() shouldBe listOf("1", "yes", "v1", "1.2.3")
            read("{a: {}, '2': {}, \uD83D\uDE00: {}, '3': {}}").keys shouldBe setOf("a", "2", "\uD83D\uDE00", "3")
        }

        test("an unknown field is ignored, with one warning that names line and field") {
            val warnings = warnings { field("colour", "red") shouldBe field("max_items_in_memory", "100") }
            warnings.filter { "colour" in it } shouldHaveSize 1
            warnings.single { "colour" in it } shouldContain "profiles.yml, line 2, p.colour"
        }

        test("a value that no profile can have is refused with file, line and field") {
            val refused =
                mapOf(
                    "time_to_live" to
                        listOf("0", "-1", "60.5", "soon", "", "null", "true", "[1]", "{a: 1}", "060", "1:30"),
                    "ttl_cleanup_interval" to listOf("-1", "1e9", "0x10", "99999999999999999999"),
                    "memory_based_eviction" to listOf("2", "maybe", "null", "[]"),
                    "free_memory_target" to listOf("-0.1", ".inf", ".nan", "much", "null", "true", "1e9999999"),
                    "memory_cleanup_interval" to listOf("-1", "0.5"),
                    "max_items_in_memory" to listOf("-1", "2147483648", "1.5"),
                    "tags" to listOf("one", "null", "[1]", "[yes]", "[null]", "[[a]]", "[2026-11-21]", "{a: b}"),
                    "name" to listOf("p"),
                )
            for ((name, values) in refused) {
                for (value in values) {
                    withClue("$name: $value") {
                        val yaml = "# one\np:\n  tags: []\nq:\n  $name: $value\n"
                        val refusal = shouldThrow<SettingsException> { read(yaml) }
                        refusal.source shouldBe file.toString()
                        refusal.line shouldBe 5
                        refusal.field shouldBe "q.$name"
                        refusal.message shouldContain "profiles.yml, line 5, q.$name: "
                    }
                }
            }
        }

        test("what is no mapping of names to fields is refused with its line") {
            val refused =
                mapOf(
                    "words" to 1,
                    "- p" to 1,
                    "\np:" to 2,
                    "p: 5" to 1,
                    "p: []" to 1,
                    "p: ~" to 1,
                    "1: {}" to 1,
                    "1.5: {}" to 1,
                    "\nyes: {}" to 2,
                    "~: {}" to 1,
                    "2026-11-21: {}" to 1,
                    "'': {}" to 1,
                    "[a]: {}" to 1,
                )
            for ((yaml, line) in refused) {
                withClue(yaml) { shouldThrow<SettingsException> { read(yaml) }.line shouldBe line }
            }
        }

        test("what is said twice is refused, with the line of the second") {
            shouldThrow<SettingsException> { read("p: {}\nq: {}\np: {}\n") }.line shouldBe 3
            shouldThrow<SettingsException> { read("p:\n  tags: []\n  tags: [a]\n") }.line shouldBe 3
        }

        test("broken YAML is refused with its line") {
            val broken =
                mapOf(
                    "p: {}\n  tags: [" to 2,
                    "p:\n\ttags: a\n" to 2,
                    "p: {}\n---\nq: {}\n" to 1,
                    "\n@p: {}" to 2,
                )
            for ((yaml, line) in broken) {
                withClue(yaml) { shouldThrow<SettingsException> { read(yaml) }.line shouldBe line }
            }
        }

        test("references, tags and deep nesting are refused, and quickly") {
            val laughs = ('b'..'z').joinToString("\n") { "$it: &$it [*${it - 1}, *${it - 1}]" }
            shouldThrow<SettingsException> { read("a: &a {tags: [x, x]}\n$laughs") }.line shouldBe 1
            shouldThrow<SettingsException> { read("p: !!python/object:os.system {}") }.line shouldBe 1
            shouldThrow<SettingsException> { read("p:\n  tags: !!set {a}") }.line shouldBe 2
            shouldThrow<SettingsException> { read("[".repeat(100_000)) }
            shouldThrow<SettingsException> { read("p: {tags: " + "[".repeat(50_000) + "]".repeat(50_000) + "}") }
        }

        test("a file that is missing, a folder, too large or not UTF-8 is refused by its name") {
            val missing = folder.resolve("missing.yml")
            shouldThrow<SettingsException> { ProfileFile.read(missing) }.source shouldBe missing.toString()
            shouldThrow<SettingsException> { ProfileFile.read(folder) }.source shouldBe folder.toString()
            val large = "p: {}\n".padEnd(1_048_576, '#')
            read(large).keys shouldBe setOf("p")
            shouldThrow<SettingsException> { read("$large#") }.message shouldContain "profiles.yml: it is larger than"
            file.writeBytes(byteArrayOf('p'.code.toByte(), -1))
            shouldThrow<SettingsException> { ProfileFile.read(file) }.message shouldContain "UTF-8"
        }

        val samples = System.getenv("CACHETRONOMY_PYTHON_SAMPLES")
        test("a file of the Python package gives what Python reads from it").config(
            enabledOrReasonIf = {
                if (samples != null) Enabled.enabled else Enabled.disabled("CACHETRONOMY_PYTHON_SAMPLES is not set")
            },
        ) {
            val read = Path.of(samples, "profiles.json").readText()
            val expected = Json.decodeFromString<Map<String, PythonProfile>>(read)
            val profiles = ProfileFile.read(Path.of(samples, "profiles.yml"))
            profiles.mapValues { PythonProfile(it.value) } shouldBe expected
        }
    })

@Serializable
@Suppress("ktlint:standard:property-naming", "PropertyName")
private data class PythonProfile(
    val name: String,
    val time_to_live: Long,
    val ttl_cleanup_interval: Long,
    val memory_based_eviction: Boolean,
    val free_memory_target: Double,
    val memory_cleanup_interval: Long,
    val max_items_in_memory: Int,
    val tags: List<String>,
) {
    constructor(profile: Profile) : this(
        profile.name,
        profile.timeToLive.seconds,
        profile.cleanupInterval.seconds,
        profile.memoryBasedEviction,
        profile.freeMemoryTarget.stored(),
        profile.memoryCleanupInterval.seconds,
        profile.maxItemsInMemory,
        profile.tags.toList(),
    )
}

/** The lines logged while [work] runs. */
private fun warnings(work: () -> Unit): List<String> {
    val before = System.err
    val caught = ByteArrayOutputStream()
    System.setErr(PrintStream(caught, true, Charsets.UTF_8))
    try {
        work()
    } finally {
        System.setErr(before)
    }
    return caught.toString(Charsets.UTF_8).lines()
}
