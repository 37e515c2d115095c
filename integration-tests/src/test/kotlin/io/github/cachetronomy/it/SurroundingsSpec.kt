package io.github.cachetronomy.it

import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.settings.CacheSettings
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
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.exists

/** What a cache that is opened without a file takes from the surroundings of the program. */
@Tags("fast")
class SurroundingsSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("both faces open the file that the surroundings name, and what is given wins") {
            val file = folder.resolve("named.db")
            surrounded("cachetronomy.db-path" to file.toString()) {
                Cachetronaut().use { it.set("k", "v") }
                BlockingCachetronaut.open().use { it.get("k", String::class.java).get() shouldBe "v" }
                BlockingCachetronaut.builder().build().use { it.contains("k") shouldBe true }
                val other = folder.resolve("given.db")
                Cachetronaut(other).use { it.get<String>("k") shouldBe null }
                Cachetronaut(CacheSettings.load(dbPath = other)).use { it.get<String>("k") shouldBe null }
            }
        }

        test("the profile that is asked for is in force if the file has it") {
            val file = folder.resolve("profiles.db")
            Cachetronaut(file).close()
            raw(file) { run("INSERT INTO profiles VALUES ('production', 60, 30, 0, 0.25, 9, 500, '[\"prod\"]')") }
            surrounded("cachetronomy.db-path" to file.toString(), "cachetronomy.default-profile" to "production") {
                Cachetronaut().use {
                    it.set("k", "v").tags shouldBe listOf("prod")
                    it.health().causes.shouldBeEmpty()
                }
                BlockingCachetronaut.open().use { it.set("j", "v").tags shouldBe listOf("prod") }
                raw(file) { texts("SELECT DISTINCT saved_by_profile FROM cache") } shouldBe listOf("production")
                val given = Profile.Builder("default").tags(listOf("given")).build()
                BlockingCachetronaut.builder().profile(given, true).build().use {
                    it.set("i", "v").tags shouldBe listOf("given")
                }
            }
        }

        test("a profile that is asked for and not stored is a word in the health, and the default is in force") {
            val file = folder.resolve("without.db")
            surrounded("cachetronomy.db-path" to file.toString(), "cachetronomy.default-profile" to "ghost") {
                Cachetronaut().use {
                    it.health().status shouldBe CacheHealth.Status.DEGRADED
                    it.health().causes.single() shouldContain "\"ghost\""
                    it.set("k", "v")
                }
                raw(file) { texts("SELECT saved_by_profile FROM cache") } shouldBe listOf("default")
                raw(file) { texts("SELECT name FROM profiles") } shouldBe listOf("default")
            }
            surrounded("cachetronomy.db-path" to file.toString(), "cachetronomy.default-profile" to "default") {
                BlockingCachetronaut.open().use { it.health().causes.shouldBeEmpty() }
            }
        }

        test("two names of profiles for an open file contradict each other") {
            val file = folder.resolve("two.db")
            Cachetronaut(CacheSettings.load(file, "a")).use {
                shouldThrow<IllegalStateException> {
                    BlockingCachetronaut.builder(CacheSettings.load(file, "b")).build()
                }.message shouldContain "profileName"
                BlockingCachetronaut.open(file).close()
            }
        }

        test("a tilde in a path is the home folder, through both faces") {
            surrounded("user.home" to folder.toString()) {
                Cachetronaut(Path.of("~", "home.db")).use { it.set("k", "v") }
                BlockingCachetronaut
                    .open(
                        Path.of("~/home.db"),
                    ).use { it.get("k", String::class.java).get() shouldBe "v" }
                folder.resolve("home.db").exists() shouldBe true
                Path.of("~").exists() shouldBe false
            }
        }
    })

/** Runs [block] with these system properties, and puts back what was there. */
private inline fun surrounded(
    vararg properties: Pair<String, String>,
    block: () -> Unit,
) {
    val before = properties.associate { (name, _) -> name to System.getProperty(name) }
    properties.forEach { (name, value) -> System.setProperty(name, value) }
    try {
        block()
    } finally {
        for ((name, value) in before) if (value == null) System.clearProperty(name) else System.setProperty(name, value)
    }
}
