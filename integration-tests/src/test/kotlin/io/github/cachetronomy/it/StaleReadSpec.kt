package io.github.cachetronomy.it

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.awaitAll
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean

/** What was read from the store before it changed there is not what later readers get. */
@Tags("fast")
class StaleReadSpec :
    FunSpec({
        test("a number that was read before an increment is not served after it") {
            onHarness {
                cache.increment("n", by = 5)
                val commit = holdTransaction()
                val incrementing = begun { cache.increment("n") }
                commit.awaitArrival()
                val read = holdRead()
                val reading = begun { cache.get<Long>("n") }
                read.awaitArrival()
                commit.release()
                incrementing.await() shouldBe 6
                read.release()
                reading.await()
                cache.get<Long>("n") shouldBe 6
            }
        }

        test("a value that was read before it was replaced is not served after that") {
            onHarness {
                cache.set("k", 1)
                cache.evictAll()
                clock.advance(Duration.ofSeconds(1))
                val commit = holdTransaction()
                val replacing = begun { cache.replace("k", 1, 2) }
                commit.awaitArrival()
                val read = holdRead()
                val reading = begun { cache.get<Int>("k") }
                read.awaitArrival()
                commit.release()
                replacing.await() shouldBe true
                read.release()
                reading.await()
                cache.get<Int>("k") shouldBe 2
            }
        }

        test("a value that was absent when somebody looked is served after setIfAbsent") {
            onHarness {
                val commit = holdTransaction()
                val setting = begun { cache.setIfAbsent("k", 1) }
                commit.awaitArrival()
                val read = holdRead()
                val reading = begun { cache.get<Int>("k") }
                read.awaitArrival()
                commit.release()
                setting.await() shouldBe true
                read.release()
                reading.await()
                cache.get<Int>("k") shouldBe 1
            }
        }

        test("a value that is on its way into memory while everything is cleared does not stay there") {
            onHarness {
                val tags = TagsToStopAt("t")
                put("k", "1", tags)
                val read = holdRead()
                val reading = begun { cache.get<Int>("k") }
                read.awaitArrival()
                // From here on the tags of what is read are looked at before it enters memory.
                cache.clearByTags(setOf("other"))
                tags.stopNext()
                read.release()
                tags.awaitArrival()
                val clearing = onThread { engine.clear().await() }
                // Under the key's lock it has to wait for the reader; otherwise it is done by itself.
                tags.release()
                clearing.soon()
                reading.await()
                stored("k") shouldBe null
                cache.get<Int>("k") shouldBe null
            }
        }

        test("an increment is seen whatever number of removals is asked for behind it") {
            onHarness {
                cache.increment("n", by = 5)
                cache.get<Long>("n") shouldBe 5
                val held = holdUp()
                val incrementing = begun { cache.increment("n") }
                // More than are remembered one by one.
                val removing = List(300) { begun { cache.clearByTags(setOf("unrelated")) } }
                held.release()
                incrementing.await() shouldBe 6
                removing.awaitAll()
                cache.get<Long>("n") shouldBe 6
            }
        }
    })

/** Tags that can stop whoever asks for one of them. */
private class TagsToStopAt(
    private vararg val tags: String,
) : AbstractList<String>() {
    private val stopping = AtomicBoolean()
    private val arrived = CountDownLatch(1)
    private val released = CountDownLatch(1)

    override val size: Int get() = tags.size

    override fun get(index: Int): String = tags[index]

    override fun contains(element: String): Boolean {
        if (stopping.compareAndSet(true, false)) {
            arrived.countDown()
            released.await()
        }
        return element in tags
    }

    fun stopNext() = stopping.set(true)

    fun awaitArrival() = arrived.awaitSoon()

    fun release() = released.countDown()
}
