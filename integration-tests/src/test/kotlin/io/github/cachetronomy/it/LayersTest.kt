package io.github.cachetronomy.it

import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.invariantSeparatorsPathString
import kotlin.io.path.name
import kotlin.io.path.readText

/** Who may know whom, read from the sources of the published modules. */
@Tag("fast")
class LayersTest {
    /** A source file without its comments. */
    private class Source(
        val module: String,
        val path: String,
        val code: String,
    ) {
        fun isIn(packagePath: String) = "/io/github/cachetronomy/$packagePath/" in path
    }

    private val sources: List<Source> = published().flatMap(::sourcesOf)

    @Test
    fun `there is something to look at`() {
        sources.map(Source::module).toSet() shouldContainAll
            setOf("cachetronomy-core", "cachetronomy-coroutines", "cachetronomy-java-interop", "cachetronomy-testing")
        mentioning("org.jetbrains.exposed").isEmpty() shouldBe false
        mentioning("com.github.benmanes.caffeine").isEmpty() shouldBe false
        mentioning("oshi.").isEmpty() shouldBe false
    }

    @Test
    fun `only the store on SQLite knows Exposed, JDBC and SQLite's driver`() {
        for (foreign in listOf("org.jetbrains.exposed", "java.sql.", "javax.sql.", "org.sqlite.")) {
            withClue(foreign) { mentioning(foreign).filterNot { it.isIn("core/sqlite") }.paths().shouldBeEmpty() }
        }
    }

    @Test
    fun `only the memory tier knows Caffeine`() {
        mentioning("com.github.benmanes").filterNot { it.isIn("core/memory") }.paths().shouldBeEmpty()
    }

    @Test
    fun `only the probes know OSHI`() {
        mentioning("oshi.").filterNot { it.isIn("core/probe") }.paths().shouldBeEmpty()
    }

    @Test
    fun `only the settings know the YAML parser`() {
        mentioning("com.charleskorn").isEmpty() shouldBe false
        mentioning("com.charleskorn").filterNot { it.isIn("core/settings") }.paths().shouldBeEmpty()
    }

    @Test
    fun `the settings know the model and its texts only`() {
        val others = Regex("cachetronomy\\.core\\.(?!settings\\b|text\\b)[a-z]")
        sources
            .filter { it.isIn("core/settings") }
            .filter { others.containsMatchIn(it.code) }
            .paths()
            .shouldBeEmpty()
    }

    @Test
    fun `only the Java face's own package knows Jackson`() {
        val jackson = mentioning("tools.jackson") + mentioning("com.fasterxml")
        jackson.filterNot { it.isIn("interop/jackson") }.paths().shouldBeEmpty()
    }

    @Test
    fun `only the wiring and what opens stores know the store on SQLite`() {
        mentioning("cachetronomy.core.sqlite")
            .filterNot {
                it.isIn("core/sqlite") || it.path.endsWith("/engine/Wiring.kt") ||
                    it.path.endsWith("/engine/store/StoreOpeners.kt")
            }.paths()
            .shouldBeEmpty()
    }

    @Test
    fun `what the engine stands on does not know the engine`() {
        val below =
            listOf(
                "text",
                "spi",
                "serialization",
                "keys",
                "memory",
                "access",
                "probe",
                "eviction",
                "sqlite",
                "settings",
            )
        sources
            .filter { source -> below.any { source.isIn("core/$it") } }
            .filter { "cachetronomy.core.engine" in it.code }
            .paths()
            .shouldBeEmpty()
    }

    @Test
    fun `the packages of the engine know only those below them`() {
        val order =
            listOf(
                "tasks",
                "events",
                "store",
                "queue",
                "reads",
                "logs",
                "writes",
                "loads",
                "upkeep",
                "profiles",
                "admin",
                "groups",
                "namespaces",
            )
        val engine = "cachetronomy.core.engine."
        val top = Regex(Regex.escape(engine) + "[A-Z]")
        order.forEachIndexed { i, name ->
            val inside = sources.filter { it.isIn("core/engine/$name") }
            withClue(name) {
                inside.isEmpty() shouldBe false
                inside.filter { top.containsMatchIn(it.code) }.paths().shouldBeEmpty()
                for (above in order.drop(i + 1)) inside.filter { "$engine$above." in it.code }.paths().shouldBeEmpty()
            }
        }
    }

    @Test
    fun `the model, its texts and its interfaces know nothing of how it is done`() {
        val deeds = listOf("engine", "sqlite", "memory", "probe", "eviction", "access", "settings")
        sources
            .filter {
                it.isIn(
                    "core/text",
                ) || it.isIn("core/spi") || it.path.substringBeforeLast('/').endsWith("/core")
            }.filter { source -> deeds.any { "cachetronomy.core.$it." in source.code } }
            .paths()
            .shouldBeEmpty()
    }

    @Test
    fun `the faces do not know each other, and core knows neither`() {
        val coroutines = mentioning("io.github.cachetronomy.coroutines")
        val interop = mentioning("io.github.cachetronomy.interop")
        coroutines.map(Source::module).toSet() - "cachetronomy-coroutines" - "cachetronomy-ktor" shouldBe emptySet()
        interop.map(Source::module).toSet() - "cachetronomy-java-interop" shouldBe emptySet()
    }

    @Test
    fun `only the module for Ktor knows Ktor`() {
        mentioning("io.ktor.").map(Source::module).toSet() shouldBe setOf("cachetronomy-ktor")
    }

    @Test
    fun `nothing blocks a thread to run a coroutine, leaves one without a scope, or sleeps`() {
        val words = listOf("runBlocking", "GlobalScope", "Thread.sleep", "TimeUnit.SECONDS.sleep")
        for (word in words) withClue(word) { mentioning(word).paths().shouldBeEmpty() }
    }

    @Test
    fun `time comes from outside`() {
        for (word in listOf("currentTimeMillis", "Instant.now(", "LocalDateTime.now(", "Clock.System")) {
            withClue(word) { mentioning(word).paths().shouldBeEmpty() }
        }
        // Ktor has no clock of its own to be asked for: there it is what a setting is unless it is set.
        mentioning(
            "InstantSource.system()",
        ).filterNot { it.isIn("core/memory") || it.isIn("ktor") }.paths().shouldBeEmpty()
    }

    @Test
    fun `nothing in the library prints`() {
        for (word in listOf("println(", "System.out", "System.err", "printStackTrace")) {
            withClue(word) { mentioning(word).paths().shouldBeEmpty() }
        }
    }

    @Test
    fun `no package is split between modules`() {
        val homes = sources.groupBy({ it.path.substringAfter("/io/").substringBeforeLast('/') }, Source::module)
        homes
            .mapValues { it.value.toSet() }
            .filterValues { it.size > 1 }
            .keys
            .shouldBeEmpty()
    }

    private fun mentioning(word: String): List<Source> = sources.filter { word in it.code }

    private fun List<Source>.paths(): List<String> = map(Source::path)

    /** Tests run in the folder of their own module; what is published has a dump of its API. */
    private fun published(): List<Path> =
        listOf("..", "../integrations").flatMap { home ->
            Files.list(Path.of(home)).use { folders -> folders.filter { it.resolve("api").exists() }.toList() }
        }

    private fun sourcesOf(module: Path): List<Source> =
        Files.walk(module.resolve("src").resolve("main")).use { files ->
            files
                .filter { it.extension == "kt" || it.extension == "java" }
                .map { Source(module.name, it.invariantSeparatorsPathString, withoutComments(it.readText())) }
                .toList()
        }

    private fun withoutComments(text: String): String = text.replace(BLOCK_COMMENT, " ").replace(LINE_COMMENT, "")

    private companion object {
        val BLOCK_COMMENT = Regex("/\\*.*?\\*/", RegexOption.DOT_MATCHES_ALL)
        val LINE_COMMENT = Regex("(?m)(^|\\s)//.*$")
    }
}
