package io.github.cachetronomy.ktor

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.request.head
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
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
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import java.net.URI
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import io.ktor.client.engine.cio.CIO as ClientCIO
import io.ktor.server.cio.CIO as ServerCIO
import io.ktor.server.netty.Netty as ServerNetty
import java.net.http.HttpClient as JdkClient

private val engines: Map<String, ApplicationEngineFactory<*, *>> = mapOf("Netty" to ServerNetty, "CIO" to ServerCIO)

/** A server on a free port of the loopback, with a page, a stream and what compresses. */
private class Server(
    engine: ApplicationEngineFactory<*, *>,
    private val file: Path,
) : AutoCloseable {
    val calls = AtomicInteger()
    private val server = embeddedServer(engine, port = 0, host = "127.0.0.1") { shop() }.start()
    lateinit var url: String

    private fun Application.shop() {
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
                get(
                    "/stream",
                ) { call.respondTextWriter { repeat(100) { write("line $it of ${calls.incrementAndGet()}\n") } } }
            }
        }
    }

    suspend fun awaitUrl(): Server {
        val connector = server.engine.resolvedConnectors().single()
        url = "http://127.0.0.1:${connector.port}"
        return this
    }

    override fun close() = server.stop(0, 1000)
}

@Tags("fast")
class ServerSpec :
    FunSpec({
        val folder = tempdir().toPath()

        for ((name, engine) in engines) {
            test("$name: responses survive a restart of the server, in the form that each client takes") {
                val file = folder.resolve("$name.db")
                val bodies =
                    Server(engine, file).awaitUrl().use { server ->
                        client().use { client ->
                            withContext(Dispatchers.IO) {
                                val answers = List(100) { async { client.get("${server.url}/page").bodyAsText() } }
                                answers.awaitAll().toSet().size shouldBe 1
                            }
                            server.calls.get() shouldBe 1
                            listOf("page", "stream").associateWith { client.get("${server.url}/$it").bodyAsText() }
                        }
                    }
                Server(engine, file).awaitUrl().use { server ->
                    client().use { client ->
                        // The port is another one, and so is the address.
                        for (path in bodies.keys) {
                            client.get(
                                "${server.url}/$path",
                            ) { header(HttpHeaders.Host, "localhost") }
                        }
                        server.calls.set(0)
                        for (path in bodies.keys) {
                            repeat(2) {
                                client
                                    .get(
                                        "${server.url}/$path",
                                    ) { header(HttpHeaders.Host, "localhost") }
                                    .status shouldBe
                                    HttpStatusCode.OK
                            }
                        }
                        server.calls.get() shouldBe 0
                    }
                }
                Server(engine, file).awaitUrl().use { server ->
                    client().use { client ->
                        for (path in bodies.keys) {
                            client.get(
                                "${server.url}/$path",
                            ) { header(HttpHeaders.Host, "localhost") }
                        }
                    }
                    server.calls.get() shouldBe 0
                }
            }

            test("$name: the JDK's client gets the same, compressed and not, whole and in parts") {
                Server(engine, folder.resolve("$name jdk.db")).awaitUrl().use { server ->
                    val client = JdkClient.newHttpClient()

                    fun get(
                        path: String,
                        vararg headers: String,
                    ) = client.send(
                        HttpRequest
                            .newBuilder(
                                URI("${server.url}$path"),
                            ).apply { if (headers.isNotEmpty()) headers(*headers) }
                            .build(),
                        BodyHandlers.ofByteArray(),
                    )

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
                Server(engine, folder.resolve("$name stale.db")).awaitUrl().use { server ->
                    client().use { client ->
                        suspend fun stale() =
                            client.get("${server.url}/stale") { header(HttpHeaders.Host, "shop.example") }.bodyAsText()
                        stale() shouldBe "stale 1"
                        stale() shouldBe "stale 1"
                        eventually(10.seconds) { server.calls.get() shouldBe 2 }
                        eventually(10.seconds) { stale() shouldNotBe "stale 1" }
                    }
                }
            }

            test("$name: HEAD has the length and no body") {
                Server(engine, folder.resolve("$name head.db")).awaitUrl().use { server ->
                    client().use { client ->
                        repeat(2) {
                            val head = client.head("${server.url}/page")
                            head.status shouldBe HttpStatusCode.OK
                            head.headers[HttpHeaders.ContentLength] shouldBe "2007"
                        }
                        client.get("${server.url}/page").bodyAsText().length shouldBe 2007
                    }
                    server.calls.get() shouldBe 1
                }
            }
        }
    })

private fun client() = HttpClient(ClientCIO)
