package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.MockRequestHandleScope
import io.ktor.client.engine.mock.respond
import io.ktor.client.plugins.cache.HttpCache
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsBytes
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

/** What the client's own plug-in does on this storage. */
@Tags("fast")
class ClientSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("a fresh response is not asked for again, not even by the next client on the file") {
            val file = folder.resolve("fresh.db")
            repeat(2) { run ->
                Cachetronaut(file).use { cache ->
                    asking(cache, { fresh("run $run") }) { client, asked ->
                        client.get(URL).bodyAsText() shouldBe "run 0"
                        client.get(URL).bodyAsText() shouldBe "run 0"
                        asked.size shouldBe if (run == 0) 1 else 0
                    }
                }
            }
        }

        test("a stale response is revalidated, before and after a restart") {
            val file = folder.resolve("stale.db")
            repeat(2) { run ->
                Cachetronaut(file).use { cache ->
                    asking(cache, { request -> revalidating(request, "body") }) { client, asked ->
                        repeat(2) {
                            val response = client.get(URL)
                            response.status shouldBe HttpStatusCode.OK
                            response.bodyAsText() shouldBe "body"
                        }
                        asked.map { it.headers[HttpHeaders.IfNoneMatch] } shouldContainExactly
                            listOf("\"1\"".takeIf { run > 0 }, "\"1\"")
                    }
                }
            }
        }

        test("a stale response whose server has another one by now is replaced") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val runs = AtomicInteger()
                asking(cache, {
                    val tag = "\"${runs.incrementAndGet()}\""
                    respond(
                        tag,
                        headers =
                            headersOf(
                                HttpHeaders.CacheControl to listOf("no-cache"),
                                HttpHeaders.ETag to listOf(tag),
                            ),
                    )
                }) { client, asked ->
                    client.get(URL).bodyAsText() shouldBe "\"1\""
                    client.get(URL).bodyAsText() shouldBe "\"2\""
                    client.get(URL).bodyAsText() shouldBe "\"3\""
                    asked.map { it.headers[HttpHeaders.IfNoneMatch] } shouldContainExactly
                        listOf(null, "\"1\"", "\"2\"")
                }
            }
        }

        test("each variant is answered with its own response, however many clients ask at once") {
            val file = folder.resolve("vary.db")
            val languages = (1..12).map { "l$it" }
            repeat(2) { run ->
                Cachetronaut(file).use { cache ->
                    asking(cache, { request ->
                        fresh(
                            request.headers[HttpHeaders.AcceptLanguage]!!,
                            HttpHeaders.Vary to listOf(HttpHeaders.AcceptLanguage),
                        )
                    }) { client, asked ->
                        coroutineScope {
                            languages
                                .map { language ->
                                    async(Dispatchers.Default) {
                                        client
                                            .get(
                                                URL,
                                            ) { header(HttpHeaders.AcceptLanguage, language) }
                                            .bodyAsText() shouldBe
                                            language
                                    }
                                }.awaitAll()
                        }
                        asked.size shouldBe if (run == 0) languages.size else 0
                    }
                }
            }
        }

        test("responses that vary by everything, and parts, are asked for each time") {
            Cachetronaut(InMemoryStore()).use { cache ->
                asking(cache, { fresh("body", HttpHeaders.Vary to listOf("*")) }) { client, asked ->
                    repeat(2) { client.get(URL).bodyAsText() shouldBe "body" }
                    asked.size shouldBe 2
                }
                asking(cache, {
                    respond("part", HttpStatusCode.PartialContent, headersOf(HttpHeaders.CacheControl, "max-age=3600"))
                }) { client, asked ->
                    client.get(URL) { header(HttpHeaders.Range, "bytes=0-3") }.bodyAsText() shouldBe "part"
                    client.get(URL)
                    asked.size shouldBe 2
                }
            }
        }

        test("a body over the limit reaches its reader and is not kept") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val storage = CachetronomyStorage(cache, maxBodyBytes = 1_000)
                for ((size, times) in listOf(1_000 to 1, 1_001 to 2)) {
                    val body = ByteArray(size) { it.toByte() }
                    asking(storage, {
                        respond(body, headers = headersOf(HttpHeaders.CacheControl, "max-age=3600"))
                    }) { client, asked ->
                        repeat(2) { client.get("$URL/$size").bodyAsBytes() shouldBe body }
                        asked.size shouldBe times
                    }
                }
            }
        }

        test("text in another charset is the same from the cache") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val type = HttpHeaders.ContentType to listOf("text/plain; charset=ISO-8859-1")
                asking(cache, {
                    respond(
                        "déjà vu".toByteArray(Charsets.ISO_8859_1),
                        headers = headersOf(HttpHeaders.CacheControl to listOf("max-age=3600"), type),
                    )
                }) { client, asked ->
                    repeat(2) { client.get("https://example.com/déjà vu?q=é&q=漢").bodyAsText() shouldBe "déjà vu" }
                    asked.size shouldBe 1
                }
            }
        }

        test("requests go on while the store fails, and what memory has is still served") {
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store) { storePatience = 40.milliseconds }.use { cache ->
                store.failReads(Kind.UNAVAILABLE)
                store.failTransactions(Kind.UNAVAILABLE)
                asking(cache, { request -> revalidating(request, "body") }) { client, asked ->
                    repeat(3) { client.get(URL).bodyAsText() shouldBe "body" }
                    cache.evictAll()
                    client.get(URL).bodyAsText() shouldBe "body"
                    asked.map { it.headers[HttpHeaders.IfNoneMatch] } shouldContainExactly
                        listOf(null, "\"1\"", "\"1\"", null)
                }
                store.heal()
            }
        }
    })

private const val URL = "https://example.com/orders"

private suspend fun asking(
    cache: Cachetronaut,
    answer: suspend MockRequestHandleScope.(HttpRequestData) -> HttpResponseData,
    test: suspend (HttpClient, asked: Collection<HttpRequestData>) -> Unit,
) = asking(CachetronomyStorage(cache), answer, test)

/** A client whose requests, as far as they leave it, get [answer] and are noted. */
private suspend fun asking(
    storage: CachetronomyStorage,
    answer: suspend MockRequestHandleScope.(HttpRequestData) -> HttpResponseData,
    test: suspend (HttpClient, asked: Collection<HttpRequestData>) -> Unit,
) {
    val asked = ConcurrentLinkedQueue<HttpRequestData>()
    val engine =
        MockEngine { request ->
            asked += request
            answer(request)
        }
    HttpClient(engine) { install(HttpCache) { publicStorage(storage) } }.use { test(it, asked) }
}

private fun MockRequestHandleScope.fresh(
    text: String,
    vararg headers: Pair<String, List<String>>,
) = respond(text, headers = headersOf(HttpHeaders.CacheControl to listOf("max-age=3600"), *headers))

/** Has to be asked about each time; whoever names it is told that it is still good. */
private fun MockRequestHandleScope.revalidating(
    request: HttpRequestData,
    text: String,
): HttpResponseData {
    val headers = headersOf(HttpHeaders.CacheControl to listOf("no-cache"), HttpHeaders.ETag to listOf("\"1\""))
    val isKnown = request.headers[HttpHeaders.IfNoneMatch] == "\"1\""
    return if (isKnown) respond("", HttpStatusCode.NotModified, headers) else respond(text, headers = headers)
}
