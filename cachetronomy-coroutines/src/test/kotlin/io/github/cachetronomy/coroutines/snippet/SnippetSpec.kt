package io.github.cachetronomy.coroutines.snippet

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.coroutines.tempFile
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

@Tags("fast")
class SnippetSpec :
    FunSpec({
        test("the program answers, and its file keeps what it did") {
            val file = tempFile()
            var calls = 0
            val api =
                Api { id ->
                    calls++
                    User(id, "user $id")
                }

            val first = run(file, api, 7)
            first.user shouldBe User(7, "user 7")
            first.greeting shouldBe "hello"
            first.evictions.map { it.key to it.cause } shouldContainExactly listOf("user:7" to EvictionCause.TAG)
            first.reads.map { it.key to it.reads } shouldContainExactly listOf("greeting" to 1L)

            repeat(2) { runAndClose(file, api, 7) shouldBe User(7, "user 7") }
            calls shouldBe 2
        }
    })
