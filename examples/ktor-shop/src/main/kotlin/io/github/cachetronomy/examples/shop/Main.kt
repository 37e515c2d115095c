package io.github.cachetronomy.examples.shop

import io.ktor.server.application.ApplicationStopPreparing
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.io.path.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private const val PRODUCTS = 200
private const val VISITORS = 50

/** `Main FILE PORT SECONDS`: opens the shop on the loopback and lets visitors in for so long; 0 = until it is ended. */
suspend fun main(args: Array<String>) {
    val (file, port, seconds) = args
    val time = seconds.toInt().takeIf { it > 0 }?.seconds ?: Duration.INFINITE
    val catalogue = Catalogue(PRODUCTS, latency = 200.milliseconds)
    val server = embeddedServer(CIO, port.toInt(), host = "127.0.0.1") { shop(Path(file), catalogue) }
    server.startSuspend()
    val url = "http://127.0.0.1:${server.engine.resolvedConnectors().single().port}"
    println("The shop is open: $url/products")
    println("Its dashboard:    $url/cachetronomy")
    println("$VISITORS visitors come in; Ctrl-C ends it.\n")
    val visits = CoroutineScope(Dispatchers.Default).launch { visits(url, catalogue) }
    // Also when it is ended from outside: nobody shall stand before a closed door.
    server.monitor.subscribe(ApplicationStopPreparing) { visits.cancel() }
    withTimeoutOrNull(time) { visits.join() }
    visits.cancelAndJoin()
    server.stopSuspend(gracePeriodMillis = 0, timeoutMillis = 1000)
    println("\nThe shop is closed. Its answers are in $file, for when it opens again.")
}

/** Never ends by itself. */
private fun CoroutineScope.visits(
    url: String,
    catalogue: Catalogue,
) {
    val tally = Tally()
    Load(url, PRODUCTS, tally).begin(this, VISITORS)
    launch {
        for (second in generateSequence(0) { it + 1 }) {
            if (second % LINES == 0) println(Tally.HEADING)
            val before = catalogue.reads
            delay(1.seconds)
            println(tally.line(catalogue.reads - before))
        }
    }
}

/** After so many the heading is told again. */
private const val LINES = 20
