package io.github.cachetronomy.it.state

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.keys.Keys
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.state.SaveState
import io.github.cachetronomy.core.state.StateStatus
import io.github.cachetronomy.it.faults.awaitUntil
import io.github.cachetronomy.it.onThread
import io.github.cachetronomy.it.soon
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.util.concurrent.CancellationException
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

/** A text that is too long to be kept in the head. */
internal fun long(text: String): String = text.padEnd(10_000, '.')

private typealias Test = (title: String, block: StateScene.() -> Unit) -> Unit

/** An object is saved, restored and forgotten as it was asked for, through either face. */
@Tags("fast")
class StateSpec :
    FunSpec({
        for ((name, open) in stateFaces) {
            val test: Test = { title, block -> test("$name: $title") { StateScene(open).use(block) } }
            restoring(test)
            saving(test)
            savingByItself(test)
            closing(test)
            living(test)
            naming(test)
            changingShape(test)
            losing(test)
            meeting(test)
            writingLittle(test)
        }
    })

private fun restoring(test: Test) {
    test("a state tells what it is called, and nothing of what it holds") {
        val game = cache.game("player 1") { Game(player = "secret") }
        game.id shouldBe "player 1"
        game.toString() shouldBe "CachedState(player 1)"
    }

    test("what is not there is created, and not saved by that") {
        val game = cache.game("p") { Game(score = 7) }
        game.status shouldBe StateStatus.CREATED
        game.value shouldBe Game(score = 7)
        cache.keys().shouldBeEmpty()
        cache.game("p").status shouldBe StateStatus.CREATED
    }

    test("what was saved is restored, also after reopening") {
        val saved = Game(3, "Grace", long("board"), long("log"))
        cache.game("p") { saved }.save()
        reopen()
        val game = cache.game("p") { error("there is one") }
        game.value shouldBe saved
        game.status shouldBe StateStatus.STORE
    }

    test("the status says which tier had it") {
        for (saved in listOf(Game(1), Game(1, board = long("b"), log = long("l")))) {
            cache.game("p").run {
                value = saved
                save()
            }
            cache.game("p").status shouldBe StateStatus.MEMORY
            cache.evictAll()
            cache.game("p").status shouldBe StateStatus.STORE
            cache.game("p").status shouldBe StateStatus.MEMORY
        }
    }

    test("what is restored is a new object, and changing it changes nothing in the cache") {
        cache.notebook("n").run {
            value.text = "saved"
            save()
        }
        val first = cache.notebook("n")
        first.value.text = "changed"
        cache.notebook("n").value shouldNotBeSameInstanceAs first.value
        cache.notebook("n").value.text shouldBe "saved"
    }

    test("a field that is left out of the JSON is restored as in a new object") {
        cache.game("p") { Game(score = 1, session = 9) }.save()
        cache.game("p").value shouldBe Game(score = 1)
    }

    test("a state need not be an object") {
        for (size in listOf(3, 10_000)) {
            val names = List(size) { "name $it" }
            cache.names("names-$size") { names }.save()
            reopen()
            cache.names("names-$size") { emptyList() }.value shouldBe names
        }
    }

    test("a map keeps its order, however large") {
        for (size in listOf(0, 3, 100, 10_000)) {
            val scores = List(size) { "key ${(it * 7_919) % 10_007} \"quoted\" \\ é" to it }.toMap()
            cache.scores("scores-$size") { scores }.save()
            cache.evictAll()
            cache.scores("scores-$size") { error("there is one") }.value.toList() shouldBe scores.toList()
        }
    }

    test("reloading takes what the file has, and nothing where there is nothing") {
        val mine = cache.game("p")
        mine.value = Game(1)
        mine.reload() shouldBe false
        mine.value shouldBe Game(1)
        cache.game("p") { Game(2) }.save()
        mine.reload() shouldBe true
        mine.value shouldBe Game(2)
        mine.status shouldBe StateStatus.STORE
    }

    test("where the store cannot be read nothing is created") {
        cache.game("p") { Game(1) }.save()
        cache.evictAll()
        store.failReads(StoreFaultException.Kind.UNAVAILABLE)
        shouldThrow<StoreUnavailableException> { cache.game("p") }
        store.heal()
        awaitUntil("the store to be back") { runCatching { cache.game("p").value == Game(1) }.getOrDefault(false) }
    }
}

private fun saving(test: Test) {
    test("what is changed and not saved is lost") {
        cache.game("p").use { it.save() }
        cache.game("p").use { it.value = Game(5) }
        cache.game("p").value shouldBe Game()
    }

    test("updating gives the new value, and no update is lost") {
        val game = cache.game("p")
        game.update { it.copy(score = 1) } shouldBe Game(1)
        List(4) { onThread { repeat(250) { game.update { it.copy(score = it.score + 1) } } } }.forEach { it.soon() }
        game.value.score shouldBe 1_001
        game.save()
        cache.game("p").value.score shouldBe 1_001
    }

    test("a save writes what is held when it begins, by many callers at once") {
        val game = cache.game("p")
        val held = store.pauseTransactions()
        val first = onThread { game.save() }
        held.awaitArrival()
        game.value = Game(1)
        val others = List(5) { onThread { game.save() } }
        held.release()
        (others + first).forEach { it.soon() }
        cache.game("p").value shouldBe Game(1)
    }

    test("a save that the store does not take throws, and leaves the file as it was") {
        val saved = Game(1, board = long("b"), log = long("l"))
        val game = cache.game("p") { saved }
        game.save()
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        game.value = Game(2, board = long("c"), log = long("m"))
        shouldThrow<StoreUnavailableException> { game.save() }
        store.heal()
        cache.game("p").value shouldBe saved
        awaitUntil("the store to be back") { runCatching { game.save() }.isSuccess }
        reopen()
        cache.game("p").value shouldBe Game(2, board = long("c"), log = long("m"))
    }

    test("who is interrupted or cancelled does not wait any more; the save goes on") {
        val game = cache.game("p") { Game(1) }
        val held = store.pauseTransactions()
        val outcome =
            onThread {
                Thread.currentThread().interrupt()
                runCatching { game.save() }.exceptionOrNull()
            }
        held.awaitArrival()
        val thrown = outcome.soon()
        (thrown is CancellationException || thrown is InterruptedException) shouldBe true
        held.release()
        game.save()
        cache.game("p").value shouldBe Game(1)
    }

    test("removing it removes all of it; the object stays") {
        val game = cache.game("p") { Game(1, board = long("b")) }
        game.save()
        game.delete() shouldBe true
        game.delete() shouldBe false
        cache.keys().shouldBeEmpty()
        game.value.score shouldBe 1
        game.save()
        cache.game("p").value shouldBe game.value
    }
}

private fun savingByItself(test: Test) {
    test("on closing, if there is something unsaved") {
        val terms = StateTerms(SaveState.ON_CLOSE)
        cache.game("p", terms).close()
        cache.game("p").status shouldBe StateStatus.MEMORY
        cache.game("p", terms).use { it.value = Game(2) }
        cache.game("p").value shouldBe Game(2)
        written { cache.game("p", terms).close() } shouldBe (0 to 0L)
    }

    test("on closing, also what was changed in place") {
        cache.notebook("n", StateTerms(SaveState.ON_CLOSE)).use { it.value.text = "changed" }
        reopen()
        cache.notebook("n").value.text shouldBe "changed"
    }

    test("on closing the cache") {
        val changed = cache.game("p", StateTerms(SaveState.ON_CLOSE))
        changed.value = Game(3)
        cache.game("q", StateTerms(SaveState.ON_CHANGE)).value = Game(4)
        reopen()
        cache.game("p").value shouldBe Game(3)
        cache.game("q").value shouldBe Game(4)
        changed.close()
    }

    test("what was removed is not saved on closing, unless it was changed since") {
        val terms = StateTerms(SaveState.ON_CLOSE)
        cache.game("p", terms).use {
            it.save()
            it.delete()
        }
        cache.keys().shouldBeEmpty()
        cache.game("p", terms).use {
            it.delete()
            it.value = Game(1)
        }
        cache.game("p").value shouldBe Game(1)
    }

    test("on each change, without anybody waiting") {
        val game = cache.game("p", StateTerms(SaveState.ON_CHANGE))
        val held = store.pauseTransactions()
        game.value = Game(1)
        held.awaitArrival()
        game.update { it.copy(score = 2) } shouldBe Game(2)
        held.release()
        awaitUntil("the state to be saved") { cache.game("p").value == Game(2) }
    }

    test("a thousand changes during one save make one more") {
        val game = cache.game("p", StateTerms(SaveState.ON_CHANGE))
        val held = store.pauseTransactions()
        game.value = Game(1)
        held.awaitArrival()
        val (rows, _) =
            written {
                repeat(1_000) { i -> game.update { it.copy(score = i) } }
                held.release()
                game.close()
            }
        rows shouldBe 2
        cache.game("p").value shouldBe Game(999)
    }

    test("a save of its own that fails is told, and made up for on closing") {
        val game = cache.game("p", StateTerms(SaveState.ON_CHANGE))
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        game.value = Game(1)
        awaitUntil("the event") { events.any { it is CacheEvent.WriteDropped && it.key == Keys.of("state", "p") } }
        shouldThrow<StoreUnavailableException> { game.close() }
        store.heal()
        awaitUntil("the store to be back") { runCatching { game.close() }.isSuccess }
        cache.game("p").value shouldBe Game(1)
    }
}

private fun closing(test: Test) {
    test("what is closed can be read, and not changed or saved") {
        for (save in SaveState.entries) {
            val game = cache.game("p", StateTerms(save)) { Game(1) }
            game.close()
            game.close()
            game.value.score shouldBe 1
            shouldThrow<IllegalStateException> { game.value = Game(2) }
            shouldThrow<IllegalStateException> { game.update { it } }
            shouldThrow<IllegalStateException> { game.save() }
        }
    }

    test("a state of a closed cache says so, and throws nothing away in silence") {
        val game = cache.game("p") { Game(1) }
        val unsaved = cache.game("q", StateTerms(SaveState.ON_CLOSE))
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        unsaved.value = Game(2)
        cache.close()
        shouldThrow<CacheClosedException> { game.save() }
        shouldThrow<CacheClosedException> { game.reload() }
        shouldThrow<CacheClosedException> { unsaved.close() }
        game.value.score shouldBe 1
        events.filterIsInstance<CacheEvent.WriteDropped>().map { it.key } shouldContain Keys.of("state", "q")
    }
}

private fun living(test: Test) {
    val hour = StateTerms(timeToLive = 1.hours)

    test("it expires, and each save gives it a new time to live") {
        val game = cache.game("p", hour) { Game(1) }
        game.save()
        clock.advance(1.hours - 1.seconds)
        cache.game("p").value.score shouldBe 1
        game.save()
        clock.advance(1.hours - 1.seconds)
        cache.game("p").value.score shouldBe 1
        clock.advance(1.seconds)
        cache.game("p").status shouldBe StateStatus.CREATED
    }

    test("fields that are never changed live on with those that are") {
        val game = cache.game("p", hour) { Game(0, board = long("b"), log = long("l")) }
        game.save()
        repeat(20) { i ->
            clock.advance(59.hours / 60)
            game.update { it.copy(score = i, log = long("log $i")) }
            game.save()
            cache.evictAll()
            cache.game("p").value shouldBe Game(i, board = long("b"), log = long("log $i"))
        }
        clock.advance(1.hours)
        cache.game("p").status shouldBe StateStatus.CREATED
        clock.advance(1.hours)
        cache.clearExpired()
        cache.keys().shouldBeEmpty()
    }

    test("another time to live holds for all of it from the next save on") {
        val saved = Game(0, board = long("b"))
        cache.game("p", StateTerms(timeToLive = Duration.INFINITE)) { saved }.save()
        cache.game("p", hour).save()
        clock.advance(2.hours)
        cache.clearExpired()
        cache.keys().shouldBeEmpty()

        cache.game("p", hour) { saved }.save()
        cache.game("p", StateTerms(timeToLive = Duration.INFINITE)).save()
        clock.advance(10_000.hours)
        cache.evictAll()
        cache.game("p").value shouldBe saved
    }

    test("a state that has expired while it was held is saved as a whole") {
        val game = cache.game("p", hour) { Game(1, board = long("b"), log = long("l")) }
        game.save()
        clock.advance(3.hours)
        cache.clearExpired()
        game.update { it.copy(score = 2) }
        game.save()
        reopen()
        cache.game("p").value shouldBe Game(2, board = long("b"), log = long("l"))
    }

    test("its tags remove all of it, also tags that it was given later") {
        val game = cache.game("p", StateTerms(tags = setOf("a"))) { Game(1, board = long("b")) }
        game.save()
        cache.game("p", StateTerms(tags = setOf("b"))).save()
        cache.clearByTags("a")
        cache.evictAll()
        cache.game("p").value shouldBe game.value
        cache.clearByTags("b")
        cache.keys().shouldBeEmpty()
    }

    test("a state of another version counts as none") {
        cache.game("p", StateTerms(version = 1)) { Game(1, board = long("b")) }.save()
        val next = cache.game("p", StateTerms(version = 2)) { Game(2, board = long("b")) }
        next.status shouldBe StateStatus.CREATED
        next.save()
        cache.evictAll()
        cache.game("p", StateTerms(version = 2)).value shouldBe next.value
        cache.game("p", StateTerms(version = 1)).status shouldBe StateStatus.CREATED
    }
}

private fun naming(test: Test) {
    test("an id may be any text of any length") {
        val ids = listOf("", "a", "a\",\"board", "(\"", "é\uD83D\uDE00", "\uD83D", "x".repeat(300), "x".repeat(100_000))
        ids.forEachIndexed { i, id -> cache.game(id) { Game(i, board = long("b$i")) }.save() }
        reopen()
        ids.forEachIndexed { i, id -> cache.game(id).value shouldBe Game(i, board = long("b$i")) }
        cache.keys() shouldHaveSize 2 * ids.size
        ids.forEach { cache.game(it).delete() shouldBe true }
        cache.keys().shouldBeEmpty()
    }

    test("long ids that differ at the end only are two") {
        val ids = listOf("x".repeat(100_000) + "a", "x".repeat(100_000) + "b")
        ids.forEachIndexed { i, id -> cache.game(id) { Game(i, board = long("b$i")) }.save() }
        cache.evictAll()
        ids.forEachIndexed { i, id -> cache.game(id).value shouldBe Game(i, board = long("b$i")) }
    }

    test("the rows are named after the state and its large fields") {
        cache.game("p") { Game(1, board = long("b")) }.save()
        cache.keys() shouldContainExactlyInAnyOrder listOf(Keys.of("state", "p"), Keys.of("state", "p", "board"))
    }
}

private fun changingShape(test: Test) {
    test("a state that is no such object any more is created anew, or an exception where that was asked for") {
        cache.names("p") { listOf("a", "b") }.save()
        shouldThrow<DecodingFailedException> { cache.game("p", StateTerms(strict = true)) }
        val game = cache.game("p") { Game(1) }
        game.status shouldBe StateStatus.CREATED
        awaitUntil("the event") { events.any { it is CacheEvent.RowRejected } }
        game.save()
        cache.evictAll()
        cache.game("p", StateTerms(strict = true)).value shouldBe Game(1)
    }
}

private fun losing(test: Test) {
    val saved = Game(1, board = long("b"), log = long("l"))

    test("a state that has lost a row counts as none") {
        for (key in listOf(Keys.of("state", "p"), Keys.of("state", "p", "board"))) {
            cache.game("p") { saved }.save()
            cache.delete(key)
            cache.game("p") { Game(9) }.value shouldBe Game(9)
        }
    }

    test("whoever still holds it saves it as a whole") {
        for (key in listOf(Keys.of("state", "p"), Keys.of("state", "p", "board"))) {
            val game = cache.game("p") { saved }
            game.save()
            cache.delete(key)
            game.update { it.copy(score = 2) }
            game.save()
            cache.evictAll()
            cache.game("p") { Game(9) }.value shouldBe saved.copy(score = 2)
            game.delete()
        }
    }
}

private fun meeting(test: Test) {
    test("of two who save, the last one's state is there as a whole, and no row of the other's") {
        val first = cache.game("p") { Game(1, board = long("b"), log = long("l")) }
        first.save()
        val second = cache.game("p")
        first.value = Game(2, board = long("first"), log = long("l"))
        second.value = Game(3, log = long("second"))
        first.save()
        second.save()
        cache.evictAll()
        cache.game("p").value shouldBe second.value
        cache.keys() shouldContainExactlyInAnyOrder listOf(Keys.of("state", "p"), Keys.of("state", "p", "log"))
    }

    test("who reads while another one saves gets one of the two states") {
        val before = Game(1, board = long("b1"), log = long("l1"))
        val after = Game(2, board = long("b2"), log = long("l2"))
        val game = cache.game("p") { before }
        game.save()
        cache.evictAll()
        val read = store.pauseReads()
        val reader = onThread { cache.game("p").value }
        read.awaitArrival()
        game.value = after
        game.save()
        cache.evictAll()
        read.release()
        reader.soon() shouldBe after
    }

    test("nobody ever reads a mix of two states") {
        val writers = List(2) { cache.game("p") { Game(0, board = long("0"), log = long("0")) } }
        writers.forEach { it.save() }
        val over = AtomicBoolean()
        val reader =
            onThread {
                var reads = 0
                while (!over.get() || reads < 10) {
                    val game = cache.game("p") { error("it is there all the time") }
                    if (reads++ % 2 == 0) cache.evictAll() else game.reload() shouldBe true
                    game.value.run { listOf(board, log) shouldBe List(2) { long(score.toString()) } }
                }
            }
        writers
            .mapIndexed { w, writer ->
                onThread {
                    repeat(200) { i ->
                        val n = 2 * i + w
                        writer.value = Game(n, board = long("$n"), log = long("$n"))
                        writer.save()
                    }
                }
            }.forEach { it.soon() }
        over.set(true)
        reader.soon()
    }
}

private fun writingLittle(test: Test) {
    test("one changed field of a large state is all that is written") {
        val game = cache.game("p") { Game(0, board = "b".repeat(500_000), log = "l".repeat(500_000)) }
        game.save()
        val (rows, bytes) =
            written {
                game.update { it.copy(score = 1) }
                game.save()
            }
        rows shouldBe 1
        bytes shouldBeLessThan 1_000
        written { game.update { it.copy(log = "m".repeat(1_000)) }.also { game.save() } }.first shouldBe 2
        reopen()
        cache.game("p").value shouldBe Game(1, board = "b".repeat(500_000), log = "m".repeat(1_000))
    }

    test("a small state is one row") {
        written {
            cache
                .game(
                    "p",
                ) { Game(1, board = "b".repeat(1_000), log = "l".repeat(1_000)) }
                .save()
        }.first shouldBe
            1
    }

    test("a state of many fields has a moderate number of rows, and one change writes few bytes") {
        val scores = List(20_000) { "a field with a long name $it" to it }.toMap()
        val state = cache.scores("p") { scores }
        state.save()
        (cache.keys().size < 500) shouldBe true
        val changes =
            listOf(scores + ("a field with a long name 777" to -1), scores - "a field with a long name 9999", scores)
        for (changed in changes) {
            val (_, bytes) = written { state.run { value = changed }.also { state.save() } }
            bytes shouldBeLessThan 60_000
        }
        cache.evictAll()
        cache.scores("p") { emptyMap() }.value.toList() shouldBe scores.toList()
    }

    test("a save without a change writes the head alone") {
        val game = cache.game("p") { Game(0, board = long("b"), log = long("l")) }
        game.save()
        written { game.save() }.first shouldBe 1
        written { game.close() }.shouldBeInstanceOf<Pair<Int, Long>>().first shouldBe 0
    }
}
