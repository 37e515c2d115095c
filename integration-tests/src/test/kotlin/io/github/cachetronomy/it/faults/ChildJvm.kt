package io.github.cachetronomy.it.faults

import java.io.BufferedReader
import java.nio.file.Path
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/**
 * A JVM of its own that runs the `main` of [program] on the class path of the tests. The two talk by
 * lines. Killed at the end, where it has not ended by itself.
 */
class ChildJvm(
    program: Class<*>,
    vararg arguments: Any,
    options: List<String> = emptyList(),
    /** Where it runs; where the tests do unless said otherwise. */
    folder: Path? = null,
) : AutoCloseable {
    private val process =
        ProcessBuilder(
            listOf(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
            ) + options + listOf("-cp", System.getProperty("java.class.path"), program.name) +
                arguments.map(Any::toString),
        ).directory(folder?.toFile()).start()
    private val heard = LinkedBlockingQueue<String>()

    @Volatile
    private var complained = ""
    private val readers =
        listOf(
            reader { process.inputReader().forEachLine(heard::add) },
            reader { complained = process.errorReader().use(BufferedReader::readText) },
        )

    /** The next line that it prints. */
    fun hear(): String {
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE)
        while (System.nanoTime() < end) {
            heard.poll(100, TimeUnit.MILLISECONDS)?.let { return it }
            if (!process.isAlive && !readers.first().isAlive && heard.isEmpty()) error("the child has ended: ${end()}")
        }
        error("the child says nothing more")
    }

    /** Gives it a line to read. */
    fun say(line: String) {
        process.outputWriter().run {
            write(line)
            newLine()
            flush()
        }
    }

    /** What it answers to [line]. */
    fun ask(line: String): String {
        say(line)
        return hear()
    }

    /** Closes its input and waits for its end. */
    fun end(): Ended {
        runCatching { process.outputWriter().close() }
        check(process.waitFor(PATIENCE, TimeUnit.SECONDS)) { "the child does not end" }
        readers.forEach(Thread::join)
        return Ended(process.exitValue(), generateSequence(heard::poll).toList(), complained)
    }

    override fun close() {
        process.destroyForcibly().waitFor(PATIENCE, TimeUnit.SECONDS)
    }

    private fun reader(work: () -> Unit) = thread(isDaemon = true) { runCatching(work) }

    /** How it ended: with what code, what it printed that nobody heard, and what went to its standard error. */
    data class Ended(
        val code: Int,
        val output: List<String>,
        val complaints: String,
    )

    private companion object {
        const val PATIENCE = 60L
    }
}
