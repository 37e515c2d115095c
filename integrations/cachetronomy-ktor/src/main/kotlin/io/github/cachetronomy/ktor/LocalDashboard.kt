package io.github.cachetronomy.ktor

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.dashboard.DashboardSettings
import io.github.cachetronomy.ktor.dashboard.LocalOnly
import io.github.cachetronomy.ktor.dashboard.OneTimeToken
import io.github.cachetronomy.ktor.dashboard.dashboard
import io.ktor.server.application.ApplicationStopped
import io.ktor.server.application.serverConfig
import io.ktor.server.cio.CIO
import io.ktor.server.engine.EmbeddedServer
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.routing.routing
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.future.future
import java.io.IOException
import java.net.BindException
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

/**
 * The dashboard of a file, for whoever sits at this machine and has a program open it:
 *
 * ```
 * LocalDashboard.open(Path("app.db")).use { dashboard ->
 *     println(dashboard.url)
 *     readln()
 * }
 * ```
 *
 * The page can be asked for on this machine alone, by the first browser that comes with [url]. It shows values, and
 * lets entries be removed. What the file has is what all programs made of it; hits, load times and evictions over time
 * are those of this program alone. The application needs `ktor-server-cio`. Thread-safe.
 */
public class LocalDashboard private constructor(
    private val cache: Cachetronaut,
    private val server: EmbeddedServer<*, *>,
    /** Where the page is, with a token that works once: whoever has it first gets in, and nobody else does. */
    public val url: String,
) : AutoCloseable {
    /**
     * Ends the server, within a second or so, and closes the file. The end of the JVM does so, too. Closing twice is
     * closing once.
     */
    override fun close(): Unit = end(server, cache)

    public companion object {
        /**
         * Opens the cache in [file] as a program that uses it does, with its jobs, and the page on [port]; 0 = on a
         * free one. A file that is damaged stays as it is. Blocks until the page can be asked for. What fails leaves
         * nothing open.
         *
         * @throws NoSuchFileException if there is no such file: none is made
         * @throws BindException if the port cannot be had
         * @throws IllegalArgumentException if [port] is none
         * @throws io.github.cachetronomy.core.ForeignFileException if the file is another application's database
         * @throws io.github.cachetronomy.core.StoreUnavailableException if the file cannot be opened otherwise
         * @throws IllegalStateException if the file is open in this JVM with other settings
         */
        @JvmStatic
        @JvmOverloads
        @Throws(IOException::class)
        public fun open(
            file: Path,
            port: Int = 0,
        ): LocalDashboard {
            require(port in PORTS) { "a port is in $PORTS: $port" }
            if (!Files.exists(file)) throw NoSuchFileException(file.toString())
            val cache =
                Cachetronaut(file) {
                    requireStore = true
                    setAsideDamaged = false
                }
            val token = OneTimeToken(PATH)
            val config =
                serverConfig {
                    parentCoroutineContext = StartFailures
                    watchPaths = emptyList()
                    module {
                        monitor.subscribe(ApplicationStopped) { cache.close() }
                        routing {
                            dashboard(
                                PATH,
                                LocalOnly().then(token),
                                DashboardSettings(cache, showValues = true),
                            )
                        }
                    }
                }
            val server =
                embeddedServer(CIO, config) {
                    connector {
                        host = HOST
                        this.port = port
                    }
                }
            try {
                server.start()
                // It has begun: nothing is waited for.
                val own = server.application.future { server.engine.resolvedConnectors().single() }.join()
                return LocalDashboard(cache, server, "http://$HOST:${own.port}$PATH?token=${token.token}")
            } catch (failure: Throwable) {
                runCatching { end(server, cache) }.onFailure(failure::addSuppressed)
                // The engine says it with a cancellation around it.
                val taken =
                    generateSequence(failure) { it.cause }.firstNotNullOfOrNull { it as? BindException }
                        ?: throw failure
                throw BindException("port $port of $HOST cannot be had: ${taken.message}").initCause(failure)
            }
        }

        private fun end(
            server: EmbeddedServer<*, *>,
            cache: Cachetronaut,
        ) {
            server.stop(0, STOP_MILLIS)
            cache.close()
        }

        private const val HOST = "127.0.0.1"
        private const val PATH = "/cachetronomy"
        private const val STOP_MILLIS = 1000L
        private val PORTS = 0..65_535
    }
}

/** The engine throws why it cannot begin, and besides leaves it to its thread, which would print it. */
private object StartFailures : AbstractCoroutineContextElement(CoroutineExceptionHandler), CoroutineExceptionHandler {
    override fun handleException(
        context: CoroutineContext,
        exception: Throwable,
    ) {
        if (exception is BindException) return
        val thread = Thread.currentThread()
        thread.uncaughtExceptionHandler.uncaughtException(thread, exception)
    }
}
