package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsText
import io.ktor.server.application.install
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.sessions.Sessions
import io.ktor.server.sessions.clear
import io.ktor.server.sessions.get
import io.ktor.server.sessions.header
import io.ktor.server.sessions.sessions
import io.ktor.server.sessions.set
import io.ktor.server.testing.testApplication
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.Serializable
import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

@Serializable
private data class User(
    val name: String,
)

private const val HEADER = "X-Session"

@Tags("fast")
class SessionsSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("who signed in is known to the next application on the file") {
            val file = folder.resolve("restart.db")
            lateinit var id: String
            signing(file) { client ->
                id = client.signIn("ada")
                client.whoIs(id) shouldBe "ada"
            }
            signing(file) { client ->
                client.whoIs(id) shouldBe "ada"
                client.whoIs("another") shouldBe "nobody"
            }
        }

        test("who signed out is not known any more, here and after a restart") {
            val file = folder.resolve("out.db")
            lateinit var id: String
            signing(file) { client ->
                id = client.signIn("ada")
                val other = client.signIn("bob")
                client.get("/out") { header(HEADER, id) }
                client.whoIs(id) shouldBe "nobody"
                client.whoIs(other) shouldBe "bob"
            }
            signing(file) { client -> client.whoIs(id) shouldBe "nobody" }
        }

        test("an id from outside becomes nobody's session") {
            signing(folder.resolve("absurd.db")) { client ->
                for (id in listOf("unknown", "@5:other:key", "../../app.db", "a b", "x".repeat(5_000))) {
                    client.whoIs(id) shouldBe "nobody"
                    client.signIn("ada", id) shouldNotContain id
                }
            }
        }

        test("a session in use lives on, one that is not used ends at its instant") {
            withSessions { sessions, clock ->
                sessions.write("id", "value")
                repeat(5) {
                    clock.advance(40.minutes)
                    sessions.read("id") shouldBe "value"
                }
                clock.advance(1.hours - 1.milliseconds)
                sessions.read("id") shouldBe "value"
                clock.advance(1.hours)
                shouldThrow<NoSuchElementException> { sessions.read("id") }
            }
        }

        test("a session is renewed when less than half of its time is left, and not before") {
            withSessions { sessions, clock ->
                sessions.write("id", "value")
                clock.advance(30.minutes)
                sessions.read("id")
                clock.advance(30.minutes)
                shouldThrow<NoSuchElementException> { sessions.read("id") }

                sessions.write("id", "value")
                clock.advance(30.minutes + 1.milliseconds)
                sessions.read("id")
                clock.advance(30.minutes)
                sessions.read("id") shouldBe "value"
            }
        }

        test("a session that does not slide ends a time to live after it was written") {
            withSessions(sliding = false) { sessions, clock ->
                sessions.write("id", "value")
                clock.advance(50.minutes)
                sessions.read("id") shouldBe "value"
                clock.advance(10.minutes)
                shouldThrow<NoSuchElementException> { sessions.read("id") }
            }
        }

        test("a session may live for ever") {
            withSessions(timeToLive = Duration.INFINITE) { sessions, clock ->
                sessions.write("id", "value")
                clock.advance(100_000.hours)
                sessions.read("id") shouldBe "value"
            }
        }

        test("sessions are apart from all other entries, and no key or message tells an id") {
            Cachetronaut(InMemoryStore()).use { cache ->
                cache.set("id-of-another-kind", "entry")
                cache.namespace("orders").set("17", "order")
                val sessions = CachetronomySessions(cache, 1.hours)
                for (id in listOf("id-of-another-kind", "@6:orders:17")) {
                    shouldThrow<NoSuchElementException> { sessions.read(id) }.message!! shouldNotContain id
                }
                sessions.write("id-of-another-kind", "value")
                sessions.invalidate("@6:orders:17")
                cache.get<String>("id-of-another-kind") shouldBe "entry"
                cache.namespace("orders").get<String>("17") shouldBe "order"
                val keys = cache.keys().toList()
                keys shouldHaveSize 3
                keys.filter { it.startsWith("@13:ktor-sessions:") && "id-of" in it }.shouldBeEmpty()
                sessions.invalidate("id-of-another-kind")
                cache.keys().toList() shouldHaveSize 2
            }
        }

        test("an id that is none is absent, and cannot be written") {
            withSessions { sessions, _ ->
                for (id in listOf("", "a b", "é", "\ud800", "line\n", "x".repeat(1_025))) {
                    shouldThrow<NoSuchElementException> { sessions.read(id) }
                    sessions.invalidate(id)
                    val refused = shouldThrow<IllegalArgumentException> { sessions.write(id, "secret") }
                    refused.message shouldBe "a session id has 1 to 1024 visible chars of ASCII"
                }
                sessions.write("x".repeat(1_024), "value")
                sessions.read("x".repeat(1_024)) shouldBe "value"
            }
        }

        test("an unknown session can be ended") {
            withSessions { sessions, _ -> sessions.invalidate("unknown") }
        }

        test("while the store is stuck sessions are read, made and ended all the same") {
            val store = FaultyStore(InMemoryStore())
            val clock = FakeClock()
            Cachetronaut(store) {
                storePatience = 40.milliseconds
                this.clock = clock
            }.use { cache ->
                val sessions = CachetronomySessions(cache, 1.hours, clock = clock)
                sessions.write("before", "value")
                store.failTransactions(Kind.UNAVAILABLE)
                clock.advance(45.minutes)
                sessions.read("before") shouldBe "value"
                sessions.write("meanwhile", "value")
                sessions.read("meanwhile") shouldBe "value"
                sessions.invalidate("before")
                shouldThrow<NoSuchElementException> { sessions.read("before") }
                store.heal()
            }
        }
    })

private suspend fun signing(
    file: Path,
    test: suspend (HttpClient) -> Unit,
) = testApplication {
    application {
        install(Cachetronomy) { this.file = file }
        val kept = CachetronomySessions(cachetronomy, 1.hours)
        install(Sessions) { header<User>(HEADER, kept) }
        routing {
            get("/in/{name}") {
                call.sessions.set(User(call.parameters["name"]!!))
                call.respondText("welcome")
            }
            get("/who") { call.respondText(call.sessions.get<User>()?.name ?: "nobody") }
            get("/out") {
                call.sessions.clear<User>()
                call.respondText("bye")
            }
        }
    }
    test(client)
}

/** Returns the id of the new session. */
private suspend fun HttpClient.signIn(
    name: String,
    oldId: String? = null,
): String = get("/in/$name") { oldId?.let { header(HEADER, it) } }.headers[HEADER]!!

private suspend fun HttpClient.whoIs(id: String): String = get("/who") { header(HEADER, id) }.bodyAsText()

private suspend fun withSessions(
    timeToLive: Duration = 1.hours,
    sliding: Boolean = true,
    test: suspend (CachetronomySessions, FakeClock) -> Unit,
) {
    val clock = FakeClock()
    Cachetronaut(InMemoryStore()) { this.clock = clock }.use { cache ->
        test(CachetronomySessions(cache, timeToLive, sliding, clock = clock), clock)
    }
}
