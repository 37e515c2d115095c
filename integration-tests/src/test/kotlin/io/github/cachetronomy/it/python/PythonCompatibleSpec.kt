package io.github.cachetronomy.it.python

import io.github.cachetronomy.core.CacheEvent.Cleared
import io.github.cachetronomy.core.CacheEvent.NotReadableByPython
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.faults.raw
import io.github.cachetronomy.it.faults.texts
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.toList
import java.io.ByteArrayOutputStream
import java.nio.file.Path
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit

/** Formats that Python does not read. */
@Tags("fast")
class PythonCompatibleSpec :
    FunSpec({
        /** What is told of when [write] writes through a new cache on [file], which then tells that it closes. */
        fun told(
            file: Path,
            write: (BlockingCachetronaut) -> Unit,
        ): List<NotReadableByPython> {
            val events = ConcurrentLinkedQueue<NotReadableByPython>()
            val ended = Semaphore(0)
            val listener =
                CacheEventListener { event ->
                    if (event is NotReadableByPython) events += event
                    if (event is Cleared) ended.release()
                }
            BlockingCachetronaut.builder(file).listener(listener).build().use {
                write(it)
                // The last event: those before it have been told by then.
                it.clear()
                check(ended.tryAcquire(10, TimeUnit.SECONDS)) { "clear was not told" }
            }
            return events.toList()
        }

        val writeAll: (BlockingCachetronaut) -> Unit = { cache ->
            cache.set("json", "x")
            cache.set("msgpack", "x", EntryOptions.format("msgpack"))
            cache.set("first", "x", EntryOptions.format("cbor"))
            cache.set("second", byteArrayOf(1))
        }

        test("writing one into a file that Python made is told once an opening, also later on") {
            val file = pythonFile(tempdir().toPath())
            repeat(2) { told(file, writeAll) shouldContainExactly listOf(NotReadableByPython("first", "cbor")) }
        }

        test("compressed values are told of, too") {
            val file = pythonFile(tempdir().toPath())
            val events = ConcurrentLinkedQueue<NotReadableByPython>()
            val heard = Semaphore(0)
            val listener =
                CacheEventListener { event ->
                    if (event is NotReadableByPython) {
                        events += event
                        heard.release()
                    }
                }
            BlockingCachetronaut.builder(file).compressAbove(10).listener(listener).build().use {
                it.set("k", "x".repeat(1_000))
                check(heard.tryAcquire(10, TimeUnit.SECONDS)) { "it was not told" }
            }
            events shouldContainExactly listOf(NotReadableByPython("k", "json+gzip"))
        }

        test("in a file of ours it is nobody's business") {
            told(tempdir().toPath().resolve("ours.db"), writeAll).shouldBeEmpty()
        }

        test("pythonCompatible refuses them, in Kotlin") {
            val file = tempdir().toPath().resolve("shared.db")
            Cachetronaut(file) { pythonCompatible = true }.use { cache ->
                for (format in listOf("cbor", "protobuf", "string")) {
                    shouldThrow<IllegalArgumentException> { cache.set("k", "x", format = format) }
                    shouldThrow<IllegalArgumentException> { cache.cached<String>("k", format = format) { "x" } }
                    shouldThrow<IllegalArgumentException> { cache.setMany(mapOf("k" to "x"), format = format) }
                }
                cache.contains("k") shouldBe false
                cache.set("k", byteArrayOf(1, 2)).format shouldBe "msgpack"
                cache.evictAll()
                cache.get<ByteArray>("k")!!.toList() shouldBe listOf<Byte>(1, 2)
                cache.set("k", "x").format shouldBe "json"
            }
        }

        test("pythonCompatible refuses them, in Java, also on a cache that runs already") {
            val file = tempdir().toPath().resolve("shared.db")
            BlockingCachetronaut.open(file).use { first ->
                first.set("k", "x", EntryOptions.format("cbor"))
                BlockingCachetronaut.builder(file).pythonCompatible(true).build().use { cache ->
                    shouldThrow<IllegalArgumentException> { cache.set("k", "x", EntryOptions.format("cbor")) }
                    shouldThrow<IllegalArgumentException> { first.set("k", "x", EntryOptions.format("cbor")) }
                    cache.set("k", byteArrayOf(1, 2)).format shouldBe "msgpack"
                    cache.evictAll()
                    cache.get("k", ByteArray::class.java).get().toList() shouldBe listOf<Byte>(1, 2)
                }
            }
        }

        test("pythonCompatible refuses them in an import, too, and imports the rest") {
            val folder = tempdir().toPath()
            val lines = ByteArrayOutputStream()
            Cachetronaut(folder.resolve("ours.db")).use { cache ->
                cache.set("json", "x")
                cache.set("cbor", "x", format = "cbor")
                cache.admin.exportTo(lines)
            }
            Cachetronaut(folder.resolve("shared.db")) { pythonCompatible = true }.use { cache ->
                val report = cache.admin.importFrom(lines.toByteArray().inputStream())
                report.written shouldBe 1
                report.wrong shouldBe 1
                cache.keys().toList() shouldContainExactly listOf("json")
            }
        }

        test("pythonCompatible and compression exclude each other") {
            val file = tempdir().toPath().resolve("shared.db")
            shouldThrow<IllegalArgumentException> {
                Cachetronaut(file) {
                    pythonCompatible = true
                    compressAbove = 10
                }
            }
            BlockingCachetronaut.builder(file).compressAbove(10).build().use {
                shouldThrow<IllegalStateException> { BlockingCachetronaut.builder(file).pythonCompatible(true).build() }
            }
        }

        test("what tells a file of Python's from ours is one row that Python does not look at") {
            val folder = tempdir().toPath()
            val file = pythonFile(folder)
            val ours = folder.resolve("ours.db")
            BlockingCachetronaut.open(file).close()
            BlockingCachetronaut.open(ours).close()
            raw(file) { texts("SELECT value FROM cli_config WHERE key = 'cachetronomy_origin'") } shouldBe
                listOf("python")
            raw(ours) { texts("SELECT value FROM cli_config") }.shouldBeEmpty()
        }
    })
