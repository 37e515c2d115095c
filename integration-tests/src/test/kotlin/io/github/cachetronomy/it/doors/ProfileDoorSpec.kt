package io.github.cachetronomy.it.doors

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.ProfileNotFoundException
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.settings.SettingsException
import io.github.cachetronomy.core.spi.StoreFaultException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.time.Duration
import kotlin.concurrent.thread
import kotlin.io.path.writeText

/** Named settings: kept in the file, one of them in force, switched while the cache runs. */
@Tags("fast")
class ProfileDoorSpec :
    FunSpec({
        throughEveryDoor { test ->
            keeping(test)
            switching(test)
            updating(test)
            opening(test)
            clearing(test)
            trouble(test)
        }
    })

private val default = Profile.named(Profile.DEFAULT)
private val production =
    Profile
        .Builder("production")
        .timeToLive(Duration.ofMinutes(10))
        .maxItemsInMemory(10)
        .tags(listOf("prod"))
        .build()

private fun keeping(test: Case) {
    test("a new file has the default profile, which is in force") {
        cache.profiles.active shouldBe default
        cache.profiles.list() shouldContainExactly listOf(default)
        cache.profiles.find("production").shouldBeNull()
    }

    test("a profile that is created is in the file, and not in force") {
        cache.profiles.create(production)
        cache.profiles.find("production") shouldBe production
        cache.profiles.list() shouldContainExactly listOf(default, production)
        cache.profiles.active shouldBe default
        reopen()
        cache.profiles.find("production") shouldBe production
        cache.profiles.active shouldBe default
    }

    test("creating a profile that is there is refused, and changes nothing") {
        cache.profiles.create(production)
        val refused = shouldThrow<IllegalArgumentException> { cache.profiles.create(Profile.named("production")) }
        refused.message shouldContain "production"
        cache.profiles.find("production") shouldBe production
    }

    test("the profiles of a YAML file are stored, and the one in force changes at once") {
        cache.profiles.create(production)
        val source =
            file.resolveSibling("profiles.yml").apply {
                writeText("production:\n  time_to_live: 9\ndefault:\n  tags: [loaded]\n")
            }
        val loaded = cache.profiles.load(source)
        loaded.map { it.name } shouldContainExactly listOf("production", "default")
        cache.profiles.find("production")?.timeToLive shouldBe Duration.ofSeconds(9)
        cache.profiles.active.tags shouldContainExactly listOf("loaded")
        cache.set("k", "v").tags shouldContainExactly listOf("loaded")
        reopen()
        cache.profiles.list() shouldContainExactlyInAnyOrder loaded
    }

    test("a YAML file with one wrong profile changes none") {
        val source =
            file.resolveSibling("wrong.yml").apply {
                writeText("production:\n  time_to_live: 9\nodd:\n  time_to_live: -1\n")
            }
        val refused = shouldThrow<SettingsException> { cache.profiles.load(source) }
        refused.message shouldContain "time_to_live"
        cache.profiles.list() shouldContainExactly listOf(default)
    }

    test("a profile that is deleted is gone, the default and the active one stay") {
        cache.profiles.create(production)
        cache.profiles.delete("production") shouldBe true
        cache.profiles.delete("production") shouldBe false
        cache.profiles.list() shouldContainExactly listOf(default)
        cache.profiles.activate("production", createIfMissing = true)
        for (name in listOf("production", Profile.DEFAULT)) {
            val refused = shouldThrow<IllegalStateException> { cache.profiles.delete(name) }
            refused.message shouldContain name
        }
        cache.profiles.list().map { it.name } shouldContainExactly listOf(Profile.DEFAULT, "production")
        cache.profiles.activate(Profile.DEFAULT)
        cache.profiles.delete("production") shouldBe true
    }
}

private fun switching(test: Case) {
    test("time to live, tags and stamp of every later write are those of the profile that is activated") {
        cache.profiles.create(production)
        val before = cache.set("before", "v")
        cache.profiles.activate("production") shouldBe production
        cache.profiles.active shouldBe production
        cache.set("set", "v")
        cache.cached("loaded") { "v" }
        cache.setIfAbsent("absent", "v")
        for (key in listOf("set", "loaded", "absent")) {
            withClue(key) {
                val metadata = cache.metadata(key)!!
                metadata.expiresAt shouldBe clock.instant().plus(Duration.ofMinutes(10))
                metadata.tags shouldContainExactly listOf("prod")
                metadata.savedByProfile shouldBe "production"
            }
        }
        cache.metadata("before")?.expiresAt shouldBe before.expiresAt
        cache.metadata("before")?.savedByProfile shouldBe Profile.DEFAULT
    }

    test("a smaller cap takes entries out of memory at once, and they are logged under the new profile") {
        cache.setMany((1..100).associate { "k$it" to "v$it" })
        cache.profiles.create(production)
        cache.profiles.activate("production")
        cache.keys(Tier.MEMORY) shouldHaveSize 10
        val log = cache.evictionLog()
        log.map { it.cause to it.profile }.toSet() shouldBe setOf(EvictionCause.SIZE to "production")
        log.map { it.key } shouldContainExactlyInAnyOrder (1..100).map { "k$it" } - cache.keys(Tier.MEMORY).toSet()
        cache.profiles.activate(Profile.DEFAULT)
        for (i in 1..100) cache.get("k$i") shouldBe "v$i"
        cache.keys(Tier.MEMORY) shouldHaveSize 100
    }

    test("a switch is told once, and none where nothing changes") {
        Recorder().use { told ->
            cache.listen(told).use {
                cache.profiles.activate(Profile.DEFAULT)
                cache.profiles.create(production)
                cache.profiles.activate("production")
                told.next() shouldBe CacheEvent.ProfileActivated("production")
                cache.profiles.activate("production")
                cache.profiles.update("production", maxItemsInMemory = 20)
                told.next() shouldBe CacheEvent.ProfileActivated("production")
                cache.profiles.activate(Profile.DEFAULT)
                told.next() shouldBe CacheEvent.ProfileActivated(Profile.DEFAULT)
            }
        }
    }

    test("activating what is not there throws and changes nothing, unless it is to be made") {
        shouldThrow<ProfileNotFoundException> { cache.profiles.activate("ghost") }.profile shouldBe "ghost"
        shouldThrow<ProfileNotFoundException> { cache.profiles.activate("ghost", createIfMissing = false) }
        cache.profiles.active shouldBe default
        cache.profiles.find("ghost").shouldBeNull()
        cache.profiles.activate("ghost", createIfMissing = true) shouldBe Profile.named("ghost")
        cache.profiles.active shouldBe Profile.named("ghost")
        cache.profiles.find("ghost") shouldBe Profile.named("ghost")
        cache.profiles.create(production)
        cache.profiles.activate("production", createIfMissing = true) shouldBe production
    }

    test("a name that no profile can have is refused") {
        for (name in listOf("", "\uD83D")) {
            shouldThrow<IllegalArgumentException> { cache.profiles.activate(name, createIfMissing = true) }
        }
        cache.profiles.list() shouldContainExactly listOf(default)
    }
}

private fun updating(test: Case) {
    test("an update leaves what it does not set") {
        cache.profiles.create(production)
        val expected = production.toBuilder().timeToLive(Duration.ofMinutes(3)).build()
        cache.profiles.update("production", timeToLive = Duration.ofMinutes(3)) shouldBe expected
        cache.profiles.find("production") shouldBe expected
        cache.profiles.active shouldBe default
    }

    test("an update of the profile in force takes effect at once") {
        cache.setMany((1..100).associate { "k$it" to "v$it" })
        cache.profiles.update(Profile.DEFAULT, Duration.ofMinutes(3), maxItemsInMemory = 10)
        cache.profiles.active.timeToLive shouldBe Duration.ofMinutes(3)
        cache.keys(Tier.MEMORY) shouldHaveSize 10
        cache.set("k", "v").expiresAt shouldBe clock.instant().plus(Duration.ofMinutes(3))
        reopen()
        cache.profiles.active.maxItemsInMemory shouldBe 10
    }

    test("an update that is refused, or of what is not there, changes nothing") {
        shouldThrow<IllegalArgumentException> { cache.profiles.update(Profile.DEFAULT, maxItemsInMemory = -1) }
        shouldThrow<ProfileNotFoundException> { cache.profiles.update("ghost", maxItemsInMemory = 1) }
        cache.profiles.list() shouldContainExactly listOf(default)
        cache.profiles.active shouldBe default
    }

    test("of two updates at a time both count") {
        var calls = 0
        val updated =
            cache.profiles.update(Profile.DEFAULT, timeToLive = Duration.ofMinutes(3)) {
                if (calls++ == 0) onAnotherThread { cache.profiles.update(Profile.DEFAULT, maxItemsInMemory = 7) }
            }
        calls shouldBe 2
        updated shouldBe
            default
                .toBuilder()
                .timeToLive(Duration.ofMinutes(3))
                .maxItemsInMemory(7)
                .build()
        cache.profiles.find(Profile.DEFAULT) shouldBe updated
        cache.profiles.active shouldBe updated
    }
}

private fun opening(test: Case) {
    test("what was activated is in force after a restart, as Python notes it") {
        cache.profiles.create(production)
        cache.profiles.activate("production")
        reopen()
        cache.profiles.active shouldBe production
        elsewhere { setting(it, "value") shouldBe "production" }
        elsewhere { setting(it, "db_path") shouldBe setting(it, "(SELECT file FROM pragma_database_list)") }
    }

    test("a profile that Python activated is in force") {
        elsewhere {
            it.createStatement().execute(
                "INSERT INTO profiles VALUES ('theirs', 600, 30, 0, 0.25, 9, 500, '[\"prod\"]')",
            )
            it.createStatement().execute("INSERT INTO cli_config VALUES ('active_profile', 'theirs', '/elsewhere')")
        }
        reopen()
        cache.profiles.active.name shouldBe "theirs"
        cache.profiles.active.timeToLive shouldBe Duration.ofMinutes(10)
        cache.health().status shouldBe CacheHealth.Status.HEALTHY
    }

    test("the profile given in code is in force, and activates nothing in the file", Wish(profile = production)) {
        cache.profiles.active shouldBe production
        cache.profiles.list() shouldContainExactly listOf(default, production)
        elsewhere { setting(it, "value").shouldBeNull() }
        cache.profiles.activate(Profile.DEFAULT)
        cache.profiles.update("production", maxItemsInMemory = 5)
        reopen()
        withClue("what the file has of it wins") { cache.profiles.active.maxItemsInMemory shouldBe 5 }
        elsewhere { setting(it, "value") shouldBe Profile.DEFAULT }
    }

    test("the profile that the file is opened with is not deleted either", Wish(profile = production)) {
        elsewhere { it.createStatement().execute("INSERT INTO cli_config VALUES ('active_profile', 'other', '')") }
        cache.profiles.create(Profile.named("other"))
        shouldThrow<IllegalStateException> { cache.profiles.delete("other") }
        cache.profiles.find("other") shouldBe Profile.named("other")
    }

    test("an active profile that is not in the file leaves the default in force, and that is told until another is") {
        elsewhere { it.createStatement().execute("INSERT INTO cli_config VALUES ('active_profile', 'ghost', '')") }
        reopen()
        cache.profiles.active shouldBe default
        cache.health().causes.single() shouldContain "ghost"
        cache.profiles.activate(Profile.DEFAULT)
        cache.health().status shouldBe CacheHealth.Status.HEALTHY
        reopen()
        cache.health().status shouldBe CacheHealth.Status.HEALTHY
    }
}

private fun clearing(test: Case) {
    test("what a profile wrote last is removed, from both tiers, and logged as removed by tag") {
        cache.setMany(mapOf("a" to "1", "b" to "2", "c" to "3"))
        cache.profiles.activate("production", createIfMissing = true)
        cache.setMany(mapOf("c" to "4", "d" to "5", "e" to "6"))
        cache.evict("e")
        cache.clearByProfile("production") shouldBe 3
        cache.getMany(listOf("a", "b", "c", "d", "e")) shouldBe mapOf("a" to "1", "b" to "2")
        cache.evictionLog().filter { it.cause == EvictionCause.TAG }.map { it.key } shouldContainExactlyInAnyOrder
            listOf("c", "d", "e")
        cache.clearByProfile("production") shouldBe 0
        cache.clearByProfile("ghost") shouldBe 0
        cache.clearByProfile(Profile.DEFAULT) shouldBe 2
        cache.keys().shouldBeEmpty()
    }

    test("a load of another profile's is kept, one of its own is not") {
        cache.profiles.activate("production", createIfMissing = true)
        cache.cached("k") { "v".also { cache.clearByProfile("somebody else") } } shouldBe "v"
        cache.flush()
        cache.evict("k")
        cache.find("k").shouldHit().source shouldBe Tier.STORE
        cache.cached("l") { "v".also { cache.clearByProfile("production") } } shouldBe "v"
        cache.flush()
        cache.contains("l") shouldBe false
    }
}

private fun trouble(test: Case) {
    test("a row that cannot be read is left out, told, and harms no other") {
        cache.profiles.create(production)
        elsewhere {
            it.createStatement().execute("INSERT INTO profiles VALUES ('odd', -1, 60, 1, 500.0, 5, 10, '[]')")
        }
        cache.profiles.list() shouldContainExactly listOf(default, production)
        cache.health().causes.single() shouldContain "odd"
        cache.profiles.find("odd").shouldBeNull()
        shouldThrow<ProfileNotFoundException> { cache.profiles.activate("odd") }
        cache.profiles.delete("odd") shouldBe true
        cache.profiles.list() shouldContainExactly listOf(default, production)
        cache.health().status shouldBe CacheHealth.Status.HEALTHY
    }

    val calls: Map<String, ProfileDoor.() -> Unit> =
        mapOf(
            "list" to { list() },
            "find" to { find(Profile.DEFAULT) },
            "create" to { create(production) },
            "delete" to { delete("production") },
            "activate" to { activate(Profile.DEFAULT) },
            "update" to { update(Profile.DEFAULT, maxItemsInMemory = 1) },
        )
    test("without its file, a cache says that it cannot tell or change profiles", Wish(Ground.FOLDER, production)) {
        cache.profiles.active shouldBe production
        val source = file.resolveSibling("empty.yml").apply { writeText("") }
        for ((name, call) in calls + ("load" to { load(source) })) {
            withClue(name) { shouldThrow<StoreUnavailableException> { cache.profiles.call() } }
        }
        cache.profiles.active shouldBe production
    }

    test("a store that fails leaves everything as it was", Wish(Ground.FAULTY_STORE)) {
        cache.profiles.create(production)
        store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
        shouldThrow<StoreUnavailableException> { cache.profiles.activate("production") }
        shouldThrow<StoreUnavailableException> { cache.profiles.update(Profile.DEFAULT, maxItemsInMemory = 1) }
        shouldThrow<StoreUnavailableException> { cache.profiles.delete("production") }
        store.heal()
        cache.profiles.active shouldBe default
        cache.profiles.list() shouldContainExactly listOf(default, production)
    }
}

private fun setting(
    connection: Connection,
    column: String,
): String? =
    connection.createStatement().use { statement ->
        statement.executeQuery("SELECT $column FROM cli_config WHERE key = 'active_profile'").use {
            if (it.next()) it.getString(1) else null
        }
    }

/** Returns when [work] is done. */
private fun onAnotherThread(work: () -> Unit) = thread { work() }.join()
