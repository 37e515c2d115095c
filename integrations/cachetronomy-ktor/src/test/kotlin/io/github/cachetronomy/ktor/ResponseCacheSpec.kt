package io.github.cachetronomy.ktor

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.get
import io.ktor.client.request.head
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.install
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.response.respondTextWriter
import io.ktor.server.routing.Route
import io.ktor.server.routing.RoutingContext
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.server.testing.ApplicationTestBuilder
import io.ktor.server.testing.testApplication
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/** An application whose routes count their calls. */
private class Shop(
    val cache: Cachetronaut,
    val clock: FakeClock,
    private val builder: ApplicationTestBuilder,
) {
    val calls = AtomicInteger()

    fun routes(
        timeToLive: Duration? = 30.seconds,
        tags: Set<String> = emptySet(),
        configure: ResponseCacheConfig.() -> Unit = {},
        build: Route.() -> Unit,
    ) {
        val clock = clock
        builder.routing {
            cacheResponses(
                timeToLive,
                tags,
                {
                    this.clock = clock
                    configure()
                },
                build,
            )
        }
    }

    /** One route, `/`, whose answer is the number of the call. */
    fun page(
        timeToLive: Duration? = 30.seconds,
        configure: ResponseCacheConfig.() -> Unit = {},
        respond: suspend RoutingContext.() -> Unit = {},
    ) = routes(timeToLive, configure = configure) {
        get("/") {
            val call = calls.incrementAndGet()
            respond()
            this.call.respondText("answer $call")
        }
    }

    suspend fun get(
        path: String = "/",
        request: HttpRequestBuilder.() -> Unit = {},
    ): HttpResponse = builder.client.get(path, request)

    suspend fun text(
        path: String = "/",
        request: HttpRequestBuilder.() -> Unit = {},
    ): String = get(path, request).bodyAsText()

    fun pass(time: Duration) = clock.advance(time.toJavaDuration())
}

private fun shop(test: suspend Shop.(ApplicationTestBuilder) -> Unit) {
    val clock = FakeClock()
    Cachetronaut(InMemoryStore()) { this.clock = clock }.use { cache ->
        testApplication {
            install(Cachetronomy) { this.cache = cache }
            Shop(cache, clock, this).test(this)
        }
    }
}

private val HttpResponse.cacheStatus: String? get() = headers["Cache-Status"]

@Tags("fast")
class ResponseCacheSpec :
    FunSpec({
        test("each response that is served again counts as a hit, and no other") {
            shop {
                page()
                repeat(5) { get() }
                cache.stats().hits shouldBe 4
            }
        }

        test("a response is given again without its handler, with its age") {
            shop {
                page()
                get().run {
                    bodyAsText() shouldBe "answer 1"
                    cacheStatus shouldBe "Cachetronomy; fwd=uri-miss; stored"
                    headers[HttpHeaders.Age] shouldBe null
                }
                pass(10.seconds)
                get().run {
                    bodyAsText() shouldBe "answer 1"
                    cacheStatus shouldBe "Cachetronomy; hit; ttl=20"
                    headers[HttpHeaders.Age] shouldBe "10"
                    headers[HttpHeaders.ContentType] shouldBe "text/plain; charset=UTF-8"
                    headers[HttpHeaders.ContentLength] shouldBe "8"
                }
                pass(20.seconds)
                text() shouldBe "answer 2"
            }
        }

        test("what is answered elsewhere is not touched") {
            shop { builder ->
                page()
                builder.routing { get("/other") { call.respondText("other") } }
                get("/other").cacheStatus shouldBe null
            }
        }

        for (control in listOf(
            "no-store",
            "private",
            "private=\"x\"",
            "No-Store, max-age=60",
            "max-age=0",
            "s-maxage=0, max-age=60",
        )) {
            test("a response with $control is not given again") {
                shop {
                    page { call.response.header(HttpHeaders.CacheControl, control) }
                    text() shouldBe "answer 1"
                    text() shouldBe "answer 2"
                }
            }
        }

        for (control in listOf(
            "max-age=60",
            "MAX-AGE=60",
            "max-age=\"60\"",
            "s-maxage=60, max-age=1",
            "public, max-age=60, x=\"no-store, y\"",
        )) {
            test("a response with $control is given again for that long") {
                shop {
                    page { call.response.header(HttpHeaders.CacheControl, control) }
                    text() shouldBe "answer 1"
                    pass(59.seconds)
                    text() shouldBe "answer 1"
                    pass(1.seconds)
                    text() shouldBe "answer 2"
                }
            }
        }

        test("without a time to live only what says it is kept") {
            shop {
                page(timeToLive = null)
                text() shouldBe "answer 1"
                text() shouldBe "answer 2"
            }
        }

        test("a response that sets a cookie is never kept") {
            shop {
                page { call.response.header(HttpHeaders.SetCookie, "a=b") }
                text() shouldBe "answer 1"
                text() shouldBe "answer 2"
            }
        }

        test("an error is not kept, unless it says how long it lasts") {
            shop {
                routes {
                    get("/plain") { call.respond(HttpStatusCode.NotFound, "${calls.incrementAndGet()}") }
                    get("/lasting") {
                        call.response.header(HttpHeaders.CacheControl, "max-age=60")
                        call.respond(HttpStatusCode.NotFound, "${calls.incrementAndGet()}")
                    }
                }
                text("/plain") shouldBe "1"
                text("/plain") shouldBe "2"
                text("/lasting") shouldBe "3"
                get("/lasting").run {
                    bodyAsText() shouldBe "3"
                    status shouldBe HttpStatusCode.NotFound
                }
            }
        }

        test("a request with a cookie shares nothing, unless the routes say that they may") {
            shop {
                page()
                text() shouldBe "answer 1"
                get { header(HttpHeaders.Cookie, "user=7") }.run {
                    bodyAsText() shouldBe "answer 2"
                    cacheStatus shouldBe "Cachetronomy; fwd=bypass"
                }
                text() shouldBe "answer 1"
            }
            shop {
                page(configure = { shareWithCookies = true })
                text() shouldBe "answer 1"
                text { header(HttpHeaders.Cookie, "user=7") } shouldBe "answer 1"
            }
        }

        test("what is made for one who is named is given to nobody else, nor the other way round") {
            shop {
                page()
                text { header(HttpHeaders.Authorization, "a") } shouldBe "answer 1"
                text { header(HttpHeaders.Authorization, "b") } shouldBe "answer 2"
                text() shouldBe "answer 3"
                text() shouldBe "answer 3"
                text { header(HttpHeaders.Authorization, "a") } shouldBe "answer 4"
                text() shouldBe "answer 3"
            }
        }

        for (control in listOf("public", "s-maxage=60", "must-revalidate, max-age=60")) {
            test("a response with $control is for all, also those who are named") {
                shop {
                    page { call.response.header(HttpHeaders.CacheControl, control) }
                    text { header(HttpHeaders.Authorization, "a") } shouldBe "answer 1"
                    text { header(HttpHeaders.Authorization, "b") } shouldBe "answer 1"
                    text() shouldBe "answer 1"
                }
            }
        }

        test("responses depend on what they vary by") {
            shop {
                page {
                    call.response.header(HttpHeaders.Vary, "Accept-Language")
                    call.response.header("X-Language", call.request.headers[HttpHeaders.AcceptLanguage] ?: "none")
                }

                fun language(of: String?): HttpRequestBuilder.() -> Unit =
                    { of?.let { header(HttpHeaders.AcceptLanguage, it) } }
                for ((n, of) in listOf("de", "fr", null, "").withIndex()) {
                    text(request = language(of)) shouldBe
                        "answer ${n + 1}"
                }
                for ((n, of) in listOf("de", "fr", null, "").withIndex()) {
                    get(request = language(of)).run {
                        bodyAsText() shouldBe "answer ${n + 1}"
                        cacheStatus.orEmpty() shouldContain "hit"
                        headers["X-Language"] shouldBe (of ?: "none")
                    }
                }
            }
        }

        test("a response that varies by everything is not kept") {
            shop {
                page { call.response.header(HttpHeaders.Vary, "*") }
                text() shouldBe "answer 1"
                text() shouldBe "answer 2"
            }
        }

        test("the order of parameters makes no difference, all else of an address does") {
            shop {
                routes { get("/{page}") { call.respondText("${calls.incrementAndGet()}") } }
                text("/a?x=1&y=2") shouldBe "1"
                text("/a?y=2&x=1") shouldBe "1"
                text("/a?x=1&y=3") shouldBe "2"
                text("/b?x=1&y=2") shouldBe "3"
                text("/a?x=1&x=2") shouldBe "4"
                text("/a?x=2&x=1") shouldBe "5"
                text("/a") shouldBe "6"
                text("/a?") shouldBeIn listOf("6", "7")
                text("/a%2Fb") shouldNotBe "6"
            }
        }

        test("a host that is not known is answered, and nothing kept") {
            shop {
                page()
                text { header(HttpHeaders.Host, "evil.example") } shouldBe "answer 1"
                text { header(HttpHeaders.Host, "evil.example") } shouldBe "answer 2"
                text() shouldBe "answer 3"
                text { header(HttpHeaders.Host, "127.0.0.1:80") } shouldBe "answer 4"
                text { header(HttpHeaders.Host, "127.0.0.1:80") } shouldBe "answer 4"
            }
            shop {
                page(configure = { hosts = setOf("Shop.example") })
                text { header(HttpHeaders.Host, "shop.example") } shouldBe "answer 1"
                text { header(HttpHeaders.Host, "SHOP.example") } shouldBe "answer 1"
                text { header(HttpHeaders.Host, "shop.example:8080") } shouldBe "answer 2"
                text { header(HttpHeaders.Host, "localhost") } shouldBe "answer 3"
                text { header(HttpHeaders.Host, "localhost") } shouldBe "answer 4"
            }
        }

        test("conditions are answered 304, with the tag of the content") {
            shop {
                page { call.response.header(HttpHeaders.LastModified, "Sat, 21 Nov 2026 10:00:00 GMT") }
                val tag = get().headers[HttpHeaders.ETag]
                tag.orEmpty().first() shouldBe '"'
                get().headers[HttpHeaders.ETag] shouldBe tag
                for (condition in listOf(tag, "W/$tag", "\"x\", $tag", "*")) {
                    get { header(HttpHeaders.IfNoneMatch, condition) }.run {
                        status shouldBe HttpStatusCode.NotModified
                        bodyAsText() shouldBe ""
                        headers[HttpHeaders.ETag] shouldBe tag
                    }
                }
                get {
                    header(HttpHeaders.IfNoneMatch, "\"x\"")
                    header(HttpHeaders.IfModifiedSince, "Sat, 21 Nov 2026 10:00:00 GMT")
                }.status shouldBe HttpStatusCode.OK
                get { header(HttpHeaders.IfModifiedSince, "Sat, 21 Nov 2026 10:00:00 GMT") }.status shouldBe
                    HttpStatusCode.NotModified
                get { header(HttpHeaders.IfModifiedSince, "Sat, 21 Nov 2026 09:59:59 GMT") }.status shouldBe
                    HttpStatusCode.OK
                calls.get() shouldBe 1
            }
        }

        test("the first one to ask with a condition has the whole kept for others") {
            shop {
                page { call.response.header(HttpHeaders.ETag, "\"v1\"") }
                get { header(HttpHeaders.IfNoneMatch, "\"v1\"") }.status shouldBe HttpStatusCode.NotModified
                text() shouldBe "answer 1"
            }
        }

        test("parts are cut out of the whole") {
            shop {
                page()

                suspend fun range(
                    range: String,
                    condition: String? = null,
                ) = get {
                    header(HttpHeaders.Range, range)
                    condition?.let { header(HttpHeaders.IfRange, it) }
                }
                repeat(2) {
                    range("bytes=0-2").run {
                        status shouldBe HttpStatusCode.PartialContent
                        bodyAsText() shouldBe "ans"
                        headers[HttpHeaders.ContentRange] shouldBe "bytes 0-2/8"
                        headers[HttpHeaders.ContentLength] shouldBe "3"
                    }
                }
                range("bytes=-1").bodyAsText() shouldBe "1"
                range("bytes=7-").bodyAsText() shouldBe "1"
                range("bytes=0-99").bodyAsText() shouldBe "answer 1"
                range("bytes=0-1,3-4").run {
                    status shouldBe HttpStatusCode.OK
                    bodyAsText() shouldBe "answer 1"
                }
                range("bytes=8-").run {
                    status shouldBe HttpStatusCode.RequestedRangeNotSatisfiable
                    headers[HttpHeaders.ContentRange] shouldBe "bytes */8"
                }
                range("lines=1-2").status shouldBe HttpStatusCode.OK
                val tag = get().headers[HttpHeaders.ETag]
                range("bytes=0-2", tag).status shouldBe HttpStatusCode.PartialContent
                range("bytes=0-2", "W/$tag").status shouldBe HttpStatusCode.OK
                range("bytes=0-2", "\"old\"").status shouldBe HttpStatusCode.OK
            }
        }

        test("HEAD is answered with what is kept of GET, and keeps it for GET") {
            shop { builder ->
                page()

                suspend fun head() = builder.client.head("/")
                head().run {
                    status shouldBe HttpStatusCode.OK
                    headers[HttpHeaders.ContentLength] shouldBe "8"
                    bodyAsText() shouldBe ""
                }
                text() shouldBe "answer 1"
                head().cacheStatus.orEmpty() shouldContain "hit"
                calls.get() shouldBe 1
                builder.client.head("/nowhere").status shouldBe HttpStatusCode.NotFound
            }
        }

        test("HEAD of other routes is what it was") {
            shop { builder ->
                page()
                builder.routing { get("/other") { call.respondText("other") } }
                builder.client.head("/other").status shouldBe HttpStatusCode.MethodNotAllowed
            }
        }

        test("what a request says is obeyed") {
            shop {
                page()
                text() shouldBe "answer 1"
                pass(10.seconds)
                text { header(HttpHeaders.CacheControl, "max-age=5") } shouldBe "answer 2"
                text() shouldBe "answer 2"
                text { header(HttpHeaders.CacheControl, "no-cache") } shouldBe "answer 3"
                text { header(HttpHeaders.Pragma, "no-cache") } shouldBe "answer 4"
                text { header(HttpHeaders.CacheControl, "min-fresh=60") } shouldBe "answer 5"
                text { header(HttpHeaders.CacheControl, "no-cache, no-store") } shouldBe "answer 6"
                text() shouldBe "answer 5"
                text { header(HttpHeaders.CacheControl, "only-if-cached") } shouldBe "answer 5"
                get("/?x") { header(HttpHeaders.CacheControl, "only-if-cached") }.status shouldBe
                    HttpStatusCode.GatewayTimeout
            }
        }

        test("a change removes what is kept for its address and those it names") {
            shop { builder ->
                routes {
                    get("/{page}") { call.respondText("${calls.incrementAndGet()}") }
                    post("/{page}") {
                        call.response.header(HttpHeaders.Location, "/b")
                        call.respond(
                            if (call.request.queryParameters.contains(
                                    "fails",
                                )
                            ) {
                                HttpStatusCode.BadRequest
                            } else {
                                HttpStatusCode.OK
                            },
                        )
                    }
                }
                for (path in listOf("/a", "/b", "/c")) text(path)
                builder.client.post("/a?fails")
                text("/a") shouldBe "1"
                builder.client.post("/a")
                text("/c") shouldBe "3"
                text("/a") shouldBe "4"
                text("/b") shouldBe "5"
            }
        }

        test("removal by tag removes responses, by what is asked for as well") {
            shop {
                routes(tags = setOf("catalog"), configure = { tags { setOf("product:${it.parameters["id"]}") } }) {
                    get("/{id}") { call.respondText("${calls.incrementAndGet()}") }
                }
                for (path in listOf("/a", "/b")) text(path)
                cache.clearByTags(setOf("product:a"))
                text("/a") shouldBe "3"
                text("/b") shouldBe "2"
                cache.clearByTags(setOf("catalog"))
                text("/b") shouldBe "4"
            }
        }

        test("a thousand calls on a cold route call the handler once") {
            shop {
                val gate = CompletableDeferred<Unit>()
                page { gate.await() }
                withContext(Dispatchers.IO) {
                    val answers = List(1000) { async { text() } }
                    gate.complete(Unit)
                    answers.awaitAll().toSet() shouldBe setOf("answer 1")
                }
                calls.get() shouldBe 1
            }
        }

        for (status in listOf(206, 304, 412, 416)) {
            test("an answer $status to one who has a part or a condition leaves others to wait for each other") {
                shop {
                    val gate = CompletableDeferred<Unit>()
                    routes {
                        get("/") {
                            if (call.request.headers.contains(HttpHeaders.IfRange)) {
                                return@get call.respond(HttpStatusCode.fromValue(status))
                            }
                            val call = calls.incrementAndGet()
                            gate.await()
                            this.call.respondText("answer $call")
                        }
                    }
                    get { header(HttpHeaders.IfRange, "\"old\"") }.status.value shouldBe status
                    withContext(Dispatchers.IO) {
                        val answers = List(100) { async { text() } }
                        gate.complete(Unit)
                        answers.awaitAll().toSet() shouldBe setOf("answer 1")
                    }
                }
            }
        }

        test("a stream passes by, and is kept when it ends") {
            shop {
                routes {
                    get("/") {
                        val call = calls.incrementAndGet()
                        this.call.respondTextWriter { repeat(100) { write("answer $call ") } }
                    }
                }
                val first = text()
                get().run {
                    bodyAsText() shouldBe first
                    headers[HttpHeaders.ETag] shouldNotBe null
                }
            }
        }

        test("a body over the limit passes by, streamed or not") {
            shop {
                routes(configure = { maxBodyBytes = 10 }) {
                    get("/whole") { call.respondText("${calls.incrementAndGet()}".repeat(11)) }
                    get("/stream") { call.respondTextWriter { write("${calls.incrementAndGet()}".repeat(11)) } }
                }
                for ((n, path) in listOf("/whole", "/whole", "/stream", "/stream").withIndex()) {
                    text(path) shouldBe "${n + 1}".repeat(11)
                }
            }
        }

        test("a handler that is asked about what is kept may say that it is right still") {
            shop {
                routes {
                    get("/") {
                        calls.incrementAndGet()
                        call.response.header(HttpHeaders.ETag, "\"v1\"")
                        call.response.header("X-Call", calls.toString())
                        if (call.keptValidators?.etag == "\"v1\"") {
                            call.respond(HttpStatusCode.NotModified)
                        } else {
                            call.respondText("whole")
                        }
                    }
                }
                text() shouldBe "whole"
                pass(31.seconds)
                get().run {
                    status shouldBe HttpStatusCode.OK
                    bodyAsText() shouldBe "whole"
                    headers["X-Call"] shouldBe "2"
                }
                get().headers["X-Call"] shouldBe "2"
                calls.get() shouldBe 2
            }
        }

        test("a stale response is used when the handler fails, for as long as that is allowed") {
            shop {
                var fails = false
                routes(configure = { staleIfError = 1.minutes }) {
                    get("/throws") {
                        if (fails) error("no")
                        call.respondText("good")
                    }
                    get("/says") {
                        if (fails) return@get call.respond(HttpStatusCode.BadGateway, "bad")
                        call.respondText("good")
                    }
                }
                for (path in listOf("/throws", "/says")) text(path)
                fails = true
                pass(60.seconds)
                for (path in listOf("/throws", "/says")) {
                    get(path).run {
                        status shouldBe HttpStatusCode.OK
                        bodyAsText() shouldBe "good"
                        headers[HttpHeaders.Age] shouldBe "60"
                    }
                }
                pass(31.seconds)
                get("/says").status shouldBe HttpStatusCode.BadGateway
            }
        }

        test("a stale response is used while it is made anew") {
            shop {
                val again = CompletableDeferred<Unit>()
                page(configure = { staleWhileRevalidate = 1.minutes }) { if (calls.get() == 2) again.complete(Unit) }
                text() shouldBe "answer 1"
                pass(31.seconds)
                get().run {
                    bodyAsText() shouldBe "answer 1"
                    cacheStatus shouldBe "Cachetronomy; hit; ttl=-1"
                }
                again.await()
                eventually(10.seconds) { text() shouldBe "answer 2" }
                calls.get() shouldBe 2
            }
        }
    })
