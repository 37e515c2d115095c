package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.StoreUnavailableException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.sql.Connection
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Another program holds the right to write: nobody waits longer than was agreed, and nothing removed comes back. */
@Tags("fast")
class LockedFileSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        fun newFile(): Path = folder.resolve("locked-${files++}.db")

        for ((name, open) in faces) {
            test("$name: reads from the file go on") {
                val file = newFile()
                open(file, Wishes()).use { cache ->
                    cache.set("a", "1")
                    cache.set("b", "2")
                    locked(file) {
                        cache.evictAll()
                        cache.get("a") shouldBe "1"
                        cache.evictAll()
                        cache.getMany(listOf("a", "b")) shouldBe mapOf("a" to "1", "b" to "2")
                        cache.metadata("b")?.stored shouldBe true
                        cache.health().status shouldBe CacheHealth.Status.HEALTHY
                    }
                }
            }

            test("$name: cached returns its value without waiting for the file, and the row follows") {
                val file = newFile()
                open(file, Wishes(patience = 5.minutes)).use { cache ->
                    cache.set("before", "there")
                    locked(file) {
                        val begun = TimeSource.Monotonic.markNow()
                        cache.cached("k") { "loaded" } shouldBe "loaded"
                        cache.cached("k") { error("memory has it") } shouldBe "loaded"
                        begun.elapsedNow() shouldBeLessThan SLACK
                    }
                    cache.flush()
                    raw(file) { texts("SELECT key FROM cache ORDER BY key") } shouldBe listOf("before", "k")
                }
            }

            test("$name: set waits within its bound and then says that the value is not stored") {
                val file = newFile()
                open(file, Wishes(patience = PATIENCE)).use { cache ->
                    val events = Events()
                    cache.listen(events)
                    cache.set("k", "old")
                    locked(file) {
                        val begun = TimeSource.Monotonic.markNow()
                        cache.set("k", "new").stored shouldBe false
                        begun.elapsedNow() shouldBeLessThan PATIENCE + SLACK
                        cache.get("k") shouldBe "new"
                        cache.stats().droppedWrites shouldBe 1
                        cache.health().status shouldBe CacheHealth.Status.DEGRADED
                        events.await<CacheEvent.WriteDropped>().key shouldBe "k"
                        // The row under it is older than what was written: nobody may get it any more.
                        cache.evictAll()
                        cache.get("k") shouldBe null
                    }
                    cache.set("k", "newer").stored shouldBe true
                    cache.health().status shouldBe CacheHealth.Status.HEALTHY
                    cache.evictAll()
                    cache.get("k") shouldBe "newer"
                }
            }

            test("$name: a lock that goes within the bound costs the writer its time and nothing else") {
                val file = newFile()
                open(file, Wishes(patience = 5.minutes)).use { cache ->
                    cache.set("k", "old")
                    val stored =
                        locked(file) {
                            val writing = CompletableFuture.supplyAsync { cache.set("k", "new").stored }
                            // Memory has the value as soon as the write is in its place.
                            awaitUntil("the write to be queued") { cache.get("k") == "new" }
                            writing.isDone shouldBe false
                            writing
                        }
                    stored.get(SLACK.inWholeSeconds, TimeUnit.SECONDS) shouldBe true
                    raw(file) { texts("SELECT CAST(data AS TEXT) FROM cache") } shouldBe listOf("\"new\"")
                    cache.stats().droppedWrites shouldBe 0
                    cache.health().status shouldBe CacheHealth.Status.HEALTHY
                }
            }

            test("$name: where the file is required, a write it does not take is an exception within the bound") {
                val file = newFile()
                open(file, Wishes(requireStore = true, patience = PATIENCE)).use { cache ->
                    cache.set("k", "old")
                    locked(file) {
                        val begun = TimeSource.Monotonic.markNow()
                        shouldThrow<StoreUnavailableException> { cache.set("k", "new") }
                        shouldThrow<StoreUnavailableException> { cache.delete("k") }
                        shouldThrow<StoreUnavailableException> { cache.flush() }
                        begun.elapsedNow() shouldBeLessThan PATIENCE * 3 + SLACK
                    }
                }
            }

            test("$name: an atomic operation has no answer then, and says so within the bound") {
                val file = newFile()
                open(file, Wishes(patience = PATIENCE)).use { cache ->
                    cache.increment("n") shouldBe 1
                    locked(file) {
                        val begun = TimeSource.Monotonic.markNow()
                        shouldThrow<StoreUnavailableException> { cache.increment("n") }
                        begun.elapsedNow() shouldBeLessThan PATIENCE + SLACK
                    }
                    cache.increment("n") shouldBe 2
                }
            }

            test("$name: opening a file that somebody writes does not wait longer than it says") {
                val file = newFile()
                open(file, Wishes()).use { it.set("k", "v") }
                locked(file) {
                    val begun = TimeSource.Monotonic.markNow()
                    open(file, Wishes(patience = PATIENCE)).use { cache ->
                        begun.elapsedNow() shouldBeLessThan SLACK
                        cache.get("k") shouldBe "v"
                    }
                }
            }
        }

        val removals =
            mapOf<String, (Face) -> Unit>(
                "delete" to { it.delete("k") },
                "clear" to { it.clear() },
            )
        for ((removal, remove) in removals) {
            for (name in faces.keys) {
                test("$name: a $removal that the file did not take holds at once, is told, and is made up for later") {
                    Ticking(newFile(), patience = Duration.ofMillis(300)).use { with ->
                        val cache = with.both.getValue(name)
                        cache.set("k", "v")
                        locked(with.file) {
                            remove(cache)
                            cache.get("k") shouldBe null
                            cache.metadata("k") shouldBe null
                            cache.getMany(listOf("k")) shouldBe emptyMap()
                            withClue("while it is owed") {
                                cache.health().status shouldBe CacheHealth.Status.DEGRADED
                            }
                        }
                        raw(with.file) { texts("SELECT key FROM cache") } shouldBe listOf("k")
                        cache.get("k") shouldBe null
                        with.passUntil("the row to be gone") {
                            raw(with.file) { texts("SELECT key FROM cache").isEmpty() }
                        }
                        awaitUntil("the cache to be well") { cache.health().causes.isEmpty() }
                        cache.get("k") shouldBe null
                        cache.set("k", "again").stored shouldBe true
                        raw(with.file) { texts("SELECT key FROM cache") } shouldContainExactly listOf("k")
                    }
                }

                test("$name: a row that a $removal left behind is not listed either") {
                    Ticking(newFile(), patience = Duration.ofMillis(300)).use { with ->
                        val cache = with.both.getValue(name)
                        cache.set("k", "v")
                        locked(with.file) {
                            remove(cache)
                            cache.keys().shouldBeEmpty()
                            cache.entries().keys.shouldBeEmpty()
                        }
                    }
                }
            }

            test("a cache that ends with a $removal owed says so") {
                val file = newFile()
                val events = Events()
                val warnings =
                    warningsAbout(file) {
                        locked(file.also { javaFace(it, Wishes()).use { cache -> cache.set("k", "v") } }) {
                            val cache = javaFace(file, Wishes(patience = PATIENCE), events)
                            remove(cache)
                            cache.close()
                        }
                    }
                awaitUntil("somebody to be told") {
                    warnings.isNotEmpty() || events.all.any { it is CacheEvent.CloseIncomplete }
                }
            }
        }
    })

private val PATIENCE = 300.milliseconds

/** How much longer than agreed a slow machine may take. */
private val SLACK = 10.seconds

/** Runs [block] while another connection holds the right to write. */
private fun <R> locked(
    file: Path,
    block: Connection.() -> R,
): R =
    raw(file) {
        run("BEGIN IMMEDIATE")
        try {
            block()
        } finally {
            run("ROLLBACK")
        }
    }
