package io.github.cachetronomy.testing

import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import java.util.concurrent.CountDownLatch
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit

/** The part of [StoreBackendContract] about threads, other processes and the end. Not thread-safe. */
public sealed interface LifecycleContract {
    /** The store under test. */
    public val store: StoreBackend

    @Test
    public fun `readers beside a writer see old rows or new ones and never a mixture`() {
        store.commitAll(*generation(0))
        val written = CountDownLatch(1)
        val readers =
            List(2) {
                FutureTask {
                    var before = 0L
                    do {
                        val last = written.count == 0L
                        val single = checkNotNull(store.entries.read("a"))
                        assertSameRow(generation(single.version).first(), single)
                        val both = store.entries.readAll(listOf("a", "b"))
                        val version = both.getValue("a").version
                        generation(version).forEach { assertSameRow(it, both[it.key]) }
                        check(version >= single.version && single.version >= before) { "a reader went back in time" }
                        before = version
                    } while (!last)
                    before
                }
            }
        readers.forEach { Thread(it).start() }
        try {
            for (version in 1..GENERATIONS) store.commitAll(*generation(version))
        } finally {
            written.countDown()
        }
        readers.forEach { assertEquals(GENERATIONS, it.get(30, TimeUnit.SECONDS)) }
    }

    @Test
    public fun `the store's own commits are no foreign changes`() {
        val before = store.foreignChanges()
        store.commitAll(entry("key"))
        store.entries.read("key")
        assertEquals(before, store.foreignChanges())
    }

    @Test
    public fun `what was only written, touched or expired was not removed`() {
        store.commitAll(entry("key", expiresAt = SOME_TIME, tags = listOf("t")))
        val mark = store.entries.removalMark()
        store.commitAll(entry("other", tags = listOf("t")))
        store.commit { entries.touch("key", SOME_TIME + 1) }
        store.commit { entries.deleteExpired(SOME_TIME + 1, 10) }
        assertFalse(store.commit { entries.removedSince(mark, "key", listOf("t"), "default") })
    }

    @Test
    public fun `a closed store fails`() {
        store.commitAll(entry("key"))
        store.close()
        assertThrows(RuntimeException::class.java) { store.entries.read("key") }
        assertThrows(RuntimeException::class.java) { store.entries.readAll(listOf("key")) }
        assertThrows(RuntimeException::class.java) { store.entries.page(page()) }
        assertThrows(RuntimeException::class.java) { store.entries.count() }
        assertThrows(RuntimeException::class.java) { store.accessLog.top(1) }
        assertThrows(RuntimeException::class.java) { store.evictionLog.recent(1) }
        assertThrows(RuntimeException::class.java) { store.profiles.find("default") }
        assertThrows(RuntimeException::class.java) { store.commitAll(entry("late")) }
    }

    @Test
    public fun `closing twice is harmless`() {
        store.close()
        store.close()
    }

    /** Two rows of which every field tells the version. */
    private fun generation(version: Long): Array<StoredEntry> {
        val (format, time, tags) = Triple("f$version", SOME_TIME + version, listOf("$version", "t"))
        return arrayOf(
            entry("a", "value $version".repeat(200).encodeToByteArray(), format, time, tags, version, "p$version"),
            entry("b", "$version".encodeToByteArray(), format, time, tags, version, "p$version"),
        )
    }

    private companion object {
        const val GENERATIONS = 300L
    }
}
