package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.testing.FakeClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread
import kotlin.io.path.createDirectories
import kotlin.io.path.createDirectory
import kotlin.io.path.createFile
import kotlin.io.path.deleteExisting
import kotlin.io.path.writeText

/** While there is no file to be had a cache works in memory and says so; it goes back to the file as soon as it can. */
@Tags("fast")
class UnavailableFileSpec :
    FunSpec({
        val root = tempdir().toPath()
        var folders = 0

        fun newFolder(): Path = root.resolve("folder-${folders++}").createDirectory()

        val obstacles =
            mapOf<String, () -> Path>(
                "a folder in place of the file" to { newFolder().resolve("cache.db").createDirectory() },
                "a file in place of its folder" to { newFolder().resolve("file").createFile().resolve("cache.db") },
                "a folder in place of its lock" to {
                    newFolder().resolve("cache.db").also { it.with("-lock").createDirectory() }
                },
            )

        for ((name, open) in faces) {
            for ((obstacle, make) in obstacles) {
                test("$name: $obstacle leaves the cache in memory, degraded, and it does all that memory can") {
                    val file = make()
                    open(file, Wishes()).use { cache -> cache.worksInMemoryOnly() }
                }

                test("$name: $obstacle is refused where the file is required") {
                    val file = make()
                    val failure =
                        shouldThrow<StoreUnavailableException> { open(file, Wishes(requireStore = true)) }
                    failure.message.orEmpty() shouldContain file.fileName.toString()
                }
            }

            test("$name: what only memory has is not called stored, whichever way it is asked for") {
                open(newFolder().resolve("cache.db").createDirectory(), Wishes()).use { cache ->
                    cache.set("k", "v")
                    cache.cached("loaded") { "loaded" }
                    repeat(2) {
                        for (key in listOf("k", "loaded")) {
                            cache.metadata(key)?.stored shouldBe false
                            val hit = cache.find(key).shouldBeInstanceOf<Lookup.Hit<String?>>()
                            hit.metadata.stored shouldBe false
                        }
                        cache.evictAll()
                    }
                }
            }

            test("$name: who requires the file does not join a cache that works without it") {
                val file = newFolder().resolve("cache.db").createDirectory()
                kotlinFace(file, Wishes()).use { cache ->
                    shouldThrow<StoreUnavailableException> { open(file, Wishes(requireStore = true)) }
                    // The one who was there goes on.
                    cache.set("k", "v").stored shouldBe false
                    cache.get("k") shouldBe "v"
                    file.deleteExisting()
                    shouldThrow<StoreUnavailableException> { open(file, Wishes(requireStore = true)) }
                }
                open(file, Wishes(requireStore = true)).use { it.set("k", "v").stored shouldBe true }
            }

            test("$name: a file that only its owner may write is not written by another").config(
                enabledIf = { canBeUnwritable(root) },
            ) {
                val file = newFolder().resolve("cache.db")
                open(file, Wishes()).use { it.set("k", "stored") }
                check(file.toFile().setWritable(false) && file.parent.toFile().setWritable(false))
                try {
                    open(file, Wishes()).use { cache ->
                        cache.set("k", "v").stored shouldBe false
                        cache.get("k") shouldBe "v"
                        cache.cached("loaded") { "loaded" } shouldBe "loaded"
                        cache.health().status shouldBe CacheHealth.Status.DEGRADED
                    }
                } finally {
                    file.parent.toFile().setWritable(true)
                    file.toFile().setWritable(true)
                }
            }
        }

        test("a cache without its file goes back to it when it can, and what it writes then is stored") {
            val file = newFolder().resolve("cache.db").createDirectory()
            var clock = FakeClock()
            Ticking(file).use { with ->
                clock = with.clock
                with.kotlin.set("before", "in memory").stored shouldBe false
                with.both.forEach { (_, cache) -> cache.health().status shouldBe CacheHealth.Status.DEGRADED }
                file.deleteExisting()
                with.passUntilBack()
                with.both.forEach { (name, cache) ->
                    cache.health().status shouldBe CacheHealth.Status.HEALTHY
                    cache.set(name, "value").stored shouldBe true
                    raw(file) { texts("SELECT key FROM cache") } shouldContain name
                }
            }
            kotlinFace(file, Wishes(clock)).use { it.get("Java") shouldBe "value" }
        }

        test("what was written or removed while the file was away is not undone by the rows of the file") {
            val file = newFolder().resolve("cache.db")
            kotlinFace(file, Wishes(FakeClock())).use { cache ->
                for (key in listOf("written", "deleted", "untouched")) cache.set(key, "old")
            }
            val away = file.resolveSibling("away.db")
            Files.move(file, away)
            file.createDirectory()
            Ticking(file).use { with ->
                with.kotlin.set("written", "new").stored shouldBe false
                with.kotlin.delete("deleted")
                with.kotlin.evictAll()
                file.deleteExisting()
                Files.move(away, file)
                with.passUntilBack()
                with.both.forEach { (name, cache) ->
                    withClue(name) {
                        cache.get("written") shouldNotBe "old"
                        cache.get("deleted") shouldBe null
                        cache.get("untouched") shouldBe "old"
                    }
                }
            }
        }

        test("a cache whose file was cleared while it was away does not bring the rows back") {
            val file = newFolder().resolve("cache.db")
            kotlinFace(file, Wishes(FakeClock())).use { it.set("k", "old") }
            val away = file.resolveSibling("away.db")
            Files.move(file, away)
            file.createDirectory()
            Ticking(file).use { with ->
                with.kotlin.clear()
                file.deleteExisting()
                Files.move(away, file)
                with.passUntilBack()
                with.both.forEach { (name, cache) -> withClue(name) { cache.get("k") shouldBe null } }
            }
        }

        test("a write that is said to be stored is in the file, also while the cache goes back to it") {
            repeat(10) {
                val file = newFolder().resolve("cache.db").createDirectory()
                Ticking(file).use { with ->
                    val stored = ConcurrentHashMap.newKeySet<String>()
                    val enough = AtomicBoolean()
                    val writers =
                        with.both.map { (name, cache) ->
                            thread {
                                var count = 0
                                while (!enough.get()) {
                                    val key = "$name-${count++}"
                                    if (cache.set(key, "value").stored) stored += key
                                }
                            }
                        }
                    file.deleteExisting()
                    with.passUntil("the cache to be back") { stored.size > 20 }
                    enough.set(true)
                    writers.forEach(Thread::join)
                    stored - raw(file) { texts("SELECT key FROM cache") }.toSet() shouldBe emptySet()
                }
            }
        }

        test("a damaged file that another process holds is left to it, and set aside when it let go") {
            val file = newFolder().resolve("cache.db")
            file.writeText("this is no database")
            var clock = FakeClock()
            ChildJvm(Elsewhere::class.java, "hold", file).use { holder ->
                holder.hear() shouldBe "held"
                Ticking(file).use { with ->
                    clock = with.clock
                    with.both.forEach { (_, cache) -> cache.worksInMemoryOnly() }
                    with.pass(Duration.ofSeconds(5))
                    Files.readString(file) shouldBe "this is no database"
                    with.kotlin.health().status shouldBe CacheHealth.Status.DEGRADED
                    holder.end()
                    with.passUntilBack()
                    with.both.forEach { (name, cache) -> cache.set(name, "value").stored shouldBe true }
                    with.events.await<CacheEvent.FileSetAside>()
                }
            }
            file.parent.names().count { ".damaged-" in it && !it.endsWith("-wal") && !it.endsWith("-shm") } shouldBe 1
            kotlinFace(file, Wishes(clock)).use { it.get("Kotlin") shouldBe "value" }
        }

        test("without SQLite's native library the cache works in memory, and says which library and why") {
            val file = newFolder().resolve("cache.db")
            val nowhere = newFolder().resolve("file").createFile().resolve("folder")
            ChildJvm(WithoutLibrary::class.java, file, options = listOf("-Dorg.sqlite.tmpdir=$nowhere")).use { child ->
                val (code, output, complaints) = child.end()
                withClue(complaints) { code shouldBe 0 }
                for (face in faces.keys) {
                    output shouldContain "$face value DEGRADED stored=false"
                    output shouldContain "$face required StoreUnavailableException"
                    val cause = output.single { it.startsWith("$face cause") }
                    cause shouldContain "native library"
                    cause shouldContain "org.sqlite.tmpdir"
                }
                complaints.lines().filter { " ERROR io.github.cachetronomy" in it }.shouldBeEmpty()
            }
        }
    })

/** Uses a cache in a JVM that cannot load SQLite. */
object WithoutLibrary {
    @JvmStatic
    fun main(args: Array<String>) {
        val file = Path.of(args[0])
        for ((name, open) in faces) {
            open(file, Wishes()).use { cache ->
                val stored = cache.set("k", "value").stored
                println("$name ${cache.get("k")} ${cache.health().status} stored=$stored")
                println("$name cause ${cache.health().causes}")
            }
            try {
                open(file, Wishes(requireStore = true)).close()
            } catch (failure: RuntimeException) {
                println("$name required ${failure.javaClass.simpleName}")
            }
        }
    }
}

/** Lets time pass until the cache has its file again. */
private fun Ticking.passUntilBack() =
    passUntil("the cache to be back") {
        kotlin.set("probe", "value")
        java.health().causes.isEmpty() && "probe" in raw(file) { texts("SELECT key FROM cache") }
    }

/** Everything but the restart. */
private fun Face.worksInMemoryOnly() {
    health().status shouldBe CacheHealth.Status.DEGRADED
    health().causes.single() shouldContain "memory only"
    set("k", "v").stored shouldBe false
    get("k") shouldBe "v"
    evictAll()
    get("k") shouldBe "v"
    cached("loaded") { "loaded" } shouldBe "loaded"
    cached("loaded") { error("memory has it") } shouldBe "loaded"
    getMany(listOf("k", "loaded", "none")) shouldBe mapOf("k" to "v", "loaded" to "loaded")
    keys() shouldBe listOf("k", "loaded")
    val before = increment("n")
    increment("n") shouldBe before + 1
    delete("k") shouldBe true
    get("k") shouldBe null
    flush()
    clear()
    keys().shouldBeEmpty()
}

/** Whether this process can be kept from writing a file of its own at all: root cannot. */
private fun canBeUnwritable(folder: Path): Boolean {
    val trial = folder.resolve("trial").createDirectories()
    trial.toFile().setWritable(false)
    return try {
        trial.resolve("file").createFile().deleteExisting()
        false
    } catch (_: IOException) {
        true
    } finally {
        trial.toFile().setWritable(true)
        trial.deleteExisting()
    }
}
