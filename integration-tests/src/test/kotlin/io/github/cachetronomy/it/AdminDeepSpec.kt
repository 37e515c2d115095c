package io.github.cachetronomy.it

import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.faults.raw
import io.github.cachetronomy.it.faults.run
import io.github.cachetronomy.it.faults.texts
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.sqlite.SQLiteConfig
import java.io.OutputStream
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.fileSize
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** What takes a while: large files, and others at work on them. */
@Tags("deep")
class AdminDeepSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        fun newFile(): Path = folder.resolve("deep-${files++}.db")

        suspend fun Cachetronaut.fill(megabytes: Int) {
            for (megabyte in 1..megabytes) {
                setMany((1..100).associate { "mb$megabyte-$it" to "x".repeat(10_000) })
            }
        }

        test("twenty megabytes that were removed are gone from the disk after a vacuum") {
            val file = newFile()
            Cachetronaut(file).use { cache ->
                cache.fill(20)
                cache.set("kept", "v")
                cache.clearByPrefix("mb")
                val report = cache.admin.vacuum()
                report.bytesBefore shouldBeGreaterThan 20_000_000
                report.bytesAfter shouldBeLessThan 500_000
                file.fileSize() shouldBeLessThan 400_000
                cache.evictAll()
                cache.get<String>("kept") shouldBe "v"
            }
        }

        test("while others write a backup is taken of one moment, with all that was written before") {
            val file = newFile()
            val target = newFile()
            Cachetronaut(file).use { cache ->
                cache.fill(10)
                withContext(Dispatchers.Default) {
                    val writers =
                        List(2) { writer ->
                            launch {
                                var i = 0
                                // Both in one transaction: a copy has both or none.
                                while (isActive) {
                                    val n = i++
                                    cache.setMany(mapOf("left-$writer-$n" to n, "right-$writer-$n" to n))
                                }
                            }
                        }
                    delay(100.milliseconds)
                    cache.set("before", "v")
                    cache.admin.backup(target)
                    writers.forEach { it.cancel() }
                }
                cache.health().causes.shouldBeEmpty()
            }
            raw(target) { texts("PRAGMA integrity_check") } shouldBe listOf("ok")
            raw(target) {
                texts(
                    "SELECT count(*) FROM cache WHERE key LIKE 'left-%' AND NOT EXISTS " +
                        "(SELECT 1 FROM cache AS r WHERE r.key = 'right-' || substr(cache.key, 6))",
                )
            } shouldBe listOf("0")
            BlockingCachetronaut.open(target).use { copy ->
                copy.get("before", String::class.java).get() shouldBe "v"
                copy.keys().filter { it.startsWith("mb") }.count() shouldBe 1_000
                copy.admin().check().isSound shouldBe true
            }
        }

        test("a backup, a check and an export that are cancelled end soon and leave the file whole") {
            val file = newFile()
            val target = newFile()
            Cachetronaut(file).use { cache ->
                cache.fill(20)
                val works: List<suspend () -> Any?> =
                    listOf(
                        { cache.admin.backup(target) },
                        { cache.admin.check() },
                        { cache.admin.exportTo(Slow) },
                        { cache.admin.vacuum() },
                    )
                for (work in works) {
                    val began = TimeSource.Monotonic.markNow()
                    coroutineScope {
                        val working = async(Dispatchers.Default) { work() }
                        delay(20.milliseconds)
                        working.cancel()
                        working.join()
                        working.isCancelled shouldBe true
                    }
                    began.elapsedNow() shouldBeLessThan 2.seconds
                }
                target.exists() shouldBe false
                cache.admin.check().isSound shouldBe true
                cache.set("after", "v").stored shouldBe true
            }
        }

        test("a file that is locked by another program is not made smaller, and nobody waits for ever") {
            val file = newFile()
            Cachetronaut(file) { storePatience = 200.milliseconds }.use { cache ->
                cache.set("a", "v")
                cache.flush()
                SQLiteConfig().createConnection("jdbc:sqlite:$file").use { other ->
                    other.run("BEGIN IMMEDIATE")
                    val began = TimeSource.Monotonic.markNow()
                    shouldThrow<StoreUnavailableException> { cache.admin.vacuum() }
                    began.elapsedNow() shouldBeLessThan 5.seconds
                    other.run("ROLLBACK")
                }
                cache.admin.vacuum()
                cache.get<String>("a") shouldBe "v"
            }
        }

        test("a file that is only looked at is measured, checked, asked and copied, and nothing in it is changed") {
            val file = newFile()
            Cachetronaut(file).use { it.set("a", "v") }
            val before = raw(file) { texts("SELECT quote(data) FROM cache") }
            Cachetronaut.openReadOnly(file).use { cache ->
                cache.admin.volume().liveEntries shouldBe 1
                cache.admin.check().isSound shouldBe true
                cache.admin.query("SELECT key FROM cache").rows shouldBe listOf(mapOf("key" to "a"))
                cache.admin.exportTo(OutputStream.nullOutputStream()).written shouldBe 1
                val target = newFile()
                cache.admin.backup(target)
                raw(target) { texts("SELECT key FROM cache") } shouldBe listOf("a")
                shouldThrow<IllegalStateException> { cache.admin.vacuum() }
                shouldThrow<IllegalStateException> { cache.admin.check(repair = true) }
                shouldThrow<IllegalStateException> { cache.admin.execute("DELETE FROM cache") }
                shouldThrow<IllegalStateException> { cache.admin.importFrom(ByteArray(0).inputStream()) }
            }
            BlockingCachetronaut.openReadOnly(file).use { cache ->
                cache.admin().volume().liveEntries shouldBe 1
                shouldThrow<IllegalStateException> { cache.admin().vacuum() }
                shouldThrow<IllegalStateException> { cache.admin().execute("DELETE FROM cache") }
            }
            raw(file) { texts("SELECT quote(data) FROM cache") } shouldBe before
        }

        test("a file of the Python package that is only looked at is asked as if it were ours") {
            val file = newFile()
            raw(file) {
                run(
                    "CREATE TABLE cache(key TEXT PRIMARY KEY, data BLOB NOT NULL, fmt TEXT NOT NULL DEFAULT 'json', " +
                        "expire_at DATETIME NOT NULL, tags TEXT NOT NULL CHECK(json_valid(tags)), " +
                        "version INTEGER NOT NULL DEFAULT 1, saved_by_profile TEXT NOT NULL)",
                    "INSERT INTO cache VALUES ('b', CAST('\"two\"' AS BLOB), 'json', " +
                        "'2099-12-31T23:59:59+00:00', '[\"x\"]', 3, 'default')",
                )
            }
            Cachetronaut.openReadOnly(file).use { cache ->
                cache.admin.volume().liveEntries shouldBe 1
                cache.admin
                    .check()
                    .findings
                    .shouldBeEmpty()
                cache.admin.query("SELECT key, header FROM cache").rows shouldBe
                    listOf(mapOf("key" to "b", "header" to null))
                cache.admin.exportTo(OutputStream.nullOutputStream()).written shouldBe 1
            }
        }
    }) {
    /** Takes its time, so that there is something to cancel. */
    private object Slow : OutputStream() {
        override fun write(b: Int) = Unit

        override fun write(
            bytes: ByteArray,
            from: Int,
            length: Int,
        ) = awaitAMoment()

        private fun awaitAMoment() {
            val began = System.nanoTime()
            while (System.nanoTime() - began < 100_000) Thread.onSpinWait()
        }
    }
}
