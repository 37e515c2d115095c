package io.github.cachetronomy.ktor

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.request.head
import io.ktor.client.request.header
import io.ktor.client.request.prepareGet
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.install
import io.ktor.server.engine.ApplicationEngineFactory
import io.ktor.server.engine.embeddedServer
import io.ktor.server.plugins.cachingheaders.CachingHeaders
import io.ktor.server.plugins.compression.Compression
import io.ktor.server.plugins.compression.gzip
import io.ktor.server.plugins.compression.minimumSize
import io.ktor.server.response.header
import io.ktor.server.response.respondText
import io.ktor.server.response.respondTextWriter
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.utils.io.readLine
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import java.net.URI
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.util.concurrent.CancellationException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import io.ktor.client.engine.cio.CIO as ClientCIO
import io.ktor.server.cio.CIO as ServerCIO
import io.ktor.server.netty.Netty as ServerNetty
import java.net.http.HttpClient as JdkClient

private val engines: Map<String, ApplicationEngineFactory<*, *>> = mapOf("Netty" to ServerNetty, "CIO" to ServerCIO)

/** A server on a free port of the loopback, with a page, a stream, what compresses, and a dashboard. */
private class Server(
    engine: ApplicationEngineFactory<*, *>,
    private val file: Path,
) : AutoCloseable {
    val calls = AtomicInteger()
    val client = HttpClient(ClientCIO)

    /** What got out of the routes; an engine may answer all the same. */
    private val failures = CopyOnWriteArrayList<Throwable>()
    private val server = embeddedServer(engine, port = 0, host = "127.0.0.1") { shop() }.start()

    private fun Application.shop() {
        intercept(ApplicationCallPipeline.Monitoring) {
            try {
                proceed()
            } catch (failure: Throwable) {
                failures += failure
                throw failure
            }
        }
        install(Cachetronomy) { file = this@Server.file }
        install(CachingHeaders)
        install(Compression) { gzip { minimumSize(1) } }
        routing {
            cacheResponses(configure = { hosts = setOf("shop.example") }) {
                get("/stale") {
                    call.response.header(HttpHeaders.CacheControl, "max-age=0, stale-while-revalidate=60")
                    call.respondText("stale ${calls.incrementAndGet()}")
                }
            }
            cacheResponses(timeToLive = 1.minutes) {
                get("/page") { call.respondText("page ${calls.incrementAndGet()} " + "x".repeat(2000)) }
                get("/stream") {
                    call.respondTextWriter { repeat(100) { write("line $it of ${calls.incrementAndGet()}\n") } }
                }
            }
            cachetronomyDashboard { localOnly = true }
        }
    }

    suspend fun url(): String = "http://127.0.0.1:${server.engine.resolvedConnectors().single().port}"

    /** The port is another one each time: under this name the address stays the same. */
    suspend fun get(
        path: String,
        host: String = "localhost",
    ): HttpResponse = client.get("${url()}/$path") { header(HttpHeaders.Host, host) }

    override fun close() {
        client.close()
        server.stop(0, 1000)
        failures.filterNot { it is CancellationException }.shouldBeEmpty()
    }
}

@Tags("fast")
class ServerSpec :
    FunSpec({
        val folder = tempdir().toPath()

        for ((name, engine) in engines) {
            test("$name: a page is made once, however many ask") {
                Server(engine, folder.resolve("$name once.db")).use { server ->
                    withContext(Dispatchers.IO) {
                        val answers = List(100) { async { server.get("page").bodyAsText() } }
                        answers.awaitAll().toSet().size shouldBe 1
                    }
                    server.calls.get() shouldBe 1
                }
            }

            test("$name: responses survive a restart of the server") {
                val file = folder.resolve("$name.db")
                val paths = listOf("page", "stream")
                val made = Server(engine, file).use { server -> paths.map { server.get(it).bodyAsText() } }
                Server(engine, file).use { server ->
                    paths.map { server.get(it).bodyAsText() } shouldBe made
                    server.calls.get() shouldBe 0
                }
            }

            test("$name: the JDK's client gets the same, compressed and not, whole and in parts") {
                Server(engine, folder.resolve("$name jdk.db")).use { server ->
                    val client = JdkClient.newHttpClient()
                    val url = server.url()

                    fun get(
                        path: String,
                        vararg headers: String,
                    ): HttpResponseOfBytes {
                        val request = HttpRequest.newBuilder(URI(url + path))
                        if (headers.isNotEmpty()) request.headers(*headers)
                        return client.send(request.build(), BodyHandlers.ofByteArray())
                    }

                    val plain = get("/page").body()
                    get("/page").body() contentEquals plain shouldBe true
                    get("/page", "Range", "bytes=0-3").run {
                        statusCode() shouldBe 206
                        body().decodeToString() shouldBe "page"
                    }
                    get("/page", "Accept-Encoding", "gzip").run {
                        headers().firstValue("Content-Encoding").get() shouldBe "gzip"
                        val once = body()
                        get("/page", "Accept-Encoding", "gzip").run {
                            headers().allValues("Content-Encoding") shouldBe listOf("gzip")
                            body() contentEquals once shouldBe true
                        }
                    }
                    val stream = get("/stream").body()
                    get("/stream").body() contentEquals stream shouldBe true
                    server.calls.get() shouldBe 101
                    val compressed = get("/page?compressed-first", "Accept-Encoding", "gzip")
                    compressed.headers().allValues("Content-Encoding") shouldBe listOf("gzip")
                    get("/page?compressed-first").run {
                        headers().allValues("Content-Encoding") shouldBe emptyList()
                        body().size shouldBe 2009
                    }
                    server.calls.get() shouldBe 103
                }
            }

            test("$name: a stale page is given at once, and made anew behind it") {
                Server(engine, folder.resolve("$name stale.db")).use { server ->
                    suspend fun stale() = server.get("stale", "shop.example").bodyAsText()
                    repeat(2) { stale() shouldBe "stale 1" }
                    eventually(10.seconds) { server.calls.get() shouldBe 2 }
                    eventually(10.seconds) { stale() shouldNotBe "stale 1" }
                }
            }

            test("$name: HEAD has the length and no body") {
                Server(engine, folder.resolve("$name head.db")).use { server ->
                    repeat(2) {
                        val head = server.client.head("${server.url()}/page")
                        head.status shouldBe HttpStatusCode.OK
                        head.headers[HttpHeaders.ContentLength] shouldBe "2007"
                    }
                    server.client
                        .get("${server.url()}/page")
                        .bodyAsText()
                        .length shouldBe 2007
                    server.calls.get() shouldBe 1
                }
            }

            test("$name: the dashboard is there under a name of this machine, live, and under no other") {
                Server(engine, folder.resolve("$name dashboard.db")).use { server ->
                    server.get("page")
                    server.get("cachetronomy/search?q=http").bodyAsText() shouldContain "/page"
                    server.get("cachetronomy", "shop.example").status shouldBe HttpStatusCode.Forbidden
                    server.client.prepareGet("${server.url()}/cachetronomy/live").execute { live ->
                        live.bodyAsChannel().readLine() shouldContain "history"
                    }
                }
            }
        }
    })

private typealias HttpResponseOfBytes = java.net.http.HttpResponse<ByteArray>
