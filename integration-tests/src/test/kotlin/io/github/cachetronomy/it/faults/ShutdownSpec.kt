package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.runBlocking
import java.nio.file.Path
import kotlin.system.exitProcess

private const val VALUES = 3_000

/** What is written behind is in the file when the process has ended in good order. */
@Tags("deep")
class ShutdownSpec :
    FunSpec({
        val folder = tempdir().toPath()
        for (face in faces.keys) {
            for (end in listOf("hook", "close", "both")) {
                test("$face: what was written behind is stored after System.exit, with $end") {
                    val file = folder.resolve("$face-$end.db")
                    ChildJvm(WritesBehind::class.java, face, file, end).use { child ->
                        val (code, output, complaints) = child.end()
                        withClue(complaints) {
                            code shouldBe 7
                            output shouldBe listOf("written")
                            complaints.lines().filter { " WARN " in it || " ERROR " in it } shouldBe emptyList()
                        }
                    }
                    kotlinFace(file, Wishes()).use { cache ->
                        (0 until VALUES).filter { cache.get("key-$it") != "value-$it" } shouldBe emptyList()
                    }
                    folder.names().filter { it.startsWith("$face-$end") } shouldBe
                        listOf("$face-$end.db", "$face-$end.db-lock")
                }
            }

            test("$face: a flush stores what was written behind, whatever happens then") {
                val file = folder.resolve("$face-flush.db")
                ChildJvm(WritesBehind::class.java, face, file, "flush").use { it.end().code shouldBe 9 }
                kotlinFace(file, Wishes()).use { cache ->
                    (0 until VALUES).filter { cache.get("key-$it") != "value-$it" } shouldBe emptyList()
                }
            }
        }
    })

/** Writes behind and exits: with the hook that closes, after closing by itself, or halted after a flush. */
object WritesBehind {
    @JvmStatic
    fun main(args: Array<String>) {
        val (face, file, end) = args
        if (face == "Kotlin") kotlin(Path.of(file), end) else java(Path.of(file), end)
        println("written")
        if (end == "flush") Runtime.getRuntime().halt(9)
        exitProcess(7)
    }

    private fun kotlin(
        file: Path,
        end: String,
    ) {
        val cache =
            Cachetronaut(file) {
                durability = Durability.WRITE_BEHIND
                if (end in HOOKED) flushOnShutdown = true
            }
        runBlocking {
            repeat(VALUES) { cache.set("key-$it", "value-$it") }
            if (end == "flush") cache.flush()
        }
        if (end in CLOSED) cache.close()
    }

    private fun java(
        file: Path,
        end: String,
    ) {
        val builder = BlockingCachetronaut.builder(file).durability(Durability.WRITE_BEHIND)
        if (end in HOOKED) builder.flushOnShutdown(true)
        val cache = builder.build()
        repeat(VALUES) { cache.set("key-$it", "value-$it") }
        if (end == "flush") cache.flush()
        if (end in CLOSED) cache.close()
    }

    private val HOOKED = listOf("hook", "both")
    private val CLOSED = listOf("close", "both")
}
