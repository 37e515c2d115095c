package io.github.cachetronomy.it

import io.github.cachetronomy.coroutines.Cachetronaut
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path
import kotlin.random.Random

private const val FLIPS = 1_000
private const val ROWS = 200

/** Whatever the disk does to the file, a hit is what was stored. */
@Tags("deep")
class BitFlipSpec :
    FunSpec({
        test("1,000 random bit flips give no wrong value and no exception") {
            val folder = tempdir().toPath()
            val original = folder.resolve("original.db")
            val expected = (0 until ROWS).associate { "key-$it" to "value-$it-".repeat(20) }
            Cachetronaut(original).use { it.setMany(expected, tags = setOf("tagged", "äöü")) }
            val bytes = Files.readAllBytes(original)
            val random = Random(1000)
            var hits = 0
            repeat(FLIPS) { round ->
                val flipped = bytes.clone()
                val bits =
                    List(1 + random.nextInt(8).takeIf { round % 2 == 0 }.let { it ?: 0 }) {
                        random.nextInt(bytes.size * 8)
                    }
                bits.forEach { flipped[it / 8] = (flipped[it / 8].toInt() xor (1 shl it % 8)).toByte() }
                val copy = folder.resolve("copy-$round.db")
                Files.write(copy, flipped)
                withClue("bits $bits") { hits += readAll(copy, expected) }
                deleteAll(folder, "copy-$round.db")
            }
            // The test would say nothing if every flip emptied the cache.
            hits shouldBeGreaterThan FLIPS * ROWS / 2
        }
    })

private suspend fun readAll(
    file: Path,
    expected: Map<String, String>,
): Int {
    // A flip may make the file look like another application's: then it is refused, and no value is given.
    val cache =
        try {
            Cachetronaut(file)
        } catch (_: io.github.cachetronomy.core.ForeignFileException) {
            return 0
        }
    return cache.use {
        expected.count { (key, value) ->
            val found = cache.get<String>(key)
            if (found != null) found shouldBe value
            found != null
        }
    }
}

private fun deleteAll(
    folder: Path,
    prefix: String,
) = Files.list(folder).use { files ->
    files.filter { it.fileName.toString().startsWith(prefix) }.forEach(Files::delete)
}
