package io.github.cachetronomy.core.annotations

import io.github.cachetronomy.core.annotations.weaving.Weaver
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe

internal interface Counter {
    @Cached(key = "count:{0}", condition = "isSmall")
    fun count(number: Int): Int

    @CacheInvalidate(name = "count")
    fun forget(number: Int)

    fun isSmall(number: Int): Boolean = number < 10
}

@Tags("fast")
class WeaverSpec :
    FunSpec({
        test("annotations are read when the interface is woven, and not again") {
            val file = tempdir().toPath().resolve("app.db")
            Engines.open(EngineConfig().also { it.file = file }).use { lease ->
                var calls = 0
                val counting =
                    object : Counter {
                        override fun count(number: Int) = ++calls

                        override fun forget(number: Int) = Unit
                    }
                val resolved = ArrayList<String>()
                val counter = Weaver.wrap(lease::engine, Counter::class.java, counting) { resolved += it.name }
                resolved shouldContainExactlyInAnyOrder listOf("count", "forget", "isSmall")
                repeat(100) {
                    counter.count(7) shouldBe it + 1
                    counter.count(7) shouldBe it + 1
                    counter.forget(7)
                }
                resolved.size shouldBe 3
            }
        }
    })
