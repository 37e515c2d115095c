package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.testing.FakeClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.maps.shouldContainKey
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.nio.file.Path
import java.sql.Connection
import java.time.Duration
import kotlin.experimental.xor

/** A row that cannot be served is a miss that says why; its neighbours do not notice. */
@Tags("fast")
class DamagedRowsSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        for ((name, open) in faces) {
            fun setting() = RowSetting(open, folder.resolve("$name-${files++}.db"))

            for (odd in oddRows) {
                test("$name: ${odd.what} is a miss, ${odd.reason}, and the rows beside it are served") {
                    setting().use { with ->
                        with.fill()
                        with.change(odd.make)
                        with.cache.find(ODD) shouldMiss odd.reason
                        with.cache.stats().missesByReason shouldBe mapOf(odd.reason to 1L)
                        with.events.await<CacheEvent.RowRejected>() shouldBe CacheEvent.RowRejected(ODD, odd.reason)
                        with.neighboursAreServed(odd.reason)
                    }
                }

                test("$name: ${odd.what} is loaded anew, and what is loaded replaces it") {
                    setting().use { with ->
                        with.fill()
                        with.change(odd.make)
                        with.cache.cached(ODD) { "loaded" } shouldBe "loaded"
                        with.reopen()
                        with.cache.cached(ODD) { error("the file has it") } shouldBe "loaded"
                        with.neighboursAreServed(null)
                    }
                }

                test("$name: ${odd.what} can be deleted, and written over") {
                    setting().use { with ->
                        with.fill()
                        with.change(odd.make)
                        with.cache.delete(ODD)
                        with.cache.find(ODD) shouldMiss MissReason.ABSENT
                        with.change(odd.make) { with.cache.set(ODD, "value of $ODD") }
                        with.cache.set(ODD, "new")
                        with.reopen()
                        with.cache.get(ODD) shouldBe "new"
                    }
                }
            }

            test("$name: whichever byte of a header is flipped, the row is damaged") {
                setting().use { with ->
                    with.cache.set(ODD, "value")
                    repeat(HEADER_BYTES) { at ->
                        raw(with.file) { alter(ODD, "header") { it[at] = it[at] xor 0x10 } }
                        with.cache.evictAll()
                        withClue("byte $at") { with.cache.find(ODD) shouldMiss MissReason.DAMAGED }
                        raw(with.file) { alter(ODD, "header") { it[at] = it[at] xor 0x10 } }
                    }
                    with.cache.get(ODD) shouldBe "value"
                }
            }

            test("$name: whichever byte of a value is flipped, the row is damaged") {
                setting().use { with ->
                    with.cache.set(ODD, "value")
                    repeat("\"value\"".length) { at ->
                        raw(with.file) { alter(ODD, "data") { it[at] = it[at] xor 0x01 } }
                        with.cache.evictAll()
                        withClue("byte $at") { with.cache.find(ODD) shouldMiss MissReason.DAMAGED }
                        raw(with.file) { alter(ODD, "data") { it[at] = it[at] xor 0x01 } }
                    }
                    with.cache.get(ODD) shouldBe "value"
                }
            }

            test("$name: a row written a minute ahead is served, one written later than that is not") {
                setting().use { with ->
                    with.clock.advance(Duration.ofMinutes(1))
                    with.cache.set("near", "by")
                    with.clock.advance(Duration.ofNanos(1_000))
                    with.cache.set("far", "away")
                    with.clock.set(FakeClock.START)
                    with.reopen()
                    with.cache.get("near") shouldBe "by"
                    with.cache.find("far") shouldMiss MissReason.CLOCK
                    with.events.await<CacheEvent.RowRejected>() shouldBe
                        CacheEvent.RowRejected("far", MissReason.CLOCK)
                    with.clock.advance(Duration.ofNanos(1_000))
                    with.cache.get("far") shouldBe "away"
                }
            }

            test("$name: another version is a miss that says so, and no fault of the row") {
                setting().use { with ->
                    with.fill()
                    with.reopen()
                    with.cache.find(ODD, version = 2) shouldMiss MissReason.VERSION
                    with.cache.stats().missesByReason shouldBe mapOf(MissReason.VERSION to 1L)
                    with.cache.find(ODD, version = 1).shouldBeInstanceOf<Lookup.Hit<String?>>()
                    with.cache.find(ODD, version = 2) shouldMiss MissReason.VERSION
                    with.cache.cached("told later") { "loaded" }
                    with.events.await<CacheEvent.Loaded>()
                    with.events.all.filterIsInstance<CacheEvent.RowRejected>() shouldBe emptyList()
                    with.neighboursAreServed(null)
                }
            }

            for (from in listOf("memory", "the file")) {
                test("$name: a class of another shape is a miss, SHAPE, from $from") {
                    setting().use { with ->
                        with.fill()
                        with.cache.setSpot(ODD, Spot(1, 2))
                        if (from != "memory") with.reopen()
                        with.cache.findPlace(ODD) shouldMiss MissReason.SHAPE
                        with.cache.stats().missesByReason shouldBe mapOf(MissReason.SHAPE to 1L)
                        with.events.await<CacheEvent.RowRejected>() shouldBe
                            CacheEvent.RowRejected(ODD, MissReason.SHAPE)
                        val failure = shouldThrow<DecodingFailedException> { with.cache.findPlace(ODD, strict = true) }
                        failure.key shouldBe ODD
                        failure.reason shouldBe MissReason.SHAPE
                        with.neighboursAreServed(MissReason.SHAPE)
                    }
                }

                test("$name: another type is a miss with its reason from $from, strictly an exception, never a cast") {
                    setting().use { with ->
                        with.fill()
                        if (from != "memory") with.reopen()
                        val reads =
                            mapOf<String, (Boolean) -> Lookup<Any?>>(
                                "number" to { strict -> with.cache.findNumber(ODD, strict) },
                                "numbers" to { strict -> with.cache.findNumbers(ODD, strict) },
                                "place" to { strict -> with.cache.findPlace(ODD, strict) },
                            )
                        for ((type, read) in reads) {
                            withClue(type) {
                                val reason = read(false).shouldBeInstanceOf<Lookup.Miss>().reason
                                reason shouldBeIn listOf(MissReason.DECODING, MissReason.SHAPE)
                                with.events.await<CacheEvent.RowRejected> { it.reason == reason }.key shouldBe ODD
                                val failure = shouldThrow<DecodingFailedException> { read(true) }
                                failure.key shouldBe ODD
                                failure.reason shouldBe reason
                            }
                        }
                        with.neighboursAreServed(null)
                        with.cache.get(ODD) shouldBe "value of $ODD"
                    }
                }
            }

            test("$name: a strict reader gets an exception for an unknown format, and a miss for damage") {
                setting().use { with ->
                    with.fill()
                    with.change { run("UPDATE cache SET fmt = 'nonsense', header = NULL WHERE key = '$ODD'") }
                    val failure = shouldThrow<DecodingFailedException> { with.cache.find(ODD, strict = true) }
                    failure.reason shouldBe MissReason.FORMAT
                    with.change { run("UPDATE cache SET fmt = 'json', header = x'00' WHERE key = '$ODD'") }
                    with.cache.find(ODD, strict = true) shouldMiss MissReason.DAMAGED
                }
            }
        }
    })

private class OddRow(
    val what: String,
    val reason: MissReason,
    val make: Connection.() -> Unit,
) {
    constructor(what: String, reason: MissReason, sql: String) :
        this(what, reason, { run("UPDATE cache SET $sql WHERE key = '$ODD'") })
}

private val oddRows =
    listOf(
        OddRow("a flipped bit of the value", MissReason.DAMAGED) { alter(ODD, "data") { it[3] = it[3] xor 0x04 } },
        OddRow("a flipped bit of the header", MissReason.DAMAGED) { alter(ODD, "header") { it[9] = it[9] xor 0x04 } },
        OddRow("a value cut short", MissReason.DAMAGED, "data = substr(data, 1, 4)"),
        OddRow("a header of another layout", MissReason.DAMAGED, "header = x'02' || substr(header, 2)"),
        OddRow("another expiry than the header has", MissReason.DAMAGED, "expire_at = '2100-01-01T00:00:00+00:00'"),
        OddRow("another version than the header has", MissReason.DAMAGED, "version = 7"),
        OddRow("other tags than the header has", MissReason.DAMAGED, "tags = '[\"other\"]'"),
        OddRow("a row under another's key", MissReason.DAMAGED) {
            run(
                "DELETE FROM cache WHERE key = '$ODD'",
                "INSERT INTO cache SELECT '$ODD', data, fmt, expire_at, tags, version, saved_by_profile, header " +
                    "FROM cache WHERE key = '$BEFORE'",
            )
        },
        OddRow("a time that is none, without a header", MissReason.DAMAGED, "expire_at = 'soon', header = NULL"),
        OddRow("a time on no day, without a header", MissReason.DAMAGED, "expire_at = '$NO_DAY', header = NULL"),
        OddRow("tags that are none, without a header", MissReason.DAMAGED, "tags = '{}', header = NULL"),
        OddRow("a format that nobody knows", MissReason.FORMAT, "fmt = 'nonsense'"),
        OddRow("a format that nobody knows, without a header", MissReason.FORMAT, "fmt = 'nonsense', header = NULL"),
        OddRow("a value that is no JSON, without a header", MissReason.DECODING, "data = x'FF00', header = NULL"),
    )

private class RowSetting(
    private val open: (Path, Wishes) -> Face,
    val file: Path,
) : AutoCloseable {
    val clock = FakeClock()
    var events = Events()
        private set
    var cache = open(file, Wishes(clock)).also { it.listen(events) }
        private set

    fun fill() {
        for (key in listOf(BEFORE, ODD, AFTER)) cache.set(key, "value of $key", setOf("t"))
    }

    /** Changes the file while the cache is closed, after [first] was done with it open. */
    fun change(
        work: Connection.() -> Unit,
        first: () -> Unit,
    ) {
        first()
        cache.close()
        raw(file, work)
        start()
    }

    fun change(work: Connection.() -> Unit) = change(work) {}

    fun reopen() {
        cache.close()
        start()
    }

    private fun start() {
        events = Events()
        cache = open(file, Wishes(clock))
        cache.listen(events)
    }

    /** Read singly, together and in listings; the odd row is listed with [reason], if it has one. */
    fun neighboursAreServed(reason: MissReason?) {
        val expected = listOf(BEFORE, AFTER).associateWith { "value of $it" }
        cache.evictAll()
        val many = cache.getMany(listOf(BEFORE, ODD, AFTER))
        many - ODD shouldBe expected
        if (reason != null) many.keys shouldBe expected.keys
        cache.evictAll()
        expected.forEach { (key, value) -> cache.get(key) shouldBe value }
        cache.keys() shouldContainAll expected.keys
        val entries = cache.entries()
        expected.forEach { (key, value) ->
            entries shouldContainKey key
            entries.getValue(key).shouldBeInstanceOf<Lookup.Hit<String?>>().value shouldBe value
        }
        if (reason != null) entries.getValue(ODD) shouldMiss reason
    }

    override fun close() = cache.close()
}

private const val BEFORE = "a neighbour before"
private const val ODD = "b odd"
private const val AFTER = "c neighbour after"
private const val NO_DAY = "2100-02-30T00:00:00+00:00"
private const val HEADER_BYTES = 36
