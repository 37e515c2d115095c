package io.github.cachetronomy.it.faults

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Instant

/** Times are told as instants, and as the file has them. */
@Tags("fast")
class StoredTimesSpec :
    FunSpec({
        val root = tempdir().toPath()
        val times =
            mapOf(
                "2099-06-01T12:00:00+02:00" to "2099-06-01T10:00:00Z",
                "2099-06-01 12:00:00.5+00:00" to "2099-06-01T12:00:00.5Z",
                "2099-06-01T12:00:00Z" to "2099-06-01T12:00:00Z",
                "2099-06-01T12:00:00.123456+00:00" to "2099-06-01T12:00:00.123456Z",
                "9999-12-31T23:59:59.999999+00:00" to null,
            )

        for ((name, open) in faces) {
            test("$name: a row of another program keeps its way of writing the time") {
                val file = root.resolve("$name.db")
                open(file, Wishes()).close()
                raw(file) {
                    for (time in times.keys) {
                        run(
                            "INSERT INTO cache(key, data, expire_at, tags, saved_by_profile) " +
                                "VALUES('$time', '1', '$time', '[]', 'default')",
                        )
                    }
                }
                open(file, Wishes()).use { cache ->
                    for ((time, instant) in times) {
                        val metadata = cache.metadata(time).shouldNotBeNull()
                        metadata.expiresAtText shouldBe time
                        metadata.expiresAt shouldBe instant?.let(Instant::parse)
                    }
                }
            }

            test("$name: a row of ours has the time as Python writes it, in memory and in the file") {
                open(root.resolve("$name-ours.db"), Wishes({ Instant.parse("2099-06-01T10:00:00Z") })).use { cache ->
                    cache.set("key", "value").expiresAtText shouldBe "2099-06-01T11:00:00+00:00"
                    cache.metadata("key").shouldNotBeNull().expiresAtText shouldBe "2099-06-01T11:00:00+00:00"
                    cache.evictAll()
                    cache.metadata("key").shouldNotBeNull().expiresAtText shouldBe "2099-06-01T11:00:00+00:00"
                }
            }
        }
    })
