package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.spi.CacheEventListener
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** Listeners are other people's code: whatever they do, they hold up nobody. */
@Tags("fast")
class ListenerSpec :
    FunSpec({
        test("closing does not wait for a listener") {
            val inside = CountDownLatch(1)
            val letGo = CountDownLatch(1)
            val slow =
                CacheEventListener {
                    inside.countDown()
                    letGo.await()
                }
            onHarness(configure = { listeners += slow }) {
                cache.set("k", 1)
                cache.delete("k")
                inside.awaitSoon()
                onThread { cache.close() }.get(2, TimeUnit.SECONDS)
                letGo.countDown()
            }
        }

        test("a listener that fails hears of the next event all the same") {
            val heard = LinkedBlockingQueue<String>()
            val failing =
                CacheEventListener {
                    heard += (it as CacheEvent.Removed).key
                    throw AssertionError("a listener's own")
                }
            onHarness(configure = { listeners += failing }) {
                val keys = listOf("a", "b", "c")
                cache.setMany(keys.associateWith { 1 })
                keys.forEach { cache.delete(it) }
                keys.map { heard.poll(5, TimeUnit.SECONDS) } shouldContainExactly keys
            }
        }

        test("a listener may call the cache that tells it, and wait for it") {
            onHarness {
                val answered = LinkedBlockingQueue<Boolean>()
                engine
                    .listen {
                        if ((it as CacheEvent.Removed).key ==
                            "k"
                        ) {
                            answered += setBlocking("from the listener", 2).stored
                        }
                    }.use {
                        cache.set("k", 1)
                        cache.delete("k")
                        answered.poll(5, TimeUnit.SECONDS) shouldBe true
                        stored("from the listener") shouldBe "2"
                    }
            }
        }
    })
