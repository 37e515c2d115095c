package io.github.cachetronomy.ktor.responses

import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.util.pipeline.execute
import kotlinx.coroutines.launch
import org.slf4j.LoggerFactory
import java.util.concurrent.CancellationException
import java.util.concurrent.ConcurrentHashMap

/**
 * Makes responses anew for which nobody waits, as calls of the application itself: one at a time of an address. They end with
 * the application, in whose scope they run. Thread-safe.
 */
internal class Refreshes(
    private val application: Application,
) {
    private val running = ConcurrentHashMap.newKeySet<String>()

    /** As the client of [cause] would have it made. */
    fun begin(
        address: String,
        cause: ApplicationCall,
    ) {
        if (!running.add(address)) return
        val call = RefreshCall(application, cause)
        val refresh =
            application.launch {
                try {
                    application.execute(call)
                } catch (cancelled: CancellationException) {
                    throw cancelled
                } catch (failure: Exception) {
                    LOG.warn("a response could not be made anew, and goes on being used stale: {}", failure.toString())
                }
            }
        refresh.invokeOnCompletion { running.remove(address) }
    }

    private companion object {
        val LOG = LoggerFactory.getLogger("io.github.cachetronomy")
    }
}
