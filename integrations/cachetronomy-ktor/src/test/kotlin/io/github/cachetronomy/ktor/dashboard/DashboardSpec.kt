package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.request.prepareGet
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpStatusCode
import io.ktor.http.contentType
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.routing.routing
import io.ktor.server.testing.ApplicationTestBuilder
import io.ktor.server.testing.testApplication
import io.ktor.utils.io.readLine
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.consumeAsFlow
import kotlinx.coroutines.launch
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import io.ktor.client.engine.cio.CIO as ClientCIO

@Tags("fast")
class DashboardSpec :
    FunSpec({
        val folder = tempdir().toPath()

        fun file(name: String): Path = folder.resolve(name)

        test("the page shows what the cache holds, by tag, profile, format and size") {
            Cachetronaut(file("figures.db")).use { cache ->
                cache.set("user:1", "Ada", tags = setOf("users"))
                cache.set("user:2", "x".repeat(20_000), tags = setOf("users", "large"))
                cache.get<String>("user:1")
                cache.evict("user:2")
                testApplication {
                    dashboard(cache)
                    val page = client.get("/cachetronomy").bodyAsText()
                    page shouldContain "2 live entries"
                    listOf("users", "large", "default", "json", "under 1 KiB", "10 to 100 KiB", "user:1", "evicted")
                        .forEach { withClue(it) { page shouldContain ">$it<" } }
                    page shouldContain "Healthy"
                }
            }
        }

        test("each answer forbids what is not of the dashboard, and pages are not kept") {
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    dashboard(cache)
                    listOf("", "/", "/search?q=a", "/entry?id=YQ", "/entry?id=", "/nothing", "/assets/none").forEach {
                        val answer = client.get("/cachetronomy$it")
                        withClue(it) {
                            answer.headers["Content-Security-Policy"] shouldBe
                                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
                                "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
                            answer.headers["Referrer-Policy"] shouldBe "same-origin"
                            answer.headers["X-Content-Type-Options"] shouldBe "nosniff"
                            if ("none" !in it) answer.headers["Cache-Control"] shouldBe "no-store"
                        }
                    }
                }
            }
        }

        test("no page has a script or a style in it") {
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    dashboard(cache)
                    val page = client.get("/cachetronomy").bodyAsText()
                    Regex("<script(?![^>]* src=)|<style|style=|\\son[a-z]+=").containsMatchIn(page) shouldBe false
                }
            }
        }

        test("scripts, styles and the chart library come from the class path, may be kept, and have their types") {
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    dashboard(cache)
                    val page = client.get("/cachetronomy").bodyAsText()
                    val names = Regex("cachetronomy/assets/[^\"]+").findAll(page).map { it.value }.toList()
                    names.map { it.substringAfterLast('/').substringBefore('?') }.toSet() shouldBe
                        setOf("icon.svg", "dashboard.css", "chart.js", "dashboard.js")
                    names.forEach {
                        val answer = client.get("/$it")
                        answer.status shouldBe HttpStatusCode.OK
                        answer.headers["Cache-Control"] shouldBe "private, max-age=86400"
                        answer.bodyAsText().toList().shouldNotBeEmpty()
                    }
                    client.get("/cachetronomy/assets/chart.js").contentType().toString() shouldContain "text/javascript"
                    client.get("/cachetronomy/assets/dashboard.css").contentType().toString() shouldContain "text/css"
                }
            }
        }

        test("keys with tags, controls and 10,000 characters do no harm, wherever they stand") {
            val nasty =
                listOf(
                    "<script>alert(1)</script>",
                    "\"><img src=x onerror=alert(1)>",
                    "\u001B[2J\u0007\u202Ereversed\u0000",
                    "two\nlines",
                    "long".repeat(2_500),
                )
            Cachetronaut(file("nasty.db")).use { cache ->
                nasty.forEach { key ->
                    cache.set(key, key, tags = setOf("t$key".take(60)))
                    repeat(3) { cache.get<String>(key) }
                    cache.set("evicted $key", key)
                    cache.delete("evicted $key")
                }
                testApplication {
                    dashboard(cache, showValues = true)
                    val pages =
                        listOf(client.get("/cachetronomy"), client.get("/cachetronomy/search?q=")) +
                            nasty.dropLast(1).map { client.get("/cachetronomy/entry?id=${idOf(it)}") } +
                            client.get("/cachetronomy/search") { url.parameters.append("tag", "t${nasty[0]}") }
                    pages.forEach { answer ->
                        val page = answer.bodyAsText()
                        answer.status shouldBe HttpStatusCode.OK
                        page shouldNotContain "<script>alert"
                        page shouldNotContain "<img"
                        page.filter { it.isISOControl() && it != '\n' } shouldBe ""
                        page shouldNotContain "\u202E"
                    }
                    val first = pages.first().bodyAsText()
                    first shouldContain "\\u001B[2J\\u0007\\u202Ereversed\\u0000"
                    first shouldContain "two\\nlines"
                    // The whole key is in a title and nowhere else.
                    Regex(">[^<]{300,}<").containsMatchIn(first) shouldBe false
                    first shouldContain "title=\"${nasty.last()}\""
                }
            }
        }

        test("a key too long for an address has its page by a form") {
            val key = "k".repeat(10_000)
            Cachetronaut(InMemoryStore()).use { cache ->
                cache.set(key, "v")
                testApplication {
                    dashboard(cache)
                    val visitor = visitor()
                    visitor.post("entry", "id" to idOf(key)).bodyAsText() shouldContain key
                    visitor.post("delete", "id" to idOf(key)).status shouldBe HttpStatusCode.SeeOther
                    cache.contains(key) shouldBe false
                }
            }
        }

        test("values are hidden unless asked for") {
            Cachetronaut(InMemoryStore()).use { cache ->
                cache.set("k", mapOf("name" to "secret <b>"))
                listOf(false, true).forEach { show ->
                    testApplication {
                        dashboard(cache, showValues = show)
                        val page = client.get("/cachetronomy/entry?id=${idOf("k")}").bodyAsText()
                        page.contains("secret") shouldBe show
                        page shouldNotContain "<b>"
                    }
                }
            }
        }

        test("the page of a key says what is known of the entry, or why a reader finds none; and counts as no read") {
            val clock = FakeClock()
            Cachetronaut(file("entry.db")) { this.clock = clock }.use { cache ->
                cache.set("live", "v", tags = setOf("a", "b"))
                cache.set("old", "v", timeToLive = 1.seconds)
                clock.advance(2.seconds)
                val before = cache.stats()
                testApplication {
                    dashboard(cache)
                    val live = client.get("/cachetronomy/entry?id=${idOf("live")}").bodyAsText()
                    live shouldContain "A value, in memory"
                    live shouldContain "a, b"
                    client.get("/cachetronomy/entry?id=${idOf("old")}").bodyAsText() shouldContain "EXPIRED"
                    client.get("/cachetronomy/entry?id=${idOf("none")}").bodyAsText() shouldContain "ABSENT"
                    client.get("/cachetronomy/entry?id=!").status shouldBe HttpStatusCode.BadRequest
                }
                cache.stats().hits shouldBe before.hits
                cache.accessLog.find("live") shouldBe null
            }
        }

        test("search finds by the beginning of keys, by tag, and one key") {
            Cachetronaut(file("search.db")).use { cache ->
                cache.setMany((1..150).associate { "user:%03d".format(it) to it }, tags = setOf("users"))
                cache.set("order:1", 1)
                testApplication {
                    dashboard(cache)
                    val users = client.get("/cachetronomy/search?q=user:&how=prefix").bodyAsText()
                    users shouldContain "user:001"
                    users shouldContain "1 to 100"
                    users shouldContain """<a href="search?q=user%3A&amp;page=2">"""
                    users shouldNotContain "user:101"
                    users shouldNotContain "order:1"
                    client.get("/cachetronomy/search?tag=users").bodyAsText() shouldContain "user:002"
                    client.get("/cachetronomy/search?q=order:1&how=key").bodyAsText() shouldContain "A value"
                    client.get("/cachetronomy/search?q=zzz").bodyAsText() shouldContain "none."
                    val rest = client.get("/cachetronomy/search?tag=users&page=2").bodyAsText()
                    rest shouldContain "101 to 150"
                    rest shouldContain "user:150"
                    rest shouldNotContain "user:100"
                    rest shouldContain """<a href="search?tag=users&amp;page=1">"""
                    rest shouldNotContain "page=3"
                    for (page in listOf("0", "x", "-1", "")) {
                        client.get("/cachetronomy/search?tag=users&page=$page").bodyAsText() shouldContain "1 to 100"
                    }
                    client.get("/cachetronomy/search?tag=users&page=999999").bodyAsText() shouldContain "none."
                }
            }
        }

        test("numbers come live: what there is, and each sample when it is taken") {
            val clock = FakeClock()
            val ticks = Channel<Unit>()
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    dashboard(DashboardSettings(cache, clock = clock, ticks = ticks.consumeAsFlow()))
                    startApplication()
                    cache.get<String>("missing")
                    client.prepareGet("/cachetronomy/live").execute { answer ->
                        answer.contentType().toString() shouldContain "text/event-stream"
                        val lines = answer.bodyAsChannel()
                        lines.readLine() shouldBe "event: history"
                        lines.readLine() shouldBe "data: []"
                        lines.readLine() shouldBe ""
                        clock.advance(1.seconds)
                        ticks.send(Unit)
                        lines.readLine() shouldBe "event: sample"
                        val data = lines.readLine().orEmpty()
                        data shouldContain "\"at\":${clock.instant().toEpochMilli()}"
                        data shouldContain "\"misses\":1"
                    }
                }
            }
        }

        test("those who watch do not hold up the end of the server: the numbers end with it") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val server =
                    embeddedServer(CIO, port = 0, host = "127.0.0.1") {
                        routing { dashboard("/cachetronomy", LocalOnly(), DashboardSettings(cache)) }
                    }
                server.startSuspend(wait = false)
                val port =
                    server.engine
                        .resolvedConnectors()
                        .single()
                        .port
                coroutineScope {
                    HttpClient(ClientCIO).use { client ->
                        client.prepareGet("http://127.0.0.1:$port/cachetronomy/live").execute { answer ->
                            val lines = answer.bodyAsChannel()
                            lines.readLine() shouldBe "event: history"
                            launch { server.stopSuspend(gracePeriodMillis = 60_000, timeoutMillis = 60_000) }
                            while (lines.readLine() != null) {
                                // What came before the end.
                            }
                        }
                    }
                }
            }
        }

        test("a store that cannot be read or asked leaves the page up, and says so") {
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store) { storePatience = 50.milliseconds }.use { cache ->
                cache.set("k", "v")
                testApplication {
                    dashboard(cache)
                    client.get("/cachetronomy").bodyAsText() shouldContain "cannot be asked that"
                    store.failReads(StoreFaultException.Kind.UNAVAILABLE)
                    store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
                    listOf("", "/search?q=k", "/entry?id=${idOf("x")}").forEach {
                        val answer = client.get("/cachetronomy$it")
                        answer.status shouldBe HttpStatusCode.OK
                        val page = answer.bodyAsText()
                        withClue(it) { page shouldContain "cannot be" }
                        page shouldNotContain "Exception"
                        page shouldNotContain "\tat "
                    }
                    val answer = visitor().post("delete", "id" to idOf("k"))
                    answer.status.value shouldBeLessThan 504
                    answer.bodyAsText() shouldNotContain "\tat "
                }
            }
        }

        test("while the store takes no writes the page goes on, and the health says so") {
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store) { storePatience = 50.milliseconds }.use { cache ->
                testApplication {
                    dashboard(cache)
                    store.failTransactions(StoreFaultException.Kind.UNAVAILABLE)
                    repeat(50) { i -> cache.cached("k$i") { i } shouldBe i }
                    shouldThrow<StoreUnavailableException> { cache.flush() }
                    val answer = client.get("/cachetronomy")
                    answer.status shouldBe HttpStatusCode.OK
                    answer.bodyAsText() shouldContain "Degraded"
                    store.heal()
                }
            }
        }

        test("a store that does not answer holds no page up") {
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store).use { cache ->
                store.pauseReads().use {
                    testApplication {
                        dashboard(DashboardSettings(cache, patience = 10.milliseconds))
                        client.get("/cachetronomy").bodyAsText() shouldContain "not answered yet"
                    }
                }
            }
        }

        test("a cache that is closed leaves a page that says so") {
            val cache = Cachetronaut(InMemoryStore())
            testApplication {
                dashboard(cache)
                startApplication()
                cache.close()
                val answer = client.get("/cachetronomy")
                answer.status shouldBe HttpStatusCode.ServiceUnavailable
                answer.bodyAsText() shouldContain "closed"
            }
        }
    })

internal fun ApplicationTestBuilder.dashboard(
    cache: Cachetronaut,
    showValues: Boolean = false,
    allowChanges: Boolean = true,
): Unit = dashboard(DashboardSettings(cache, showValues, allowChanges))

internal fun ApplicationTestBuilder.dashboard(settings: DashboardSettings) {
    routing { dashboard("/cachetronomy", Guard.OPEN, settings) }
}
