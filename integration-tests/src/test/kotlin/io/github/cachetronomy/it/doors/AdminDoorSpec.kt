package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CheckReport.Kind
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.it.faults.alter
import io.github.cachetronomy.it.faults.awaitUntil
import io.github.cachetronomy.it.faults.names
import io.github.cachetronomy.it.faults.run
import io.github.cachetronomy.it.faults.texts
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import org.sqlite.SQLiteConfig
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.OutputStream
import java.io.RandomAccessFile
import java.nio.file.Files
import java.nio.file.Path
import java.sql.Connection
import java.time.Duration
import java.util.concurrent.CancellationException
import kotlin.io.path.exists
import kotlin.io.path.fileSize
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import io.kotest.matchers.string.shouldContain as shouldContainText

/** The file as a whole: measured, checked, made smaller, copied, asked in SQL. */
@Tags("fast")
class AdminDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            measuring(test)
            checking(test)
            repairing(test)
            shrinking(test)
            copying(test)
            asking(test)
            refusing(test)
            writing(test)
            trouble(test)
        }
    })

private fun measuring(test: Case) {
    test("volume counts what is there, on the disk and in entries, expired ones apart") {
        cache.set("a", "x".repeat(1_000), Terms(timeToLive = 1.minutes))
        cache.set("b", "y", Terms(timeToLive = 2.hours))
        cache.set("c", "z", Terms(timeToLive = 2.hours))
        clock.advance(Duration.ofMinutes(2))
        val volume = cache.admin.volume()
        volume.liveEntries shouldBe 2
        volume.expiredEntries shouldBe 1
        volume.valueBytes shouldBe 1_008
        volume.bytesOnDisk shouldBe listOf("", "-wal", "-shm").sumOf { beside(it).fileSize() }
        volume.freeBytes shouldBe 0
    }

    test("volume counts entries of other programs by their own offset of time") {
        elsewhere {
            it.python("late", "'2001-01-01T00:00:00-05:00'")
            it.python("live")
        }
        val volume = cache.admin.volume()
        volume.liveEntries shouldBe 1
        volume.expiredEntries shouldBe 1
    }

    test("space that removed entries had is free") {
        cache.setMany((1..200).associate { "k$it" to "v".repeat(2_000) })
        cache.clear()
        cache.admin.volume().freeBytes shouldBeGreaterThan 200_000
    }
}

private fun checking(test: Case) {
    test("nothing is wrong with a file that has live, expired and Python's entries, logs and profiles") {
        cache.set("short", "v", Terms(timeToLive = 1.minutes))
        cache.set("long", "v")
        cache.get("long")
        cache.delete("short")
        cache.set("short", "v", Terms(timeToLive = 1.minutes))
        cache.set("tagged", "v", Terms(tags = setOf("\u00f6", "a")))
        cache.profiles.activate("production", createIfMissing = true)
        elsewhere { it.python("theirs") }
        clock.advance(Duration.ofMinutes(2))
        val told = ArrayList<Pair<Long, Long>>()
        val report = cache.admin.check { done, total -> told += done to total }
        report.findings.shouldBeEmpty()
        report.flaws shouldBe 0
        report.isSound shouldBe true
        // Four entries, one key that was read, one that was removed.
        report.rows shouldBe 6
        told.last() shouldBe (6L to 6L)
    }

    test("each damaged row is told, escaped and without its value, and nothing is changed") {
        damagedRows()
        val before = rows()
        val report = cache.admin.check()
        report.findings.map { Triple(it.kind, it.subject, it.what) } shouldContainExactlyInAnyOrder
            listOf(
                Triple(Kind.ENTRY, "\"bad\\u000avalue\"", "its value does not fit its checksum"),
                Triple(Kind.ENTRY, "\"bad header\"", "its header does not fit the row"),
                Triple(Kind.ENTRY, "\"bad label\"", "its header does not fit the row"),
                Triple(Kind.ENTRY, "\"bad time\"", "its expiry is no time"),
                Triple(Kind.ENTRY, "\"bad tags\"", "its tags are no list of texts"),
                Triple(Kind.ENTRY, null, "its key is no text"),
                Triple(Kind.ENTRY, "\"unknown\"", "nobody here reads its format"),
                Triple(Kind.ENTRY, "\"\"", "its key is empty"),
            )
        report.findings.none { it.repaired } shouldBe true
        report.isSound shouldBe false
        report.toString() + report.findings shouldNotContain "secret"
        rows() shouldBe before
    }

    test("an index, a log and a profile that are wrong are told") {
        cache.profiles.create(Profile.named("production"))
        cache.set("a", "v")
        cache.get("a")
        cache.delete("a")
        cache.flush()
        cache.set("b", "v")
        elsewhere {
            it.run(
                "UPDATE profiles SET time_to_live = -5 WHERE name = 'production'",
                "UPDATE access_log SET last_accessed = 'yesterday'",
                "UPDATE eviction_log SET evicted_at = 'today'",
            )
            it.spoilIndex()
        }
        val report = cache.admin.check()
        report.findings.map { it.kind to it.subject } shouldContainExactlyInAnyOrder
            listOf(
                Kind.INDEX to "\"idx_cache_expire_at\"",
                Kind.LOG to "\"a\"",
                Kind.LOG to "\"a\"",
                Kind.PROFILE to null,
            )
        report.findings.single { it.kind == Kind.PROFILE }.what shouldContainText "production"
    }

    test("a listener that throws ends the check, and its exception reaches the caller") {
        cache.set("a", "v")
        shouldThrow<IOException> { cache.admin.check { _, _ -> throw IOException("enough") } }.message shouldBe "enough"
        cache.admin.check().isSound shouldBe true
    }
}

private fun repairing(test: Case) {
    test("repair removes what nobody can ever read and logs it; the rest stays") {
        damagedRows()
        val report = cache.admin.check(repair = true)
        report.flaws shouldBe 8
        report.repaired shouldBe 6
        report.findings.filterNot { it.repaired }.map { it.subject } shouldContainExactlyInAnyOrder
            listOf("\"unknown\"", "\"\"")
        elsewhere { it.texts("SELECT key FROM cache ORDER BY key") } shouldBe listOf("", "good", "good too", "unknown")
        cache.get("good") shouldBe "secret 0"
        cache.get("good too") shouldBe "secret 5"
        val log = cache.evictionLog().filter { it.cause == EvictionCause.REPAIRED }
        log.map { it.key } shouldContainExactlyInAnyOrder
            listOf("bad\nvalue", "bad header", "bad label", "bad time", "bad tags")
        cache.stats().evictionsByCause[EvictionCause.REPAIRED] shouldBe 5
        cache.admin.check(repair = true).repaired shouldBe 0
    }

    test("repair builds indexes anew that do not fit or are missing") {
        cache.set("a", "v")
        elsewhere {
            it.spoilIndex()
            it.run("DROP INDEX idx_access_log_count")
        }
        val report = cache.admin.check(repair = true)
        report.findings.map { it.subject } shouldContainExactlyInAnyOrder
            listOf("\"idx_cache_expire_at\"", "\"idx_access_log_count\"")
        report.isSound shouldBe true
        cache.admin
            .check()
            .findings
            .shouldBeEmpty()
        elsewhere { it.texts("PRAGMA integrity_check") } shouldBe listOf("ok")
    }
}

private fun shrinking(test: Case) {
    test("vacuum gives the space of removed entries back to the file system, at once") {
        cache.setMany((1..500).associate { "k$it" to "v".repeat(4_000) })
        cache.set("last", "v")
        cache.deleteMany((2..500).map { "k$it" })
        val before = cache.admin.volume()
        val report = cache.admin.vacuum()
        report.bytesBefore shouldBe before.bytesOnDisk
        report.bytesBefore shouldBeGreaterThan 2_000_000
        report.bytesAfter shouldBeLessThan 200_000
        cache.admin.volume().freeBytes shouldBe 0
        beside("-wal").fileSize() shouldBe 0
        beside("").fileSize() shouldBeLessThan 150_000
        cache.evictAll()
        cache.get("k1") shouldBe "v".repeat(4_000)
        cache.set("later", "v").stored shouldBe true
        cache.keys(null, order = KeyOrder.INSERTION) shouldContainExactly listOf("k1", "last", "later")
    }
}

private fun copying(test: Case) {
    val behind = Wish(durability = Durability.WRITE_BEHIND)

    test("a backup is a cache of its own with everything that was written before", behind) {
        cache.profiles.activate("production", createIfMissing = true)
        cache.setMany((1..300).associate { "k$it" to "v$it" })
        val told = ArrayList<Pair<Long, Long>>()
        val target = beside(".copy")
        cache.admin.backup(target) { done, total -> told += done to total }
        told.map { it.first } shouldBe told.map { it.first }.sorted()
        told.last().first shouldBe told.last().second
        if ("posix" in target.fileSystem.supportedFileAttributeViews()) {
            Files.getPosixFilePermissions(target).map { it.name } shouldContainExactlyInAnyOrder
                listOf("OWNER_READ", "OWNER_WRITE")
        }
        cache.set("later", "v")
        sql(target) { it.texts("PRAGMA integrity_check") } shouldBe listOf("ok")
        doors.getValue("blocking")(Opening(target, clock)).use { copy ->
            copy.get("k300") shouldBe "v300"
            copy.get("later") shouldBe null
            copy.keys().size shouldBe 300
            copy.profiles.active.name shouldBe "production"
        }
    }

    test("a backup goes nowhere where something is or nothing can be") {
        cache.set("a", "v")
        val target = beside(".copy")
        target.writeText("mine")
        shouldThrow<IllegalArgumentException> { cache.admin.backup(target) }.message shouldContainText "exists already"
        target.readText() shouldBe "mine"
        shouldThrow<IllegalArgumentException> { cache.admin.backup(beside("")) }.message shouldContainText
            "exists already"
        val nowhere = beside(".folder").resolve("copy.db")
        shouldThrow<IllegalArgumentException> { cache.admin.backup(nowhere) }.message shouldContainText "no folder"
        beside(".folder").exists() shouldBe false
        beside(".journaled-journal").writeText("somebody else's")
        shouldThrow<IllegalArgumentException> { cache.admin.backup(beside(".journaled")) }
        beside(".journaled").exists() shouldBe false
        cache.get("a") shouldBe "v"
    }

    test("a backup that is cancelled or fails leaves nothing behind") {
        cache.setMany((1..300).associate { "k$it" to "v$it" })
        val target = beside(".copy")
        shouldThrow<CancellationException> { cache.admin.cancelledBackup(target) }
        awaitUntil("the copy to go") { !target.exists() }
        shouldThrow<IOException> { cache.admin.backup(target) { _, _ -> throw IOException("enough") } }
        target.exists() shouldBe false
        cache.admin.backup(target)
        target.exists() shouldBe true
    }
}

private fun asking(test: Case) {
    test("a query gives rows by column, in order, with the types of SQLite") {
        cache.set("a", "v", Terms(version = 7))
        val all =
            cache.admin.query(
                "SELECT key, version, version AS version, ? AS d, ? AS b, ? AS n, ? AS t FROM cache -- all",
                1.5f,
                byteArrayOf(1, 2),
                null,
                true,
            )
        all.columns shouldContainExactly listOf("key", "version", "version_2", "d", "b", "n", "t")
        all.truncated shouldBe false
        val row = all.rows.single()
        row.keys.toList() shouldBe all.columns
        row["key"] shouldBe "a"
        row["version"] shouldBe 7L
        row["d"] shouldBe 1.5
        (row["b"] as ByteArray).toList() shouldBe listOf<Byte>(1, 2)
        row["n"] shouldBe null
        row["t"] shouldBe 1L
        all.toString() shouldNotContain "a=a"
    }

    test("a query sees what was written before", Wish(durability = Durability.WRITE_BEHIND)) {
        cache.set("a", "v")
        cache.admin.query("SELECT count(*) AS n FROM cache WHERE key = ?", "a").rows shouldBe listOf(mapOf("n" to 1L))
    }

    test("a query gives no more rows than its limit, and says that there are more") {
        cache.setMany((1..5).associate { "k$it" to "v" })
        val some = cache.admin.query("SELECT key FROM cache ORDER BY key", 3, Duration.ofSeconds(5))
        some.rows.map { it["key"] } shouldContainExactly listOf("k1", "k2", "k3")
        some.truncated shouldBe true
        cache.admin.query("SELECT key FROM cache", 5, Duration.ofSeconds(5)).truncated shouldBe false
        shouldThrow<IllegalArgumentException> { cache.admin.query("SELECT 1", 0, Duration.ofSeconds(5)) }
        shouldThrow<IllegalArgumentException> { cache.admin.query("SELECT 1", 1, Duration.ZERO) }
    }

    test("a query that never ends is stopped when its time is up") {
        val endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        val stopped =
            shouldThrow<StoreUnavailableException> { cache.admin.query(endless, 10, Duration.ofMillis(50)) }
        stopped.message shouldContainText "50 ms"
        cache.set("a", "v").stored shouldBe true
    }

    test("a statement that is wrong is the caller's mistake") {
        val mistakes =
            listOf("", "  -- nothing", "selec 1", "SELECT * FROM nowhere", "SELECT nothing FROM cache", "SELECT 1 +")
        for (sql in mistakes) withClue(sql) { shouldThrow<IllegalArgumentException> { cache.admin.query(sql) } }
        shouldThrow<IllegalArgumentException> { cache.admin.query("SELECT ?") }.message shouldContainText "1 parameters"
        shouldThrow<IllegalArgumentException> { cache.admin.query("SELECT 1", 1) }
        shouldThrow<IllegalArgumentException> { cache.admin.query("SELECT ?", Duration.ZERO) }
        cache.admin.check().isSound shouldBe true
    }
}

private fun refusing(test: Case) {
    test("no statement of a query writes, whatever it begins with") {
        cache.set("a", "v")
        cache.flush()
        val before = rows()
        val statements =
            listOf(
                "INSERT INTO cache (key, data, expire_at, tags, saved_by_profile) VALUES ('x', 'y', 'z', '[]', 'p')",
                "REPLACE INTO cli_config VALUES ('a', 'b', 'c')",
                "UPDATE cache SET version = 2",
                "DELETE FROM cache",
                "WITH k AS (SELECT key FROM cache) DELETE FROM cache WHERE key IN k",
                "WITH k AS (SELECT 1) INSERT INTO cli_config VALUES ('a', 'b', 'c') RETURNING key",
                "/* SELECT */ DELETE FROM cache",
                "SELECT 1; DELETE FROM cache",
                "SELECT ';' ; DELETE FROM cache",
                "CREATE TABLE t (a)",
                "CREATE TEMP TABLE t (a)",
                "DROP TABLE cache",
                "PRAGMA writable_schema=ON",
                "PRAGMA query_only=OFF",
                "PRAGMA user_version=9",
                "ATTACH ':memory:' AS other",
                "VACUUM",
                "VACUUM INTO '${beside(".stolen")}'",
                "REINDEX",
                "BEGIN IMMEDIATE",
                "SELECT load_extension('x')",
            )
        for (sql in statements) withClue(sql) { shouldThrow<IllegalArgumentException> { cache.admin.query(sql) } }
        rows() shouldBe before
        beside(".stolen").exists() shouldBe false
        cache.set("b", "v").stored shouldBe true
        cache.admin.query("SELECT ';' AS \"a;b\" /* ; */ ; -- ;").rows shouldBe listOf(mapOf("a;b" to ";"))
    }
}

private fun writing(test: Case) {
    test("execute writes rows, tells how many, and memory follows") {
        cache.setMany(mapOf("a" to "old", "b" to "old", "c" to "old"))
        val sql = "UPDATE cache SET data = CAST(? AS BLOB), header = NULL WHERE key < ?"
        cache.admin.execute(sql, "\"new\"", "c") shouldBe 2
        cache.getMany(listOf("a", "b", "c")) shouldBe mapOf("a" to "new", "b" to "new", "c" to "old")
        cache.admin.execute("DELETE FROM cache WHERE key = ?", "c") shouldBe 1
        cache.get("c") shouldBe null
        cache.admin.execute("WITH n AS (SELECT 'nobody') DELETE FROM cache WHERE key IN n") shouldBe 0
        cache.admin.execute("INSERT INTO cli_config VALUES ('x', 'y', 'z') RETURNING key") shouldBe 1
        cache.set("a", "newer")
        cache.get("a") shouldBe "newer"
    }

    test("execute does nothing but write rows, and a mistake changes nothing") {
        cache.set("a", "v")
        cache.flush()
        val before = rows()
        val statements =
            listOf(
                "DROP TABLE cache",
                "CREATE TABLE t (a)",
                "ALTER TABLE cache ADD COLUMN x",
                "PRAGMA journal_mode=DELETE",
                "PRAGMA writable_schema=ON",
                "ATTACH ':memory:' AS other",
                "VACUUM",
                "COMMIT",
                "ROLLBACK",
                "SELECT 1",
                "DELETE FROM cache; DELETE FROM profiles",
                "INSERT INTO cli_config VALUES ('n', NULL, 'c')",
                "INSERT INTO cli_config SELECT 'k', 'v', 'p' UNION ALL SELECT 'k', 'v', 'p'",
                "DELETE FROM nowhere",
                "UPDATE sqlite_schema SET sql = NULL",
                "UPDATE cache SET version = ?",
            )
        for (sql in statements) withClue(sql) { shouldThrow<IllegalArgumentException> { cache.admin.execute(sql) } }
        rows() shouldBe before
        cache.set("b", "v").stored shouldBe true
    }
}

private fun trouble(test: Case) {
    val calls: Map<String, AdminDoor.(Path) -> Any?> =
        mapOf(
            "volume" to { volume() },
            "check" to { check() },
            "repair" to { check(repair = true) },
            "vacuum" to { vacuum() },
            "backup" to { backup(it) },
            "query" to { query("SELECT 1") },
            "execute" to { execute("DELETE FROM cache") },
            "export" to { exportTo(OutputStream.nullOutputStream()) },
            "import" to { importFrom(LINE.byteInputStream()) },
        )

    test("where there is no file there is nothing to administrate", Wish(Ground.FOLDER)) {
        for ((name, call) in calls) {
            withClue(name) { shouldThrow<StoreUnavailableException> { cache.admin.call(beside(".copy")) } }
        }
        beside(".copy").exists() shouldBe false
    }

    test("a store that is no file does what it can, and says of the rest that it cannot", Wish(Ground.FAULTY_STORE)) {
        cache.set("a", "value")
        cache.admin.volume().liveEntries shouldBe 1
        cache.admin.volume().bytesOnDisk shouldBe 0
        for (name in listOf("check", "repair", "vacuum", "backup", "query", "execute")) {
            withClue(name) {
                val call = calls.getValue(name)
                shouldThrow<UnsupportedOperationException> { cache.admin.call(beside(".copy")) }
            }
        }
        val out = ByteArrayOutputStream()
        cache.admin.exportTo(out).written shouldBe 1
        cache.clear()
        cache.admin.importFrom(out.toByteArray().inputStream()).written shouldBe 1
        cache.get("a") shouldBe "value"
    }

    test("a store that fails is told as that", Wish(Ground.FAULTY_STORE)) {
        store.failReads(StoreFaultException.Kind.UNAVAILABLE)
        shouldThrow<StoreUnavailableException> { cache.admin.volume() }
        shouldThrow<StoreUnavailableException> { cache.admin.exportTo(OutputStream.nullOutputStream()) }
        store.heal()
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        shouldThrow<StoreUnavailableException> { cache.admin.importFrom(LINE.byteInputStream()) }
        store.heal()
        cache.admin.importFrom(LINE.byteInputStream()).written shouldBe 1
        cache.get("line") shouldBe "v"
    }

    test("a cache that is closed refuses") {
        val admin = cache.admin
        cache.close()
        for ((name, call) in calls) {
            withClue(name) { shouldThrow<CacheClosedException> { admin.call(beside(".copy")) } }
        }
        beside(".copy").exists() shouldBe false
    }

    test("a file whose pages are damaged is told and not set aside, and repair leaves it alone") {
        cache.setMany((1..200).associate { "k$it" to "v".repeat(500) })
        cache.close()
        // Nobody has it open, so that it may be written by other means.
        RandomAccessFile(beside("").toFile(), "rw").use {
            it.seek(it.length() / PAGE / 2 * PAGE)
            it.write(ByteArray(PAGE))
        }
        reopen()
        val report = cache.admin.check(repair = true)
        report.findings.map { it.kind } shouldContain Kind.FILE
        report.repaired shouldBe 0
        report.isSound shouldBe false
        beside("").parent.names().none { it.startsWith("${beside("").fileName}.damaged-") } shouldBe true
    }

    test("a miss for a damaged row ends when repair has removed it") {
        cache.set("a", "v")
        cache.flush()
        elsewhere { it.alter("a", "data") { bytes -> bytes[1]++ } }
        cache.evictAll()
        cache.find("a") shouldMissBecauseOf MissReason.DAMAGED
        cache.admin.check(repair = true).repaired shouldBe 1
        cache.find("a") shouldMissBecauseOf MissReason.ABSENT
    }
}

private const val PAGE = 4096

private const val LINE =
    """{"key": "line", "fmt": "json", "expire_at": "9999-12-31T23:59:59.999999+00:00", "data": "v"}"""

/** Two good rows, and one for each way to be wrong. */
private fun Setting.damagedRows() {
    val keys = listOf("good", "bad\nvalue", "bad header", "bad label", "unknown", "good too")
    keys.forEachIndexed { i, key -> cache.set(key, "secret $i") }
    cache.flush()
    elsewhere {
        it.alter("bad\nvalue", "data") { bytes -> bytes[2]++ }
        it.alter("bad header", "header") { bytes -> bytes[9]++ }
        it.run(
            "PRAGMA ignore_check_constraints=ON",
            "UPDATE cache SET version = 3 WHERE key = 'bad label'",
            "UPDATE cache SET fmt = 'mystery', header = NULL WHERE key = 'unknown'",
        )
        it.python("bad time", "'soon'")
        it.python("bad tags", tags = "'[1]'")
        it.python("", NEVER)
        it.run(
            "INSERT INTO cache (key, data, expire_at, tags, saved_by_profile) " +
                "VALUES (x'01', '\"secret\"', $NEVER, '[]', 'default')",
        )
    }
}

private const val NEVER = "'9999-12-31T23:59:59.999999+00:00'"

/** A row as the Python package writes it. */
internal fun Connection.python(
    key: String,
    expireAt: String = NEVER,
    tags: String = "'[]'",
    data: String = "CAST('\"theirs\"' AS BLOB)",
    format: String = "json",
) = run(
    "INSERT INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile) " +
        "VALUES ('$key', $data, '$format', $expireAt, $tags, 1, 'default')",
)

/** Makes an index say what its table does not. */
private fun Connection.spoilIndex() =
    run(
        "DROP INDEX idx_cache_expire_at",
        "CREATE INDEX idx_cache_expire_at ON cache (version)",
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX idx_cache_expire_at ON cache (expire_at)' " +
            "WHERE name = 'idx_cache_expire_at'",
        "PRAGMA writable_schema=RESET",
    )

/** Every entry of the file in words. */
internal fun Setting.rows(): List<String?> =
    elsewhere {
        it.texts(
            "SELECT concat_ws('|', quote(key), quote(data), fmt, expire_at, tags, version, saved_by_profile) " +
                "FROM cache ORDER BY rowid",
        )
    }

private fun <R> sql(
    file: Path,
    work: (Connection) -> R,
): R = SQLiteConfig().createConnection("jdbc:sqlite:$file").use(work)
