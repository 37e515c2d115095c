package io.github.cachetronomy.examples.game

import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/** Runs the program as a user does: twice, in two processes, on one file. */
@Tag("fast")
class RestartTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `a game goes on where it was left`() {
        // Neither of them is a number that can have been thought of.
        val first = run("0", "well", "101")
        first shouldBe
            listOf(
                "I have a number from 1 to 100 in mind.",
                "0 is too small.",
                "A number, please.",
                "101 is too large.",
            )

        val second = run(*Array(100) { "${it + 1}" })
        second.take(2) shouldBe listOf("Welcome back: guess 3.", "101 is too large.")
        second.first { it.startsWith("Right") } shouldStartWith "Right, after "

        val third = run()
        third shouldHaveSize 2
        third.last() shouldBe second.last()
    }

    private fun run(vararg input: String): List<String> {
        val output = folder.resolve("output.txt").toFile()
        val process =
            ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                "io.github.cachetronomy.examples.game.GuessKt",
                folder.resolve("game.db").toString(),
            ).redirectErrorStream(true).redirectOutput(output).start()
        process.outputStream.bufferedWriter().use { out -> input.forEach { out.write("$it\n") } }
        val ended = process.waitFor(1, TimeUnit.MINUTES)
        process.destroyForcibly()
        check(ended && process.exitValue() == 0) { output.readText() }
        return output.readLines()
    }
}
