package io.github.cachetronomy.it

import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.coroutines.Cachetronaut
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random

/** Callers that come and go in crowds leave nothing behind. */
@Tags("deep")
class CancelStormSpec :
    FunSpec({
        test(
            "twenty thousand calls, half of them cancelled at random moments, leave no load, no job and no connection",
        ) {
            val file = tempdir().toPath().resolve("storm.db")
            val lease = Engines.open(EngineConfig().apply { this.file = file })
            val completed = AtomicInteger()
            Cachetronaut(file).use { cache ->
                val random = Random(11)
                repeat(100) {
                    coroutineScope {
                        repeat(200) { i ->
                            val key = "k${random.nextInt(20)}"
                            val cancelled = random.nextBoolean()
                            val job =
                                launch(Dispatchers.Default) {
                                    when (i % 4) {
                                        0 -> {
                                            cache.set(key, i)
                                        }

                                        1 -> {
                                            cache.cached<Int>(key) {
                                                yield()
                                                i
                                            }
                                        }

                                        2 -> {
                                            cache.get<Int>(key)
                                        }

                                        3 -> {
                                            cache.delete(key)
                                        }
                                    }
                                    completed.incrementAndGet()
                                }
                            if (cancelled) {
                                repeat(random.nextInt(3)) { yield() }
                                job.cancel()
                            }
                        }
                    }
                }
                cache.flush()
                lease.engine.loadsUnderWay shouldBe 0
                cache.set("after", 1)
                cache.evictAll()
                cache.get<Int>("after") shouldBe 1
                lease.close()
            }
            completed.get() shouldBeGreaterThan 10_000
            openHandles(file) shouldBe 0
            // Every survivor's write is readable: nothing was left half-way.
            Cachetronaut(file).use { it.get<Int>("after") shouldBe 1 }
        }
    })
