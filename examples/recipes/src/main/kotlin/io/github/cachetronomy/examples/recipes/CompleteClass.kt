package io.github.cachetronomy.examples.recipes

import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.memoizeBlocking
import java.io.PrintStream
import java.net.URI
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name
import kotlin.streams.asSequence
import kotlin.time.Duration.Companion.days
import kotlin.time.measureTimedValue

/**
 * What a shell calls at each press of the tab key: completes the name of a class of the running JDK. Looking through the
 * JDK takes a second; what it gave is in the file, for the process of the next key press.
 */
internal class CompleteClass(
    cache: Cachetronaut,
) {
    /** How often the JDK was looked through. */
    var searches = 0
        private set

    private val options = FunctionOptions.defaults().withParameters("beginning").withMaxEntries(1_000)

    /** The names that begin so, sorted. */
    val complete =
        cache.memoizeBlocking("complete", timeToLive = 30.days, options = options) { beginning: String ->
            searches++
            classNames()
                .filter { it.startsWith(beginning) }
                .sorted()
                .take(MOST)
                .toList()
        }

    private fun classNames(): Sequence<String> =
        Files
            .walk(FileSystems.getFileSystem(URI("jrt:/")).getPath("modules", "java.base"))
            .asSequence()
            .filter { it.name.endsWith(".class") && '$' !in it.name && '-' !in it.name }
            .map { it.subpath(2, it.nameCount).joinToString(".").removeSuffix(".class") }

    companion object {
        private const val MOST = 20

        fun run(
            file: Path,
            beginning: String,
            out: PrintStream,
        ) = Cachetronaut(file).use { cache ->
            val completion = CompleteClass(cache)
            val (names, time) = measureTimedValue { completion.complete(beginning) }
            names.forEach(out::println)
            out.println("${names.size} names, ${completion.searches} searches, ${time.inWholeMilliseconds} ms")
        }

        /** What is to be completed is the first argument, or `java.util.concurrent.C`. */
        @JvmStatic
        fun main(args: Array<String>) =
            run(Recipes.file("complete.db"), args.firstOrNull() ?: "java.util.concurrent.C", System.out)
    }
}
