package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.settings.expandHome
import java.io.IOException
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicReference
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * The engines that are running, one a file: whoever opens a file again, through whichever face, gets
 * the running engine, and the last one to close ends it. Thread-safe.
 */
@InternalCachetronomyApi
public object Engines {
    private val places = ConcurrentHashMap<Path, Place>()

    /**
     * Where the engine of a file is, or may be. Opening and closing a file exclude each other; other
     * files are not held up.
     */
    internal class Place(
        val file: Path,
    ) {
        val lock = ReentrantLock()

        /** Guarded by [lock]. */
        var engine: RootEngine? = null

        /** Guarded by [lock]: what was said by all who have opened the file. */
        var config: EngineConfig? = null

        /** Guarded by [lock]. */
        var leases = 0

        /** Guarded by [lock]: whether the engine has ended, and with it this place. */
        var left = false

        /** Guarded by [lock]: ends the engine when the JVM does, if that was asked for. */
        var hook: Thread? = null
    }

    /**
     * Joins the engine on the file, or starts one.
     *
     * @throws IllegalStateException if the engine runs with settings that [config] contradicts
     * @throws io.github.cachetronomy.core.StoreUnavailableException if the store is required and cannot be had
     */
    public fun open(config: EngineConfig): Lease {
        val file = config.file?.let(::realPath)
        config.file = file
        if (file == null) return start(config, null)
        while (true) {
            val place = places.computeIfAbsent(file, ::Place)
            place.lock.withLock { if (!place.left) return join(place, config) }
        }
    }

    /**
     * Starts an engine that only looks at the file, whoever else has it open: it keeps nothing in memory,
     * runs no job, writes no log, and sees what others have committed.
     *
     * @throws io.github.cachetronomy.core.StoreUnavailableException if there is no cache, or it cannot be read
     */
    public fun openReadOnly(config: EngineConfig): Lease {
        config.file = config.file?.let(::realPath)
        config.readOnly = true
        config.requireStore = true
        config.withJobs = false
        return start(config, null)
    }

    /** Only under the lock of [place]. */
    private fun join(
        place: Place,
        config: EngineConfig,
    ): Lease {
        val running = place.engine
        val lease =
            if (running == null) {
                startOrLeave(place, config)
            } else {
                agree(place, config)
                Lease(running, place, config.listeners.map(running::listen))
            }
        place.leases++
        addHook(place)
        return lease
    }

    private fun startOrLeave(
        place: Place,
        config: EngineConfig,
    ): Lease {
        try {
            val lease = start(config, place)
            place.engine = lease.root
            place.config = config
            return lease
        } catch (failure: Throwable) {
            leave(place, null)
            throw failure
        }
    }

    /** Refuses whoever contradicts what was said before, and takes over what is new. */
    private fun agree(
        place: Place,
        config: EngineConfig,
    ) {
        val said = checkNotNull(place.config)
        val engine = checkNotNull(place.engine)
        val disagreements = said.disagreements(config)
        check(disagreements.isEmpty()) {
            "${config.file} is open already with other settings: ${disagreements.joinToString()}"
        }
        if (config.requireStore == true) engine.requireStore()
        said.adopt(config)
        engine.adopt(said)
    }

    /** Whoever brings listeners with a new engine hears of its opening, too. */
    private fun start(
        config: EngineConfig,
        place: Place?,
    ): Lease {
        val listening = ArrayList<AutoCloseable>()
        return Lease(Wiring.engine(config, listening), place, listening)
    }

    private fun addHook(place: Place) {
        val engine = place.engine
        if (engine == null || place.config?.flushOnShutdown != true || place.hook != null) return
        val hook = Thread({ engine.close() }, "cachetronomy-shutdown")
        // While the JVM shuts down it is too late for a hook.
        runCatching { Runtime.getRuntime().addShutdownHook(hook) }
        place.hook = hook
    }

    /** The last lease has gone, and is not to wait beyond [deadline]. Only under the lock of [place]. */
    private fun leave(
        place: Place,
        deadline: Long?,
    ) {
        try {
            place.engine?.run { if (deadline == null) close() else close(deadline) }
            // While the JVM shuts down the hooks are running and cannot be taken back.
            place.hook?.let { runCatching { Runtime.getRuntime().removeShutdownHook(it) } }
        } finally {
            place.left = true
            places.remove(place.file, place)
        }
    }

    /** The path by which a file is known whichever way it is named; missing folders are taken as they are given. */
    private fun realPath(file: Path): Path {
        val absolute = expandHome(file).toAbsolutePath().normalize()
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
        engine: RootEngine,
        private val place: Place?,
        /** Whoever opens the cache brings listeners, and takes them along on closing. */
        private val listening: List<AutoCloseable>,
    ) : EngineAccess {
        private val held = AtomicReference<RootEngine?>(engine)

        /** The engine, until this lease is closed. */
        override val engine: CacheEngine get() = root

        internal val root: RootEngine get() = held.get() ?: throw CacheClosedException()

        override fun close() {
            val engine = held.getAndSet(null) ?: return
            // Before the lock: a caller's serializers may be at work here.
            val deadline = engine.finish(this)
            if (place == null) {
                engine.close(deadline)
            } else {
                place.lock.withLock { if (--place.leases == 0) leave(place, deadline) }
            }
            // Only now: they hear of the closing.
            listening.forEach(AutoCloseable::close)
        }
    }
}
