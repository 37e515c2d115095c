package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoredEntry
import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import kotlin.random.Random

/**
 * Whatever bits of a file are flipped: a row is the one that was written, or a miss, and nothing but a
 * store's fault is thrown.
 */
@Tag("fast")
class BitRotTest {
    @TempDir
    lateinit var folder: Path

    private val file: Path get() = folder.resolve("cache.db")

    private val written =
        (0 until ROWS).associate { i ->
            val tags = listOf("tag ${i % 3}")
            val value = "the value of key $i ".repeat(10).encodeToByteArray()
            val expiresAt = 1_893_499_200_000_000L + i
            "key $i" to
                StoredEntry("key $i", value, "protobuf", expiresAt, tags, i + 1L, "default", 1_893_499_199_000_000L, 42)
        }

    @Test
    fun `flipped bits never give another value`() {
        openStore(file).use { store -> store.commit { written.values.forEach(entries::put) } }
        val sound = Files.readAllBytes(file)
        repeat(TRIALS) { seed ->
            withClue("seed $seed") {
                val random = Random(seed)
                val flips = if (seed % 2 == 0) 1 else random.nextInt(2, 200)
                val damaged = sound.clone()
                repeat(flips) {
                    val bit = random.nextInt(damaged.size * 8)
                    damaged[bit / 8] = (damaged[bit / 8].toInt() xor (1 shl bit % 8)).toByte()
                }
                Files.list(folder).use { left -> left.forEach(Files::delete) }
                Files.write(file, damaged)
                faultsOnly { Opening(file).use { checkAll(it.store) } }
            }
        }
    }

    private fun checkAll(store: StoreBackend) {
        for ((key, row) in written) {
            faultsOnly { store.entries.read(key)?.let { checkSame(row, it) } }
        }
        for (order in KeyOrder.entries) {
            faultsOnly {
                store.entries.page(EntryPage(null, 2 * ROWS, order, "", null, true)).forEach {
                    if (it.entry.fault == null) checkSame(checkNotNull(written[it.entry.key]) { it.entry }, it.entry)
                }
            }
        }
    }

    private fun checkSame(
        row: StoredEntry,
        found: StoredEntry,
    ) {
        if (found.fault == null) withClue(found) { (row.sameAs(found) && row.shape == found.shape) shouldBe true }
    }

    private inline fun faultsOnly(action: () -> Unit) {
        try {
            action()
        } catch (_: StoreFaultException) {
            // The store knows that it cannot answer.
        }
    }

    private companion object {
        const val ROWS = 100
        const val TRIALS = 100
    }
}
