package io.github.cachetronomy.it.faults

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import java.nio.file.Path
import kotlin.io.path.readLines

/** A process that opens its cache again, reads a value and writes one pays only for what it uses. */
@Tag("deep")
class StartupTest {
    @TempDir
    lateinit var folder: Path

    @ParameterizedTest
    @ValueSource(strings = ["Kotlin", "Java"])
    fun `opening a file again, a read and a write load neither Exposed, Jackson, OSHI nor a YAML parser`(face: String) {
        val loaded = classesLoadedBy(face)
        loaded shouldContainAll
            listOf("io.github.cachetronomy.core.engine.CacheEngine", "org.sqlite.SQLiteConnection")
        val other = if (face == "Kotlin") "interop" else "coroutines"
        val foreign = listOf("org.jetbrains.exposed.", "tools.jackson.", "com.fasterxml.", "oshi.", "com.sun.jna.")
        val libraries = foreign + "com.charleskorn."
        libraries.associateWith { library -> loaded.count { it.startsWith(library) } }.filterValues { it > 0 } shouldBe
            emptyMap()
        withClue("the other face") {
            loaded.filter { it.startsWith("io.github.cachetronomy.$other.") && ".jackson." !in it }.shouldBeEmpty()
        }
    }

    private fun classesLoadedBy(face: String): Set<String> {
        val file = folder.resolve("cache.db")
        // First the file is made, then it is opened again.
        var log = folder
        for (round in 1..2) {
            log = folder.resolve("classes-$round.txt")
            val program = if (face == "Kotlin") ReopensKotlin::class.java else ReopensJava::class.java
            ChildJvm(program, file, options = listOf("-Xlog:class+load:file=${log.fileName}"), folder = folder).use {
                val (code, output, complaints) = it.end()
                withClue(complaints) { code shouldBe 0 }
                output shouldContain if (round == 1) "null" else "value"
            }
        }
        return log.readLines().mapNotNullTo(HashSet()) { LOADED.find(it)?.groupValues?.get(1) }
    }

    private companion object {
        val LOADED = Regex("\\[class,load\\s*] (\\S+) source:")
    }
}

object ReopensKotlin {
    @JvmStatic
    fun main(args: Array<String>) {
        val cache = Cachetronaut(Path.of(args[0]))
        runBlocking {
            println(cache.get<String>("k"))
            cache.set("k", "value")
        }
        // Closing writes the logs, which may load what it wants.
        Runtime.getRuntime().halt(0)
    }
}

object ReopensJava {
    @JvmStatic
    fun main(args: Array<String>) {
        val cache = BlockingCachetronaut.open(Path.of(args[0]))
        println(cache.get("k", String::class.java).orElse(null))
        cache.set("k", "value")
        Runtime.getRuntime().halt(0)
    }
}
