package io.github.cachetronomy.it

import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.coroutines.cachetronautOn
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.ScriptedMemoryProbe
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.sqlite.SQLiteConfig
import java.nio.file.Path
import java.sql.Connection
import java.time.Duration

/** What the cache does by itself, under a clock and a scheduler of the test's own. */
@OptIn(ExperimentalCoroutinesApi::class, InternalCachetronomyApi::class)
@Tags("fast")
class JobsSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        class Setting(
            val file: Path = folder.resolve("jobs-${files++}.db"),
        ) : AutoCloseable {
            val clock = FakeClock()
            private val scheduler = TestCoroutineScheduler()
            val cache =
                cachetronautOn(
                    Engines.open(
                        EngineConfig().apply {
                            file = this@Setting.file
                            clock = this@Setting.clock
                            memoryProbe = ScriptedMemoryProbe(Long.MAX_VALUE)
                            jobDispatcher = UnconfinedTestDispatcher(scheduler)
                            storeDispatcher = Dispatchers.Unconfined
                        },
                    ),
                )

            fun pass(time: Duration) {
                clock.advance(time)
                scheduler.advanceTimeBy(time.toMillis())
                scheduler.runCurrent()
            }

            /** Another process, as the file sees it. */
            fun elsewhere(work: (Connection) -> Unit) = SQLiteConfig().createConnection("jdbc:sqlite:$file").use(work)

            override fun close() = cache.close()
        }

        test("expired entries are swept out of the file") {
            Setting().use { with ->
                with.cache.set("short", 1, timeToLive = kotlin.time.Duration.parse("30s"))
                with.cache.set("long", 2)
                with.pass(Duration.ofSeconds(61))
                with.elsewhere { rows(it, "SELECT key FROM cache") shouldContainExactly listOf("long") }
                with.cache.stats().evictionsByCause shouldBe mapOf(EvictionCause.EXPIRED to 1)
            }
        }

        test("the sweep follows the profile in force, at once and with nothing left of the old one") {
            Setting().use { with ->
                val minute = Duration.ofMinutes(1)

                suspend fun expire() {
                    with.cache.set("short", 1, timeToLive = kotlin.time.Duration.parse("1s"))
                    with.pass(Duration.ofSeconds(2))
                }

                fun stored(): Boolean {
                    var found = emptyList<String>()
                    with.elsewhere { found = rows(it, "SELECT key FROM cache") }
                    return found.isNotEmpty()
                }

                with.cache.profiles.create("fast") { cleanupInterval = kotlin.time.Duration.parse("10s") }
                with.cache.profiles.create("never") { cleanupInterval = kotlin.time.Duration.ZERO }
                expire()
                with.cache.profiles.activate("fast")
                with.pass(Duration.ofSeconds(10))
                stored() shouldBe false

                with.cache.profiles.activate("never")
                expire()
                with.pass(minute.multipliedBy(10))
                stored() shouldBe true

                with.cache.profiles.activate("default")
                with.pass(minute.minusSeconds(1))
                stored() shouldBe true
                with.pass(Duration.ofSeconds(1))
                stored() shouldBe false

                with.cache.profiles.update("default") { cleanupInterval = kotlin.time.Duration.parse("10s") }
                expire()
                with.pass(Duration.ofSeconds(8))
                stored() shouldBe false
            }
        }

        test("reads reach the access log, and departures the eviction log, within five seconds") {
            Setting().use { with ->
                with.cache.set("k", 1)
                repeat(3) { with.cache.get<Int>("k") }
                with.cache.evict("k")
                with.cache.get<Int>("k")
                with.cache.delete("k")
                with.pass(Duration.ofSeconds(5))
                with.elsewhere {
                    rows(it, "SELECT key || ' ' || access_count FROM access_log") shouldContainExactly listOf("k 4")
                    rows(it, "SELECT key || ' ' || reason FROM eviction_log ORDER BY id") shouldContainExactly
                        listOf("k manual_eviction_clear_key", "k user_eviction")
                }
                with.cache.accessLog
                    .top(1)
                    .single()
                    .reads shouldBe 4
                with.cache.evictionLog
                    .recent(1)
                    .single()
                    .cause shouldBe EvictionCause.DELETED
            }
        }

        test("a row that another process removes or writes is noticed within a second") {
            Setting().use { with ->
                with.cache.set("removed", "old")
                with.cache.set("kept", "same")
                with.elsewhere { it.createStatement().execute("DELETE FROM cache WHERE key = 'removed'") }
                with.pass(Duration.ofSeconds(1))
                with.cache.get<String>("removed") shouldBe null
                with.cache.get<String>("kept") shouldBe "same"
                with.elsewhere {
                    it.createStatement().execute(
                        "UPDATE cache SET data = '\"new\"', header = NULL WHERE key = 'kept'",
                    )
                }
                with.pass(Duration.ofSeconds(1))
                with.cache.get<String>("kept") shouldBe "new"
            }
        }

        test("what another process removed while a load was running is not stored by it") {
            Setting().use { with ->
                with.cache.cached<String>("k") {
                    with.elsewhere {
                        it.createStatement().execute(
                            "INSERT INTO cachetronomy_removals (scope, subject) VALUES ('key', 'k')",
                        )
                    }
                    "stale"
                } shouldBe "stale"
                with.cache.flush()
                with.cache.get<String>("k") shouldBe null
                with.cache.stats().notKept shouldBe 1
            }
        }

        test("what another process wrote while a load was running is not overwritten by it") {
            Setting().use { with ->
                with.cache.set("like", "theirs")
                with.cache.cached<String>("k") {
                    with.elsewhere {
                        it.createStatement().execute(
                            "INSERT INTO cache (key, data, fmt, expire_at, tags, version, saved_by_profile) " +
                                "SELECT 'k', data, fmt, expire_at, tags, version, saved_by_profile FROM cache WHERE key = 'like'",
                        )
                    }
                    "ours"
                } shouldBe "ours"
                with.cache.flush()
                with.cache.get<String>("k") shouldBe "theirs"
            }
        }
    })

private fun rows(
    connection: Connection,
    sql: String,
): List<String> =
    connection.createStatement().use { statement ->
        statement.executeQuery(sql).use { rows -> buildList { while (rows.next()) add(rows.getString(1)) } }
    }
