package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.InternalCachetronomyApi
import java.io.IOException
import java.nio.file.Path
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * The engines that are running, one a file: whoever opens a file again, through whichever face, gets
 * the running engine, and the last one to close ends it. Thread-safe.
 */
@InternalCachetronomyApi
public object Engines {
    private val lock = ReentrantLock()

    /** Guarded by [lock]. */
    private val byFile = HashMap<Path, Shared>()

    private class Shared(
        val engine: CacheEngine,
        val config: EngineConfig,
    ) {
        var leases = 1

        /** Ends the engine when the JVM does, if that was asked for. */
        private var hook: Thread? = null

        init {
            addHook()
        }

        /** Lets one more in, who must not contradict what was said before. */
        fun join(other: EngineConfig) {
            val disagreements = config.disagreements(other)
            check(disagreements.isEmpty()) {
                "${config.file} is open already with other settings: ${disagreements.joinToString()}"
            }
            if (other.requireStore == true) engine.requireStore()
            config.adopt(other)
            engine.adopt(config)
            addHook()
            leases++
        }

        private fun addHook() {
            if (config.flushOnShutdown != true || hook != null) return
            hook = Thread(engine::close, "cachetronomy-shutdown").also(Runtime.getRuntime()::addShutdownHook)
        }

        fun end() {
            engine.close()
            // While the JVM shuts down the hooks are running and cannot be taken back.
            hook?.let { runCatching { Runtime.getRuntime().removeShutdownHook(it) } }
        }
    }

    /**
     * Joins the engine on the file, or starts one.
     *
     * @throws IllegalStateException if the engine runs with settings that [config] contradicts
     * @throws io.github.cachetronomy.core.StoreUnavailableException if the store is required and cannot be had
     */
    public fun open(config: EngineConfig): Lease {
        val real = config.file?.let(::realPath)
        config.file = real
        if (real == null) return start(config)
        return lock.withLock {
            val running = byFile[real]
            if (running == null) {
                start(config).also { byFile[real] = Shared(it.engine, config) }
            } else {
                running.join(config)
                Lease(running.engine, real, config.listeners.map(running.engine::listen))
            }
        }
    }

    /** Whoever brings listeners with a new engine hears of its opening, too. */
    private fun start(config: EngineConfig): Lease {
        val listening = ArrayList<AutoCloseable>()
        return Lease(Wiring.engine(config, listening), config.file, listening)
    }

    /** The path by which a file is known whichever way it is named; missing folders are taken as they are given. */
    private fun realPath(file: Path): Path {
        val absolute = file.toAbsolutePath().normalize()
        var existing: Path? = absolute
        while (existing != null) {
            try {
                return existing.toRealPath().resolve(existing.relativize(absolute)).normalize()
            } catch (_: IOException) {
                existing = existing.parent
            }
        }
        return absolute
    }

    /** One caller's hold on an engine. Closing it twice is closing it once. Thread-safe. */
    @InternalCachetronomyApi
    public class Lease internal constructor(
        engine: CacheEngine,
        private val file: Path?,
        /** Whoever opens the cache brings listeners, and takes them along on closing. */
        private val listening: List<AutoCloseable>,
    ) : AutoCloseable {
        @Volatile
        private var held: CacheEngine? = engine

        /** The engine, until this lease is closed. */
        public val engine: CacheEngine get() = held ?: throw CacheClosedException()

        override fun close(): Unit =
            lock.withLock {
                val engine = held ?: return
                held = null
                val shared = file?.let(byFile::getValue)
                when {
                    shared == null -> engine.close()
                    --shared.leases == 0 -> shared.end().also { byFile.remove(file) }
                }
                // Only now: they hear of the closing.
                listening.forEach(AutoCloseable::close)
            }
    }
}
