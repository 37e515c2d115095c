package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.annotations.CacheInvalidate
import io.github.cachetronomy.core.annotations.CachePut
import io.github.cachetronomy.core.annotations.Cached
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable
import java.io.IOException
import java.util.Optional
import kotlin.time.Duration.Companion.hours

@Serializable
private data class Person(
    val id: Int,
    val name: String,
)

private interface People {
    @Cached(timeToLive = "5m", tags = ["people"])
    suspend fun find(id: Int): Person

    @Cached(key = "maybe:{0}")
    suspend fun maybe(id: Int): Person?

    @Cached
    suspend fun optional(id: Int): Optional<Person>

    @Cached
    suspend fun all(names: Set<String>): List<Person>

    @Cached
    fun blocking(id: Int): Person

    @CachePut(name = "find")
    suspend fun reload(id: Int): Person

    @CachePut(key = "maybe:{0.id}")
    suspend fun save(person: Person): Person

    @CacheInvalidate(name = "find")
    suspend fun remove(id: Int)

    @CacheInvalidate(tags = ["people"])
    fun clear()

    suspend fun plain(id: Int): Person
}

/** Answers with what [load] gives, and counts the calls. */
private class LoadedPeople(
    private val load: suspend (Int) -> Person?,
) : People {
    var calls = 0

    private suspend fun loaded(id: Int): Person? {
        calls++
        return load(id)
    }

    override suspend fun find(id: Int) = loaded(id)!!

    override suspend fun maybe(id: Int) = loaded(id)

    override suspend fun optional(id: Int) = Optional.ofNullable(loaded(id))

    override suspend fun all(names: Set<String>) = names.map { Person(++calls, it) }

    override fun blocking(id: Int) = Person(id, "call ${++calls}")

    override suspend fun reload(id: Int) = loaded(id)!!

    override suspend fun save(person: Person) = person.copy(name = "saved")

    override suspend fun remove(id: Int) = yield()

    override fun clear() = Unit

    override suspend fun plain(id: Int) = loaded(id)!!
}

private interface OfFlow {
    @Cached
    fun m(id: Int): Flow<Int>
}

private interface OfSequence {
    @Cached
    suspend fun m(id: Int): Sequence<Int>
}

private interface OfUnit {
    @Cached
    suspend fun m(id: Int)
}

@JvmInline
private value class Wrapped(
    val text: String,
)

private interface OfValueClass {
    @Cached
    suspend fun m(id: Int): Wrapped
}

private interface ByName {
    @Cached(key = "x:{id}")
    suspend fun m(id: Int): Int
}

@OptIn(ExperimentalCoroutinesApi::class)
@Tags("fast")
class WrapSpec :
    FunSpec({
        val ada = Person(7, "Ada")

        test("what a suspending function gives is kept, whether it suspends or not") {
            for (pause in listOf(false, true)) {
                withCache { cache ->
                    val loaded =
                        LoadedPeople { id ->
                            if (pause) delay(1)
                            Person(id, "Ada")
                        }
                    val people = cache.wrap<People>(loaded)
                    repeat(2) {
                        people.find(7) shouldBe ada
                        people.optional(7) shouldBe Optional.of(ada)
                        people.maybe(7) shouldBe ada
                    }
                    loaded.calls shouldBe 3
                    cache.get<Person>("maybe:7") shouldBe ada
                    people.plain(7) shouldBe ada
                    people.plain(7) shouldBe ada
                    loaded.calls shouldBe 5
                }
            }
        }

        test("a null is kept, and so is an empty Optional") {
            withCache { cache ->
                val loaded = LoadedPeople { null }
                val people = cache.wrap<People>(loaded)
                repeat(2) {
                    people.maybe(7) shouldBe null
                    people.optional(7) shouldBe Optional.empty()
                }
                loaded.calls shouldBe 2
            }
        }

        test("a generic result comes back from the file as what it was") {
            withCache { cache ->
                val people = cache.wrap<People>(LoadedPeople { null })
                val all = people.all(setOf("a", "b"))
                cache.flush()
                cache.evictAll()
                people.all(setOf("b", "a")) shouldBe all
            }
        }

        test("a function that does not suspend runs on its caller's thread") {
            withCache { cache ->
                val people = cache.wrap<People>(LoadedPeople { null })
                repeat(2) { people.blocking(7) shouldBe Person(7, "call 1") }
            }
        }

        test("a hundred callers make one call, which has the first one's context") {
            withCache { cache ->
                val gate = CompletableDeferred<Unit>()
                val loaded =
                    LoadedPeople { id ->
                        gate.await()
                        Person(id, currentCoroutineContext()[CoroutineName]!!.name)
                    }
                val people = cache.wrap<People>(loaded)
                coroutineScope {
                    val callers =
                        List(100) {
                            async(Dispatchers.Default + CoroutineName("Ada"), CoroutineStart.UNDISPATCHED) {
                                people.find(7)
                            }
                        }
                    gate.complete(Unit)
                    callers.awaitAll().toSet() shouldBe setOf(ada)
                }
                loaded.calls shouldBe 1
            }
        }

        test("what a function throws arrives as thrown, checked exceptions too, and is not kept") {
            val failure = IOException("no luck")
            for (pause in listOf(false, true)) {
                withCache { cache ->
                    val loaded =
                        LoadedPeople {
                            if (pause) delay(1)
                            throw failure
                        }
                    val people = cache.wrap<People>(loaded)
                    shouldThrow<IOException> { people.find(7) }.message shouldBe "no luck"
                    shouldThrow<IOException> { people.find(7) }.message shouldBe "no luck"
                    shouldThrow<IOException> { people.reload(7) }.message shouldBe "no luck"
                    shouldThrow<IOException> { people.plain(7) } shouldBeSameInstanceAs failure
                    loaded.calls shouldBe 4
                    // Where nothing dispatches, the caller must not go on before it has suspended.
                    withContext(Dispatchers.Unconfined) { shouldThrow<IOException> { people.plain(7) } }
                }
            }
        }

        test("the last caller to leave cancels the call") {
            withCache { cache ->
                val started = CompletableDeferred<Unit>()
                val cancelled = CompletableDeferred<Unit>()
                val people =
                    cache.wrap<People>(
                        LoadedPeople {
                            started.complete(Unit)
                            try {
                                awaitCancellation()
                            } finally {
                                cancelled.complete(Unit)
                            }
                        },
                    )
                coroutineScope {
                    val caller = launch(Dispatchers.Default) { people.find(7) }
                    started.await()
                    caller.cancelAndJoin()
                }
                cancelled.await()
            }
        }

        test("virtual time passes in a function") {
            withCache { cache ->
                runTest {
                    val people =
                        cache.wrap<People>(
                            LoadedPeople {
                                delay(1.hours)
                                ada
                            },
                        )
                    people.find(7) shouldBe ada
                    testScheduler.currentTime shouldBe 1.hours.inWholeMilliseconds
                }
            }
        }

        test("results are put and removed when the function has ended") {
            withCache { cache ->
                val loaded = LoadedPeople { id -> Person(id, "Ada") }
                val people = cache.wrap<People>(loaded)
                people.reload(7)
                people.find(7)
                loaded.calls shouldBe 1
                people.remove(7)
                people.find(7)
                loaded.calls shouldBe 2
                people.clear()
                people.find(7)
                loaded.calls shouldBe 3
                people.save(Person(9, "Eve"))
                people.maybe(9) shouldBe Person(9, "saved")
                loaded.calls shouldBe 3
            }
        }

        test("what cannot be kept is refused with the function's name") {
            withCache { cache ->
                fun refused(wrap: () -> Any) =
                    shouldThrow<IllegalArgumentException> { wrap() }.message!!.also { it shouldContain ".m(int): " }

                refused {
                    cache.wrap<OfFlow>(
                        object : OfFlow {
                            override fun m(id: Int) = emptyFlow<Int>()
                        },
                    )
                }
                refused {
                    cache.wrap<OfSequence>(
                        object : OfSequence {
                            override suspend fun m(id: Int) = emptySequence<Int>()
                        },
                    )
                }
                refused {
                    cache.wrap<OfUnit>(
                        object : OfUnit {
                            override suspend fun m(id: Int) = Unit
                        },
                    )
                }
                shouldThrow<IllegalArgumentException> {
                    cache.wrap<OfValueClass>(
                        object : OfValueClass {
                            override suspend fun m(id: Int) = Wrapped("")
                        },
                    )
                }.message shouldContain "value class"
                refused {
                    cache.wrap<ByName>(
                        object : ByName {
                            override suspend fun m(id: Int) = id
                        },
                    )
                } shouldContain "-java-parameters"
                shouldThrow<IllegalArgumentException> { cache.wrap(LoadedPeople { null }) }.message shouldStartWith
                    LoadedPeople::class.java.name
            }
        }
    })
