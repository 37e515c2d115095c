package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.CacheHealth
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.client.KeptResponses
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.FaultyStore
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.plugins.cache.storage.CacheStorage
import io.ktor.client.plugins.cache.storage.CachedResponseData
import io.ktor.http.Headers
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.http.Url
import io.ktor.http.headersOf
import io.ktor.util.date.GMTDate
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

@Tags("fast")
class StorageSpec :
    FunSpec({
        test("a response comes back as it was stored") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val storage = CachetronomyStorage(cache)
                val bytes = ByteArray(1_000) { it.toByte() }
                val headers =
                    Headers.build {
                        append("ETag", "\"1\"")
                        appendAll("set-cookie", listOf("b=2", "a=1", "b=2"))
                        append("X-Empty", "")
                        append("X-Text", "é 漢 😀")
                    }
                val stored =
                    CachedResponseData(
                        url = URL,
                        statusCode = HttpStatusCode(299, "Fine, thanks"),
                        requestTime = GMTDate(1_700_000_000_123),
                        responseTime = GMTDate(1_700_000_000_456),
                        version = HttpProtocolVersion("HTTP", 3, 7),
                        expires = GMTDate(4_000_000_000_789),
                        headers = headers,
                        varyKeys = mapOf("accept" to "", "x-odd" to "a,b; q=\"é\""),
                        body = bytes,
                    )
                storage.store(URL, stored)
                for (promoted in listOf(true, false)) {
                    if (!promoted) cache.evictAll()
                    val found = storage.find(URL, stored.varyKeys)!!
                    found.url shouldBe URL
                    found.statusCode.value shouldBe 299
                    found.statusCode.description shouldBe "Fine, thanks"
                    found.requestTime shouldBe stored.requestTime
                    found.responseTime shouldBe stored.responseTime
                    found.expires shouldBe stored.expires
                    found.version shouldBe stored.version
                    found.headers.entries() shouldBe headers.entries()
                    found.headers.getAll("Set-Cookie") shouldBe listOf("b=2", "a=1", "b=2")
                    found.varyKeys shouldBe stored.varyKeys
                    found.body shouldBe bytes
                }
            }
        }

        test("a body takes its own length in the file, and little more") {
            Cachetronaut(InMemoryStore()).use { cache ->
                CachetronomyStorage(cache).store(URL, response(body = ByteArray(100_000) { -1 }))
                cache.metadata(cache.keys().toList().single())!!.size shouldBeLessThan 100_500
            }
        }

        test("variants are found by what they vary by, the last one first, and removed one by one") {
            withStorage { storage, _ ->
                storage.store(URL, response("en", vary = mapOf("accept-language" to "en")))
                storage.store(URL, response("de", vary = mapOf("accept-language" to "de")))
                storage.store(URL, response("en again", vary = mapOf("accept-language" to "en")))
                storage.find(URL, mapOf("accept-language" to "de"))!!.text() shouldBe "de"
                storage.find(URL, mapOf("accept-language" to "fr")) shouldBe null
                storage.find(URL, mapOf("accept-language" to "en", "accept" to "")) shouldBe null
                storage.find(URL, emptyMap())!!.text() shouldBe "en again"
                storage.texts() shouldContainExactly listOf("en again", "de")
                storage.remove(URL, emptyMap())
                storage.remove(URL, mapOf("accept-language" to "en"))
                storage.texts() shouldContainExactly listOf("de")
                storage.remove(URL, mapOf("accept-language" to "de"))
                storage.texts().shouldBeEmpty()
                storage.store(URL, response("new"))
                storage.removeAll(URL)
                storage.texts().shouldBeEmpty()
            }
        }

        test("of more than 16 variants of a URL the first one goes") {
            withStorage { storage, _ ->
                for (n in 1..17) storage.store(URL, response("$n", vary = mapOf("n" to "$n")))
                storage.texts() shouldContainExactly (17 downTo 2).map { "$it" }
            }
        }

        test("no variant is lost when several are stored at once") {
            withStorage { storage, _ ->
                coroutineScope {
                    (1..16)
                        .map { n ->
                            async(Dispatchers.Default) { storage.store(URL, response("$n", vary = mapOf("n" to "$n"))) }
                        }.awaitAll()
                }
                storage.texts() shouldContainExactlyInAnyOrder (1..16).map { "$it" }
            }
        }

        test("a response is kept until it is stale and then for as long as it may be revalidated") {
            withStorage(keepStale = 2.hours) { storage, clock ->
                storage.store(URL, response(expires = clock.inFuture(1.hours)))
                clock.advance(3.hours - 1.milliseconds)
                storage.texts() shouldHaveSize 1
                clock.advance(1.milliseconds)
                storage.texts().shouldBeEmpty()
            }
        }

        test("what is stale when it comes is kept from then on, if it can be revalidated") {
            withStorage(keepStale = 2.hours) { storage, clock ->
                for (validator in listOf("ETag", "Last-Modified")) {
                    storage.store(URL, response(expires = GMTDate(0), headers = headersOf(validator, "\"1\"")))
                    clock.advance(2.hours - 1.milliseconds)
                    withClue(validator) { storage.texts() shouldHaveSize 1 }
                    clock.advance(1.milliseconds)
                    storage.texts().shouldBeEmpty()
                }
                storage.store(URL, response(expires = GMTDate(clock.millis())))
                storage.texts().shouldBeEmpty()
            }
        }

        test("the variant that lives longest keeps the others' entry, and not the others") {
            withStorage(keepStale = Duration.ZERO) { storage, clock ->
                storage.store(URL, response("long", clock.inFuture(5.hours), vary = mapOf("n" to "1")))
                storage.store(URL, response("short", clock.inFuture(1.hours), vary = mapOf("n" to "2")))
                clock.advance(2.hours)
                storage.texts() shouldContainExactly listOf("long")
                storage.store(URL, response("new", clock.inFuture(1.hours), vary = mapOf("n" to "3")))
                storage.texts() shouldContainExactly listOf("new", "long")
                clock.advance(3.hours)
                storage.texts().shouldBeEmpty()
            }
        }

        test("a response may be kept for ever") {
            withStorage(keepStale = Duration.INFINITE) { storage, clock ->
                storage.store(URL, response())
                clock.advance(40_000.days)
                storage.texts() shouldHaveSize 1
            }
        }

        test("what is not worth keeping, or may not be kept, ends what it replaces") {
            withStorage(maxBodyBytes = 10) { storage, clock ->
                val refused =
                    listOf(
                        response("x".repeat(11)),
                        response(status = HttpStatusCode.PartialContent),
                        response(expires = GMTDate(clock.millis())),
                        response(headers = headersOf("X-Text", "\ud800")),
                    )
                for (response in refused) {
                    storage.store(URL, response("0123456789"))
                    storage.texts() shouldHaveSize 1
                    storage.store(URL, response)
                    storage.texts().shouldBeEmpty()
                }
                storage.store(URL, response(vary = mapOf("*" to "")))
                storage.texts().shouldBeEmpty()
            }
        }

        test("URLs may be long, have users, and be other scripts' or no Unicode at all") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val storage = CachetronomyStorage(cache)
                val long = "https://example.com/?q=" + "x".repeat(70_000)
                val urls =
                    listOf(
                        "https://example.com/",
                        "https://example.com/?",
                        "https://example.com/?a=1&a=2",
                        "https://example.com/%2F/../ü/漢?q=%00#part",
                        "https://example.com:8443/",
                        "https://ada:pass-word@example.com/",
                        "https://bob:pass-word@example.com/",
                        long,
                        long + "y",
                    ).map(::Url)
                urls.toSet() shouldHaveSize urls.size
                for (url in urls) storage.store(url, response(url.toString(), url = url))
                for (url in urls) storage.findAll(url).single().text() shouldBe url.toString()
                cache.keys().toList().forEach { it shouldNotContain "pass-word" }
                val lone = Url("https://example.com/#\ud800")
                storage.store(lone, response(url = lone))
                storage.findAll(lone).forEach { it.url shouldBe lone }
            }
        }

        test("of too many URLs the one goes that was not used for longest") {
            withStorage(maxEntries = 2) { storage, _ ->
                val (a, b, c) = listOf("a", "b", "c").map { Url("https://example.com/$it") }
                storage.store(a, response(url = a))
                storage.store(b, response(url = b))
                storage.find(a, emptyMap()) shouldNotBe null
                storage.store(c, response(url = c))
                storage.find(a, emptyMap()) shouldNotBe null
                storage.find(b, emptyMap()) shouldBe null
                storage.find(c, emptyMap()) shouldNotBe null
            }
        }

        test("clients of other names have other responses") {
            Cachetronaut(InMemoryStore()).use { cache ->
                CachetronomyStorage(cache, "one").store(URL, response())
                CachetronomyStorage(cache, "two").texts().shouldBeEmpty()
                CachetronomyStorage(cache, "one").texts() shouldHaveSize 1
            }
        }

        test("a store that fails costs no request anything") {
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store) { storePatience = 40.milliseconds }.use { cache ->
                val storage = CachetronomyStorage(cache)
                storage.store(URL, response("old", vary = mapOf("n" to "1")))
                store.failReads(Kind.UNAVAILABLE)
                store.failTransactions(Kind.UNAVAILABLE)
                storage.store(URL, response("new", vary = mapOf("n" to "1")))
                storage.store(URL, response("other", vary = mapOf("n" to "2")))
                storage.texts() shouldContainExactly listOf("other", "new")
                storage.remove(URL, mapOf("n" to "2"))
                storage.texts() shouldContainExactly listOf("new")
                cache.evictAll()
                storage.texts().shouldBeEmpty()
                storage.removeAll(URL)
                cache.health().status shouldNotBe CacheHealth.Status.HEALTHY
                store.heal()
                storage.texts().shouldBeEmpty()
            }
        }

        test("nor does a store that is required") {
            val store = FaultyStore(InMemoryStore())
            Cachetronaut(store) {
                storePatience = 40.milliseconds
                requireStore = true
            }.use { cache ->
                val storage = CachetronomyStorage(cache)
                store.failTransactions(Kind.UNAVAILABLE)
                storage.store(URL, response())
                storage.removeAll(URL)
                cache.health().status shouldNotBe CacheHealth.Status.HEALTHY
                store.heal()
                storage.texts().shouldBeEmpty()
            }
        }

        test("what another edition wrote is not found, and is overwritten") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val storage = CachetronomyStorage(cache)
                val kept = cache.namespace("ktor-client")
                val others =
                    listOf(KeptResponses(URL.toString(), emptyList(), version = 2), KeptResponses("other", emptyList()))
                kept.set(URL.toString(), "text")
                storage.texts().shouldBeEmpty()
                storage.store(URL, response())
                storage.texts() shouldHaveSize 1
                for (other in others) {
                    kept.set(URL.toString(), other)
                    storage.texts().shouldBeEmpty()
                    storage.store(URL, response())
                    storage.texts() shouldHaveSize 1
                }
            }
        }

        test("settings that make no sense are refused") {
            Cachetronaut(InMemoryStore()).use { cache ->
                shouldThrow<IllegalArgumentException> { CachetronomyStorage(cache, name = "") }
                shouldThrow<IllegalArgumentException> { CachetronomyStorage(cache, maxEntries = -1) }
                shouldThrow<IllegalArgumentException> { CachetronomyStorage(cache, maxBodyBytes = -1) }
                shouldThrow<IllegalArgumentException> { CachetronomyStorage(cache, keepStale = (-1).days) }
            }
        }
    })

private val URL = Url("https://example.com/orders?page=1")

private fun response(
    text: String = "text",
    expires: GMTDate = GMTDate(4_000_000_000_000),
    headers: Headers = Headers.Empty,
    vary: Map<String, String> = emptyMap(),
    status: HttpStatusCode = HttpStatusCode.OK,
    url: Url = URL,
    body: ByteArray = text.encodeToByteArray(),
) = CachedResponseData(url, status, GMTDate(1), GMTDate(2), HttpProtocolVersion.HTTP_1_1, expires, headers, vary, body)

private fun CachedResponseData.text() = body.decodeToString()

private suspend fun CacheStorage.texts() = findAll(URL).map { it.text() }

private fun FakeClock.inFuture(by: Duration) = GMTDate(millis() + by.inWholeMilliseconds)

private suspend fun withStorage(
    maxEntries: Int = 100,
    maxBodyBytes: Int = 1_000,
    keepStale: Duration = 7.days,
    test: suspend (CachetronomyStorage, FakeClock) -> Unit,
) {
    val clock = FakeClock()
    Cachetronaut(InMemoryStore()) { this.clock = clock }.use { cache ->
        val responses = cache.namespace("responses", maxEntries = maxEntries)
        test(CachetronomyStorage(responses, maxBodyBytes, keepStale, clock::millis), clock)
    }
}
