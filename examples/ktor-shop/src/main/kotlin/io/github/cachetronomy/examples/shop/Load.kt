package io.github.cachetronomy.examples.shop

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import kotlin.math.pow
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.measureTimedValue

/** Visitors of the shop: most want the same few products, and now and then a price changes. */
class Load(
    private val url: String,
    private val products: Int,
    private val tally: Tally,
) {
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    /** Lets [visitors] in, one after the other, who stay until [scope] ends. */
    fun begin(
        scope: CoroutineScope,
        visitors: Int,
    ) {
        repeat(visitors) { n ->
            scope.launch {
                delay(APART * n)
                while (true) visit()
            }
        }
    }

    private suspend fun visit() {
        val id = 1 + (products * Random.nextDouble().pow(FEW)).toInt()
        when {
            Random.nextInt(CHANGES) == 0 -> change(id)
            Random.nextInt(LISTS) == 0 -> look("/products")
            else -> look("/products/$id")
        }
        delay(Random.nextLong(REST).milliseconds)
    }

    private suspend fun look(path: String) {
        val (answer, time) = measureTimedValue { ask(HttpRequest.newBuilder(URI(url + path))) }
        tally.count(time, isFromCache = "hit" in answer.headers().firstValue("Cache-Status").orElse(""))
    }

    private suspend fun change(id: Int) {
        val uri = URI("$url/products/$id/price?cents=${Random.nextInt(1, MOST_CENTS)}")
        ask(HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()))
    }

    private suspend fun ask(request: HttpRequest.Builder): HttpResponse<Void> {
        val answer = client.sendAsync(request.build(), BodyHandlers.discarding()).await()
        check(answer.statusCode() == OK) { "the shop answered ${answer.statusCode()} to ${answer.request().uri()}" }
        return answer
    }

    private companion object {
        val APART = 20.milliseconds

        /** The higher, the fewer products are wanted by many. */
        const val FEW = 3
        const val CHANGES = 500
        const val LISTS = 20
        const val REST = 200L
        const val MOST_CENTS = 100_000
        const val OK = 200
    }
}
