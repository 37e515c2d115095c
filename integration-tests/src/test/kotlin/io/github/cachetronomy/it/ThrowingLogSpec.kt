package io.github.cachetronomy.it

import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.OutputStream
import java.io.PrintStream

/** What the cache logs may go to a full disk. */
@Tags("fast")
class ThrowingLogSpec :
    FunSpec({
        test("a log that throws does not stop the writing") {
            onHarness {
                store.failTransactions(Kind.UNAVAILABLE, 1)
                whileLogThrows { cache.set("k", 1).stored shouldBe false }
                cache.set("k", 2).stored shouldBe true
            }
        }

        test("a log that throws leaves readers with a miss") {
            onHarness {
                store.failReads(Kind.UNAVAILABLE, 1)
                whileLogThrows { cache.get<Int>("k") shouldBe null }
                cache.set("k", 2).stored shouldBe true
            }
        }
    })

private suspend fun whileLogThrows(test: suspend () -> Unit) {
    val before = System.err
    System.setErr(ThrowingStream())
    try {
        test()
    } finally {
        System.setErr(before)
    }
}

private class ThrowingStream : PrintStream(OutputStream.nullOutputStream()) {
    override fun println(line: String?): Unit = error("the disk of the log is full")

    override fun println(line: Any?): Unit = error("the disk of the log is full")
}
