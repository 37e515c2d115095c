package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.basic
import io.ktor.server.auth.principal
import io.ktor.server.response.header
import io.ktor.server.response.respondText
import io.ktor.server.response.respondTextWriter
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.header
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.server.testing.ApplicationTestBuilder
import io.ktor.server.testing.testApplication
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.util.Base64
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds

private fun shared(
    store: StoreBackend = InMemoryStore(),
    configure: ResponseCacheConfig.() -> Unit = {},
    routes: Route.() -> Unit,
    test: suspend ApplicationTestBuilder.(Cachetronaut) -> Unit,
) = Cachetronaut(store).use { cache ->
    testApplication {
        install(Cachetronomy) { this.cache = cache }
        install(Authentication) { basic { validate { UserIdPrincipal(it.name) } } }
        routing { cacheResponses(30.seconds, configure = configure, build = routes) }
        test(cache)
    }
}

private fun basic(user: String) = "Basic ${Base64.getEncoder().encodeToString("$user:x".toByteArray())}"

/** What a route may do to be unfit for sharing. */
private val unfit: Map<String, suspend io.ktor.server.routing.RoutingContext.() -> Unit> =
    mapOf(
        "private" to { call.response.header(HttpHeaders.CacheControl, "private") },
        "no-store" to { call.response.header(HttpHeaders.CacheControl, "no-store") },
        "a cookie" to { call.response.header(HttpHeaders.SetCookie, "a=b") },
        "Vary: *" to { call.response.header(HttpHeaders.Vary, "*") },
        "an error" to { call.response.status(HttpStatusCode.InternalServerError) },
    )

@Tags("fast")
class SharingSpec :
    FunSpec({
        for ((what, make) in unfit) {
            test("concurrent calls get a response each where it has $what, and run side by side") {
                val calls = AtomicInteger()
                val all = CompletableDeferred<Unit>()
                val routes: Route.() -> Unit = {
                    get("/") {
                        val n = calls.incrementAndGet()
                        // The first one tells; the others could not end if one of them waited for another one.
                        if (n == CALLERS) all.complete(Unit)
                        if (n > 1) all.await()
                        make()
                        call.respondText("$n")
                    }
                }
                shared(routes = routes) {
                    withContext(Dispatchers.IO) {
                        List(CALLERS) { async { client.get("/").bodyAsText() } }.awaitAll().shouldBeUnique()
                    }
                    calls.get() shouldBe CALLERS
                }
            }
        }

        test("nobody waits for a call whose client has left, or whose handler fails") {
            val calls = AtomicInteger()
            val held = CompletableDeferred<Unit>()
            val routes: Route.() -> Unit = {
                get("/") {
                    val n = calls.incrementAndGet()
                    if (n == 1) {
                        held.await()
                        error("no")
                    }
                    call.respondText("$n")
                }
            }
            shared(routes = routes) {
                withContext(Dispatchers.IO) {
                    val first = async { runCatching { client.get("/").status } }
                    while (calls.get() == 0) kotlinx.coroutines.yield()
                    val others = List(10) { async { client.get("/").bodyAsText() } }
                    held.complete(Unit)
                    first.await()
                    others.awaitAll().forEach { it.toInt() shouldBeGreaterThan 1 }
                }
            }
        }

        test("a stream without an end is nobody's but its caller's") {
            val calls = AtomicInteger()
            val end = CompletableDeferred<Unit>()
            val routes: Route.() -> Unit = {
                get("/") {
                    if (calls.incrementAndGet() > 1) return@get call.respondText("whole")
                    call.respondTextWriter {
                        write("begin")
                        flush()
                        end.await()
                    }
                }
            }
            shared(configure = { streamPatience = 0.seconds }, routes = routes) {
                withContext(Dispatchers.IO) {
                    val endless = launch { client.get("/").bodyAsText() }
                    while (calls.get() == 0) kotlinx.coroutines.yield()
                    client.get("/").bodyAsText() shouldBe "whole"
                    end.complete(Unit)
                    endless.cancelAndJoin()
                }
            }
        }

        test("who is named gets what was made for them, in every order, at the same time") {
            val routes: Route.() -> Unit = {
                authenticate {
                    get("/mine") { call.respondText("${call.principal<UserIdPrincipal>()?.name}") }
                    get("/all") {
                        call.response.header(HttpHeaders.CacheControl, "public, max-age=60")
                        call.respondText("for all")
                    }
                }
            }
            shared(routes = routes) {
                withContext(Dispatchers.IO) {
                    List(CALLERS) { n ->
                        async {
                            val user = "user${n % 5}"
                            repeat(5) {
                                client
                                    .get(
                                        "/mine",
                                    ) { header(HttpHeaders.Authorization, basic(user)) }
                                    .bodyAsText() shouldBe
                                    user
                                client
                                    .get(
                                        "/all",
                                    ) { header(HttpHeaders.Authorization, basic(user)) }
                                    .bodyAsText() shouldBe
                                    "for all"
                            }
                        }
                    }.awaitAll()
                }
                // Who may not call gets nothing, whatever is kept.
                for (path in listOf("/mine", "/all")) client.get(path).status shouldBe HttpStatusCode.Unauthorized
            }
        }

        test("cookies are never mixed, in every order, at the same time") {
            val routes: Route.() -> Unit = {
                get("/") { call.respondText(call.request.cookies["user"] ?: "nobody") }
            }
            shared(routes = routes) {
                withContext(Dispatchers.IO) {
                    List(CALLERS) { n ->
                        async {
                            val user = "user${n % 5}".takeIf { n % 5 > 0 }
                            repeat(5) {
                                val text =
                                    client
                                        .get(
                                            "/",
                                        ) { user?.let { header(HttpHeaders.Cookie, "user=$it") } }
                                        .bodyAsText()
                                text shouldBe (user ?: "nobody")
                            }
                        }
                    }.awaitAll()
                }
            }
        }

        test("a handler that changes what it varies by loses what was kept, and mixes nothing") {
            var by = "Accept-Language"
            val routes: Route.() -> Unit = {
                get("/") {
                    call.response.header(HttpHeaders.Vary, by)
                    call.response.header(HttpHeaders.CacheControl, "max-age=60")
                    call.respondText("$by ${call.request.headers[by]}")
                }
            }
            shared(routes = routes) {
                suspend fun text(
                    name: String,
                    value: String,
                    fresh: Boolean = false,
                ) = client
                    .get("/") {
                        header(name, value)
                        if (fresh) header(HttpHeaders.CacheControl, "no-cache")
                    }.bodyAsText()
                text("Accept-Language", "de") shouldBe "Accept-Language de"
                by = "X-Region"
                text("X-Region", "eu", fresh = true) shouldBe "X-Region eu"
                text("X-Region", "us") shouldBe "X-Region us"
                text("X-Region", "eu") shouldBe "X-Region eu"
            }
        }

        test("a store that fails under load costs no answer, and what is in memory is used") {
            val store = FaultyStore(InMemoryStore())
            val calls = AtomicInteger()
            val routes: Route.() -> Unit = {
                get("/{n}") {
                    calls.incrementAndGet()
                    call.respondText("page ${call.parameters["n"]}")
                }
                post("/{n}") { call.respondText("changed") }
            }
            val faults =
                mapOf<String, () -> Unit>(
                    "no" to {},
                    "writes" to { store.failTransactions(StoreFaultException.Kind.UNAVAILABLE) },
                    "reads and writes" to { store.failReads(StoreFaultException.Kind.UNAVAILABLE) },
                )
            shared(store, routes = routes) {
                for ((what, fail) in faults) {
                    withClue("$what fault") {
                        fail()
                        withContext(Dispatchers.IO) {
                            List(CALLERS) { n ->
                                async {
                                    repeat(5) {
                                        client.get("/${n % 3}").bodyAsText() shouldBe "page ${n % 3}"
                                        if (n == 0) client.post("/0").bodyAsText() shouldBe "changed"
                                    }
                                }
                            }.awaitAll()
                        }
                        val before = calls.get()
                        repeat(2) { client.get("/1").bodyAsText() shouldBe "page 1" }
                        calls.get() shouldBe before
                    }
                }
                store.heal()
            }
        }

        test("a handler does not run before the cache looks after removals, so that none is missed") {
            val store = FaultyStore(InMemoryStore())
            val calls = AtomicInteger()
            val routes: Route.() -> Unit = { get("/") { call.respondText("${calls.incrementAndGet()}") } }
            shared(store, configure = { tags { setOf("t") } }, routes = routes) { cache ->
                withContext(Dispatchers.IO) {
                    // The call looks, looks again before it makes a response, and the cache looks before it loads.
                    val looks = List(3) { store.pauseReads() }
                    val first = async { client.get("/").bodyAsText() }
                    looks.dropLast(1).forEach {
                        it.awaitArrival()
                        it.release()
                    }
                    looks.last().awaitArrival()
                    cache.clearByTags(setOf("t"))
                    calls.get() shouldBe 0
                    looks.last().release()
                    first.await() shouldBe "1"
                    client.get("/").bodyAsText() shouldBe "1"
                }
            }
        }

        test("a removal concerns every handler that runs at one address, also where the first one brings nothing") {
            val calls = AtomicInteger()
            val isReading = List(2) { CompletableDeferred<Unit>() }
            val goesOn = List(2) { CompletableDeferred<Unit>() }
            val routes: Route.() -> Unit = {
                get("/") {
                    val n = calls.getAndIncrement()
                    if (n < 2) {
                        isReading[n].complete(Unit)
                        goesOn[n].await()
                    }
                    if (n == 0) call.response.header(HttpHeaders.CacheControl, "private")
                    call.respondText("$n")
                }
            }
            shared(configure = { tags { setOf("t") } }, routes = routes) { cache ->
                withContext(Dispatchers.IO) {
                    val answers =
                        isReading.map { reading ->
                            async {
                                client.get("/") { header(HttpHeaders.CacheControl, "no-cache") }.bodyAsText()
                            }.also { reading.await() }
                        }
                    cache.clearByTags(setOf("t"))
                    goesOn.forEachIndexed { n, it ->
                        it.complete(Unit)
                        answers[n].await() shouldBe "$n"
                    }
                    client.get("/").bodyAsText() shouldBe "2"
                }
            }
        }

        test("a handler does not wait for one that answers at its address under other terms") {
            val goesOn = CompletableDeferred<Unit>()
            val isHeld = CompletableDeferred<Unit>()
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    install(Cachetronomy) { this.cache = cache }
                    routing {
                        header("X-Kind", "held") {
                            cacheResponses(30.seconds) {
                                get("/") {
                                    isHeld.complete(Unit)
                                    goesOn.await()
                                    call.respondText("held")
                                }
                            }
                        }
                        cacheResponses(10.seconds) { get("/") { call.respondText("free") } }
                    }
                    withContext(Dispatchers.IO) {
                        val held = async { client.get("/") { header("X-Kind", "held") }.bodyAsText() }
                        isHeld.await()
                        withTimeout(20.seconds) { client.get("/").bodyAsText() shouldBe "free" }
                        goesOn.complete(Unit)
                        held.await() shouldBe "held"
                    }
                }
            }
        }

        test("a removal while the handler runs keeps its response out") {
            val calls = AtomicInteger()
            val reading = CompletableDeferred<Unit>()
            val removed = CompletableDeferred<Unit>()
            val routes: Route.() -> Unit = {
                get("/") {
                    val n = calls.incrementAndGet()
                    if (n == 1) {
                        reading.complete(Unit)
                        removed.await()
                    }
                    call.respondText("$n")
                }
            }
            shared(configure = { tags { setOf("t") } }, routes = routes) { cache ->
                withContext(Dispatchers.IO) {
                    val first = async { client.get("/").bodyAsText() }
                    reading.await()
                    cache.clearByTags(setOf("t"))
                    removed.complete(Unit)
                    first.await()
                    client.get("/").bodyAsText() shouldBe "2"
                }
            }
        }
    })

private const val CALLERS = 20
