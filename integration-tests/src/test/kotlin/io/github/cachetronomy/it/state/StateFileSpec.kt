package io.github.cachetronomy.it.state

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.keys.Keys
import io.github.cachetronomy.core.state.SaveState
import io.github.cachetronomy.core.state.StateStatus
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.CachetronautBuilder
import io.github.cachetronomy.coroutines.state
import io.github.cachetronomy.interop.BlockingCachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonIgnoreUnknownKeys
import java.nio.file.Path
import kotlin.time.Duration.Companion.days

@Serializable
private data class First(
    val score: Int = 0,
    val name: String = "",
)

@Serializable
private data class WithMore(
    val score: Int = 0,
    val name: String = "",
    val level: Int = 1,
)

@Serializable
private data class WithLess(
    val score: Int = 0,
)

@OptIn(ExperimentalSerializationApi::class)
@Serializable
@JsonIgnoreUnknownKeys
private data class Tolerant(
    val score: Int = 0,
)

private class Unserializable(
    @Suppress("unused") val callback: () -> Unit,
)

/** States in a real file: with both faces, other settings, and a program that has changed since. */
@Tags("fast")
class StateFileSpec :
    FunSpec({
        val folder = tempdir().toPath()
        var files = 0

        fun newFile(): Path = folder.resolve("state-${files++}.db")

        test("the program of the documentation") {
            val file = newFile()
            repeat(3) { run ->
                Cachetronaut(file).use { cache ->
                    val game = cache.state<Game>("player1", timeToLive = 30.days, save = SaveState.ON_CLOSE) { Game() }
                    game.status shouldBe if (run == 0) StateStatus.CREATED else StateStatus.STORE
                    game.update { it.copy(score = it.score + 1) }.score shouldBe run + 1
                    game.close()
                }
            }
        }

        test("a property may be delegated to a state, and a class that can be made without arguments needs no lambda") {
            Cachetronaut(newFile()).use { cache ->
                var game by cache.state<Game>("p", save = SaveState.ON_CHANGE)
                game = game.copy(score = 3)
                game.score shouldBe 3
                shouldThrow<IllegalArgumentException> { cache.state<Unserializable>("q") }.message shouldContain
                    "constructor without parameters"
            }
        }

        test("both faces have one state, and the last save of either stays") {
            val file = newFile()
            Cachetronaut(file).use { kotlin ->
                BlockingCachetronaut.open(file).use { java ->
                    val here = kotlin.state<Game>("p") { Game(1, board = long("b")) }
                    here.save()
                    val there = java.state("p", Game::class.java) { error("there is one") }
                    there.value() shouldBe here.value
                    there.set(Game(2, log = long("l")))
                    there.save()
                    here.reload() shouldBe true
                    here.value shouldBe Game(2, log = long("l"))
                    here.value = Game(3, board = long("b"))
                    here.save()
                }
                kotlin.evictAll()
                kotlin.state<Game>("p").value shouldBe Game(3, board = long("b"))
            }
        }

        test("who closes the cache has its own states saved, though others go on with the file") {
            val file = newFile()
            Cachetronaut(file).use { other ->
                val closed = Cachetronaut(file)
                closed.state<Game>("p", save = SaveState.ON_CLOSE).value = Game(1)
                other.state<Game>("q", save = SaveState.ON_CLOSE).value = Game(2)
                closed.close()
                other.state<Game>("p").value shouldBe Game(1)
                other.state<Game>("q").status shouldBe StateStatus.CREATED
            }
            Cachetronaut(file).use { it.state<Game>("q").value shouldBe Game(2) }
        }

        test("many coroutines save one state, and what it had at last is there") {
            val file = newFile()
            Cachetronaut(file).use { cache ->
                val game = cache.state<Game>("p") { Game(board = long("b")) }
                coroutineScope {
                    List(100) {
                        async {
                            game.update { it.copy(score = it.score + 1) }
                            game.save()
                        }
                    }.awaitAll()
                }
            }
            Cachetronaut(file).use { it.state<Game>("p").value.score shouldBe 100 }
        }

        val settings: Map<String, CachetronautBuilder.() -> Unit> =
            mapOf(
                "compressed" to { compressAbove = 100 },
                "for Python" to { pythonCompatible = true },
                "with nothing kept in memory" to { profile("default") { maxItemsInMemory = 0 } },
                "written behind" to { durability = Durability.WRITE_BEHIND },
                "synced" to { durability = Durability.SYNCED },
            )
        for ((name, configure) in settings) {
            test("a state is saved and restored $name") {
                val file = newFile()
                Cachetronaut(file, configure).use { cache ->
                    val game = cache.state<Game>("p") { Game(1, board = long("b"), log = long("l")) }
                    game.save()
                    game.value = Game(2, board = long("b"), log = long("m"))
                    game.save()
                }
                Cachetronaut(file, configure).use {
                    it.state<Game>("p").value shouldBe Game(2, board = long("b"), log = long("m"))
                }
            }
        }

        test("a field may be added with a default, and removed where the class is tolerant") {
            val file = newFile()
            Cachetronaut(file).use { it.state<First>("p") { First(5, "Ada") }.save() }
            Cachetronaut(file).use { cache ->
                cache.state<WithMore>("p", strict = true).value shouldBe WithMore(5, "Ada", 1)
                cache.state<Tolerant>("p", strict = true).value shouldBe Tolerant(5)
                val less = cache.state<WithLess>("p")
                less.status shouldBe StateStatus.CREATED
                less.save()
            }
            Cachetronaut(file).use { it.state<WithLess>("p").status shouldBe StateStatus.STORE }
        }

        test("a cache that only looks restores, and refuses to save") {
            val file = newFile()
            Cachetronaut(file).use { it.state<Game>("p") { Game(1) }.save() }
            Cachetronaut.openReadOnly(file).use { cache ->
                val game = cache.state<Game>("p")
                game.value shouldBe Game(1)
                shouldThrow<IllegalStateException> { game.save() }
                shouldThrow<IllegalStateException> { cache.state<Game>("p", save = SaveState.ON_CLOSE) }
            }
        }

        test("anybody can read its rows as the JSON that they are") {
            Cachetronaut(newFile()).use { cache ->
                cache.state<Game>("p") { Game(7, board = long("b")) }.save()
                cache.get<Any>(Keys.of("state", "p", "board")).toString() shouldContain "part={board=${long("b")}}"
                cache.get<Any>(Keys.of("state", "p")).toString() shouldContain "score=7"
            }
        }
    })
