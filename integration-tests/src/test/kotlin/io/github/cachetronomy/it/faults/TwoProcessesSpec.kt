package io.github.cachetronomy.it.faults

import io.github.cachetronomy.testing.FakeClock
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.time.Duration
import java.time.Instant

/** Two processes on one file: what is atomic is so across them, and what one removes the other stops serving. */
@Tags("deep")
class TwoProcessesSpec :
    FunSpec({
        val folder = tempdir().toPath()
        val shared = folder.resolve("shared.db")
        val workers = ArrayList<ChildJvm>()

        beforeSpec {
            faces.keys.forEach { workers += worker(it, shared) }
            workers.forEach { it.hear() shouldBe "open" }
        }

        afterSpec { workers.forEach(ChildJvm::close) }

        /** Both work at the same time. */
        fun together(
            first: String,
            second: String,
        ): List<String> {
            workers[0].say(first)
            workers[1].say(second)
            return workers.map(ChildJvm::hear)
        }

        /** How often both together, and each key by how many of them. */
        fun done(answers: List<String>): List<Int> =
            answers[0].zip(answers[1]) { a, b -> a.digitToInt() + b.digitToInt() }

        fun now(key: String): List<String> = workers.map { it.ask("get $key") }

        test("a counter that both increment loses nothing") {
            val last = together("increment n 500", "increment n 500")
            last.maxOf(String::toInt) shouldBe 1000
            workers[0].ask("increment n 1") shouldBe "1001"
            workers[1].ask("increment n 1") shouldBe "1002"
        }

        test("of two that write a key if it is absent one does") {
            val answers = together("setEachIfAbsent absent 100 first", "setEachIfAbsent absent 100 second")
            done(answers) shouldBe List(100) { 1 }
            answers[0].forEachIndexed { i, bit ->
                val winner = if (bit == '1') "first" else "second"
                now("absent-$i") shouldBe listOf(winner, winner)
            }
        }

        test("of two that remove a key one gets its value") {
            workers[0].ask("setEach removed 100")
            done(together("removeEach removed 100", "removeEach removed 100")) shouldBe List(100) { 1 }
        }

        test("of two that delete a key one is told that it was there") {
            workers[0].ask("setEach deleted 100")
            done(together("deleteEach deleted 100", "deleteEach deleted 100")) shouldBe List(100) { 1 }
        }

        test("updates of both are all in the value, and touches take none of them back") {
            val longest = together("append text 200 a", "append text 200 b").maxBy(String::length)
            longest.count { it == 'a' } shouldBe 200
            longest.count { it == 'b' } shouldBe 200
            val (_, text) = together("touch text 200", "append text 200 c")
            text shouldBe longest + "c".repeat(200)
            workers[1].ask("get text") shouldBe text
        }

        test("a touch does not bring back what the other removes") {
            workers[0].ask("setEach touched 100")
            val (_, removed) = together("touchEach touched 100", "removeEach touched 100")
            removed shouldBe "1".repeat(100)
            workers[0].ask("touchEach touched 100") shouldBe "0".repeat(100)
        }

        test("what another process deletes, writes or clears is seen within a second of the clock") {
            val file = folder.resolve("ticking.db")
            Ticking(file).use { with ->
                for (key in listOf("deleted", "written", "cleared")) with.kotlin.set(key, "old")
                worker("Java", file, FakeClock.START.plusMillis(1)).use { other ->
                    other.hear() shouldBe "open"
                    other.ask("delete deleted") shouldBe "true"
                    other.ask("set written new") shouldBe "true"
                    // Memory may still have them.
                    with.pass(Duration.ofSeconds(1))
                    for (cache in with.both.values) {
                        with.settle("the removal to be seen") { cache.get("deleted") == null }
                        cache.get("written") shouldBe "new"
                        cache.get("cleared") shouldBe "old"
                    }
                    other.ask("clear everything")
                    with.pass(Duration.ofSeconds(1))
                    for (cache in with.both.values) {
                        with.settle("the removal to be seen") { cache.get("cleared") == null }
                        cache.get("written") shouldBe null
                    }
                    with.clock.instant() shouldBe FakeClock.START + Duration.ofSeconds(2)
                }
            }
        }

        test("what another process writes at the very same time as we did is seen too") {
            val file = folder.resolve("same-time.db")
            Ticking(file).use { with ->
                with.kotlin.set("k", "ours")
                with.kotlin.set("control", "ours")
                worker("Kotlin", file, with.clock.instant()).use { other ->
                    other.hear() shouldBe "open"
                    other.ask("set k theirs") shouldBe "true"
                    other.ask("delete control") shouldBe "true"
                    with.pass(Duration.ofSeconds(1))
                    with.settle("the commits to be noticed") { with.kotlin.get("control") == null }
                    with.kotlin.get("k") shouldBe "theirs"
                }
            }
        }

        test("what one deletes the other stops serving soon") {
            workers[0].ask("set seen value")
            workers[1].ask("get seen") shouldBe "value"
            workers[0].ask("delete seen") shouldBe "true"
            awaitUntil("the removal to be seen", seconds = 5) { workers[1].ask("get seen") == "null" }
        }

        test("a load that runs while the other deletes its key is not kept") {
            val file = folder.resolve("loading.db")
            Ticking(file).use { with ->
                worker("Kotlin", file).use { other ->
                    other.hear() shouldBe "open"
                    with.java.set("k", "old")
                    with.java.evictAll()
                    with.java.delete("k")
                    with.java.cached("k") {
                        other.ask("set k theirs") shouldBe "true"
                        other.ask("delete k") shouldBe "true"
                        "stale"
                    } shouldBe "stale"
                    with.java.flush()
                    with.kotlin.get("k") shouldBe null
                    raw(file) { texts("SELECT key FROM cache") } shouldBe emptyList()
                }
            }
        }
    })

private fun worker(
    face: String,
    file: Path,
    time: Instant = FakeClock.START,
) = ChildJvm(CacheWorker::class.java, face, file, time)
