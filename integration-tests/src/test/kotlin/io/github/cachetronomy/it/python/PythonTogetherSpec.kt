package io.github.cachetronomy.it.python

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.github.cachetronomy.it.faults.raw
import io.github.cachetronomy.it.faults.texts
import io.github.cachetronomy.it.plentyOfMemory
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong
import kotlin.concurrent.thread
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

private val TOGETHER = 30.seconds
private const val SHARED = "shared"
private const val READ = "read by both"
private val hasPython =
    runCatching { ProcessBuilder("python3", "-c", "import sqlite3").start().waitFor() }.getOrNull() == 0

/**
 * A process that writes as the Python package does, and we, through both faces, on one file at the same time:
 * whatever either was told is written is there, and each sees what the other writes.
 */
@Tags("deep")
class PythonTogetherSpec :
    FunSpec({
        test("a Python process and ours lose nothing of each other's").config(enabled = hasPython) {
            val folder = tempdir().toPath()
            val file = pythonFile(folder)
            Cachetronaut(file) { memoryProbe = plentyOfMemory }.use { kotlin ->
                BlockingCachetronaut.open(file).use { java ->
                    val python = Python(file, folder.resolve("writer.py"))
                    val ours = AtomicLong()
                    val reads = AtomicLong()
                    val began = TimeSource.Monotonic.markNow()
                    val javaWriter =
                        thread {
                            while (began.elapsedNow() < TOGETHER) {
                                val n = ours.incrementAndGet()
                                check(java.set("ours:$n", n).stored)
                            }
                        }
                    while (began.elapsedNow() < TOGETHER) {
                        val n = ours.incrementAndGet()
                        check(kotlin.set("ours:$n", n).stored)
                        if (n % 10 == 0L) kotlin.set(SHARED, n)
                        val theirs = python.written
                        if (theirs > 0 && !python.mayDelete(theirs)) kotlin.get<Long>("python:$theirs") shouldBe theirs
                        if (kotlin.get<Long>(READ) != null) reads.incrementAndGet()
                    }
                    javaWriter.join()
                    python.stop()
                    kotlin.flush()

                    python.written shouldBeGreaterThan 100
                    ours.get() shouldBeGreaterThan 100
                    for (n in 1..ours.get()) withClue("ours:$n") { kotlin.get<Long>("ours:$n") shouldBe n }
                    for (n in 1..python.written) {
                        val expected = n.takeUnless { python.hasDeleted(it) }
                        withClue("python:$n") {
                            java.get("python:$n", Long::class.javaObjectType).orElse(null) shouldBe
                                expected
                        }
                    }
                    kotlin.accessLog.find(READ)?.reads shouldBe python.written + reads.get()
                }
            }
            raw(file) { texts("PRAGMA integrity_check") } shouldBe listOf("ok")
        }
    })

/** A process that writes with the statements of the Python package, one transaction each. */
private class Python(
    file: Path,
    script: Path,
) {
    private val process: Process
    private val count = AtomicLong()
    private val reader: Thread

    /** How many it has written and been told so. */
    val written: Long get() = count.get()

    init {
        script.writeText(SCRIPT)
        val command = listOf("python3", script.toString(), file.toString())
        process = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        reader = thread { process.inputReader().forEachLine { count.set(it.toLong()) } }
    }

    /** Whether it deletes what it wrote as the number [n], sooner or later. */
    fun mayDelete(n: Long) = n % 7 == 4L

    /** Whether it has. */
    fun hasDeleted(n: Long) = mayDelete(n) && n + 3 <= written

    fun stop() {
        process.outputWriter().use { it.write("stop\n") }
        check(process.waitFor(20, TimeUnit.SECONDS)) { "it does not end" }
        process.exitValue() shouldBe 0
        reader.join()
    }

    private companion object {
        val SCRIPT =
            """
            import datetime, select, sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=3)
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA busy_timeout=3000")
            def now():
                return datetime.datetime.now(datetime.timezone.utc)
            def put(key, value):
                until = (now() + datetime.timedelta(hours=1)).isoformat()
                db.execute(
                    "INSERT OR REPLACE INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (key, str(value).encode(), "orjson", until, "[]", 1, "default"))
            put("$READ", 0)
            n = 0
            while not select.select([sys.stdin], [], [], 0)[0]:
                n += 1
                put("python:%d" % n, n)
                if n % 7 == 0:
                    db.execute("DELETE FROM cache WHERE key = ?", ("python:%d" % (n - 3),))
                    db.execute(
                        "INSERT INTO eviction_log (key, evicted_at, reason, last_access_count, evicted_by_profile) "
                        "VALUES (?, ?, ?, ?, ?)",
                        ("python:%d" % (n - 3), now().isoformat(), "user_eviction", 1, "default"))
                if n % 10 == 0:
                    put("$SHARED", n)
                db.execute(
                    "INSERT INTO access_log (key, access_count, last_accessed, last_accessed_by_profile) "
                    "VALUES (?, 1, ?, ?) ON CONFLICT(key) DO UPDATE SET access_count = access_count + 1, "
                    "last_accessed = excluded.last_accessed, "
                    "last_accessed_by_profile = excluded.last_accessed_by_profile",
                    ("$READ", now().isoformat(), "default"))
                print(n, flush=True)
            db.close()
            """.trimIndent()
    }
}
