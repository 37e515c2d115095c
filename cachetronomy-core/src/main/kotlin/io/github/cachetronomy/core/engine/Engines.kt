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
        var leases: Int,
    ) {
        /** Ends the engine when the JVM does, if that was asked for. */
        private val hook = if (config.flushOnShutdown == true) Thread(engine::close, "cachetronomy-shutdown") else null

        init {
            hook?.let(Runtime.getRuntime()::addShutdownHook)
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
     */
    public fun open(config: EngineConfig): Lease {
        val file = config.file ?: return Lease(Wiring.engine(config), null, config)
        val real = realPath(file)
        return lock.withLock {
            val running = byFile[real]
            if (running != null) {
                val disagreements = running.config.disagreements(config)
                check(disagreements.isEmpty()) {
                    "$file is open already with other settings: ${disagreements.joinToString()}"
                }
                running.leases++
                Lease(running.engine, real, config)
            } else {
                config.file = real
                val engine = Wiring.engine(config)
                byFile[real] = Shared(engine, config, 1)
                Lease(engine, real, config)
            }
        }
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
        config: EngineConfig,
    ) : AutoCloseable {
        /** Whoever opens the cache brings listeners, and takes them along on closing. */
        private val listening = config.listeners.map(engine::listen)

        @Volatile
        private var held: CacheEngine? = engine

        /** The engine, until this lease is closed. */
        public val engine: CacheEngine get() = held ?: throw CacheClosedException()

        override fun close(): Unit =
            lock.withLock {
                val engine = held ?: return
                held = null
                listening.forEach(AutoCloseable::close)
                if (file == null) {
                    engine.close()
                    return
                }
                val shared = byFile.getValue(file)
                if (--shared.leases == 0) {
                    byFile.remove(file)
                    shared.end()
                }
            }
    }
}
