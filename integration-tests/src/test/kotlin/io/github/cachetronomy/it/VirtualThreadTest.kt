package io.github.cachetronomy.it

import io.github.cachetronomy.interop.BlockingCachetronaut
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledForJreRange
import org.junit.jupiter.api.condition.JRE
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Virtual threads that wait for a load or a write let go of the threads that carry them. */
@Tag("fast")
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadTest {
    @TempDir
    lateinit var folder: Path

    /** The class files are for older JVMs, which do not know the method. */
    private fun virtualThreads(): ExecutorService =
        Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor").invoke(null) as ExecutorService

    @Test
    fun `more waiters than carriers do not keep an unrelated virtual thread from running`() {
        BlockingCachetronaut.open(folder.resolve("virtual.db")).use { cache ->
            val loading = CountDownLatch(1)
            val gate = CountDownLatch(1)
            val leader =
                thread {
                    cache.cached("k", String::class.java) {
                        loading.countDown()
                        gate.await()
                        "loaded"
                    }
                }
            loading.await()
            val threads = virtualThreads()
            try {
                val waiters = List(500) { threads.submit<String> { cache.cached("k", String::class.java) { "mine" } } }
                // If a waiter held on to its carrier, a few of them would hold all there are and this would never run.
                val unrelated =
                    List(100) { threads.submit<String> { cache.cached("other-$it", String::class.java) { "ran" } } }
                unrelated.forEach { assertEquals("ran", it.get(20, TimeUnit.SECONDS)) }
                gate.countDown()
                waiters.forEach { assertEquals("loaded", it.get(20, TimeUnit.SECONDS)) }
            } finally {
                gate.countDown()
                threads.shutdownNow()
            }
            leader.join()
        }
    }

    @Test
    fun `a thousand virtual threads write and read`() {
        BlockingCachetronaut.open(folder.resolve("writes.db")).use { cache ->
            val threads = virtualThreads()
            try {
                val done =
                    List(1_000) { i ->
                        threads.submit<Int> {
                            cache.set("k$i", i)
                            cache.get("k$i", Int::class.javaObjectType).get()
                        }
                    }
                done.forEachIndexed { i, result -> assertEquals(i, result.get(20, TimeUnit.SECONDS)) }
            } finally {
                threads.shutdownNow()
            }
        }
    }
}
