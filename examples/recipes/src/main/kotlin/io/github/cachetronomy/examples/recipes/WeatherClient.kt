package io.github.cachetronomy.examples.recipes

import com.sun.net.httpserver.HttpServer
import io.github.cachetronomy.core.functions.FunctionOptions
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.coroutines.memoize
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import java.io.IOException
import java.io.PrintStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/** What the service says of a place. */
@Serializable
internal data class Weather(
    val place: String,
    val degrees: Int,
)

/** A client of a web service: each place is asked for once in five minutes, however many ask at the same time. */
internal class WeatherClient(
    private val service: URI,
    cache: Cachetronaut,
) {
    private val http = HttpClient.newHttpClient()

    /** A place that the service does not know is not asked for again for ten seconds. */
    private val options =
        FunctionOptions
            .defaults()
            .withTags("weather")
            .withFailureTimeToLive(10.seconds.toJavaDuration())

    /** The weather in a place. */
    val weather =
        cache.memoize("weather", timeToLive = 5.minutes, options = options) { place: String ->
            val request = HttpRequest.newBuilder(service.resolve("/weather/$place")).build()
            val response = http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).await()
            if (response.statusCode() != OK) throw IOException("$place: the service said ${response.statusCode()}")
            Json.decodeFromString<Weather>(response.body())
        }

    companion object {
        private const val OK = 200
        private val PLACES = listOf("Berlin", "Lima", "Oslo")

        suspend fun run(
            service: URI,
            file: Path,
            out: PrintStream,
        ) = Cachetronaut(file).use { cache ->
            val client = WeatherClient(service, cache)
            coroutineScope { List(30) { async { client.weather(PLACES[it % PLACES.size]) } }.awaitAll() }
            for (place in PLACES) out.println("$place: ${client.weather(place).degrees} degrees")
            val stats = client.weather.stats()
            out.println("${stats.hits} hits, ${stats.misses} misses")
        }

        /** Asks a service of its own, on this machine. */
        @JvmStatic
        fun main(args: Array<String>) {
            WeatherService().use { service ->
                runBlocking { run(service.address, Recipes.file("weather.db"), System.out) }
                println("${service.requests} requests")
            }
        }
    }
}

/** Stands for a web service. */
internal class WeatherService : AutoCloseable {
    private val count = AtomicInteger()
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)

    init {
        server.createContext("/weather/") { exchange ->
            count.incrementAndGet()
            val place = exchange.requestURI.path.substringAfterLast('/')
            val body = Json.encodeToString(Weather(place, place.length * 3)).encodeToByteArray()
            exchange.sendResponseHeaders(if (place == "Nowhere") 404 else 200, body.size.toLong())
            exchange.responseBody.use { it.write(body) }
        }
        server.start()
    }

    /** Where it is. */
    val address: URI get() = URI("http", null, server.address.hostString, server.address.port, "/", null, null)

    /** How many it has had. */
    val requests: Int get() = count.get()

    override fun close() = server.stop(0)
}
