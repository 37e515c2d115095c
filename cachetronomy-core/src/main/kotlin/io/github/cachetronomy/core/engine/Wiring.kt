package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.access.ReadCounts
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.GivenClock
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.memory.SystemClock
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.SerializerRegistry
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.sqlite.SqliteStores
import kotlinx.coroutines.Dispatchers
import org.slf4j.LoggerFactory
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean

/** The one place where an engine is put together. */
internal object Wiring {
    private val DEFAULT_PATIENCE = Duration.ofSeconds(2)
    private val log = LoggerFactory.getLogger("io.github.cachetronomy")!!

    fun engine(config: EngineConfig): CacheEngine {
        val clock = config.clock?.let(::GivenClock) ?: SystemClock
        val hub = EventHub()
        val counters = Counters()
        val health = HealthBoard(hub)
        val scope =
            EngineScope(config.storeDispatcher ?: Dispatchers.IO, config.jobDispatcher ?: Dispatchers.Default, hub)
        val requireStore = config.requireStore ?: false
        val slot =
            StoreSlot(opener(config, clock), health, hub, requireStore) {
                HeapStore(maxEntries = maxOf(1, (config.profile ?: defaultProfile).maxItemsInMemory))
            }
        try {
            return assemble(config, clock, hub, counters, health, scope, slot, requireStore)
        } catch (failure: Throwable) {
            slot.close()
            throw failure
        }
    }

    private fun assemble(
        config: EngineConfig,
        clock: CacheClock,
        hub: EventHub,
        counters: Counters,
        health: HealthBoard,
        scope: EngineScope,
        slot: StoreSlot,
        requireStore: Boolean,
    ): CacheEngine {
        val closed = AtomicBoolean()
        val profile = profile(config, slot, health)
        val profileInForce = { profile }
        val departures =
            Departures(clock, { profile.name }) { key, cause, tier ->
                counters.evicted(cause)
                hub.emit { CacheEvent.Removed(key, cause, tier) }
            }
        lateinit var reads: ReadCounts
        val memory =
            MemoryTier(profile.maxItemsInMemory, config.maxBytesInMemory) { key, entry ->
                reads.leaving(key, entry)
                departures.left(key, EvictionCause.SIZE, Tier.MEMORY, entry.reads)
            }
        reads = ReadCounts(memory)
        val queue =
            WriteQueue(slot, scope.commits, config.patience ?: DEFAULT_PATIENCE, WriteFaults(counters, health, hub))
        val codec = Codec(config.serializers ?: SerializerRegistry.standard(), config.compressAbove)
        val claims = Claims()
        val invalidations = Invalidations()
        val flights = Flights()
        val reader =
            Reader(memory, claims, invalidations, queue, slot, codec, clock, counters, reads, departures, health, hub)
        val writer =
            Writer(
                memory,
                claims,
                invalidations,
                flights,
                queue,
                reader,
                codec,
                clock,
                counters,
                reads,
                departures,
                hub,
                config.durability ?: Durability.COMMITTED,
                requireStore,
                slot::substituted,
                profileInForce,
                closed::get,
            )
        val loads = Loads(flights, reader, writer, codec, scope, config.loaderDispatcher, counters, hub)
        val listing = Listing(memory, slot, reader, codec, clock)
        val jobs = Jobs(scope, writer, queue, slot, reader, reads, departures, clock, profileInForce)
        val engine =
            CacheEngine(
                memory,
                reader,
                writer,
                loads,
                CompareAndSet(reader, writer, scope),
                listing,
                flights,
                queue,
                slot,
                scope,
                jobs,
                counters,
                reads,
                health,
                hub,
                clock,
                closed,
                profileInForce,
                { listen(it, hub, scope) },
            )
        if (config.withJobs) engine.start()
        return engine
    }

    private fun opener(
        config: EngineConfig,
        clock: CacheClock,
    ): StoreOpener {
        val backend = config.backend
        if (backend != null) return Given(backend)
        return SqliteFile(checkNotNull(config.file) { "neither a file nor a store was given" }, clock)
    }

    private class Given(
        private val backend: StoreBackend,
    ) : StoreOpener {
        override val name: String get() = "the given store"

        override fun open(
            suspicious: Boolean,
            setAside: (String, String) -> Unit,
        ): StoreBackend {
            if (suspicious) throw StoreFaultException(StoreFaultException.Kind.UNAVAILABLE, "it reported damage")
            return backend
        }
    }

    private class SqliteFile(
        private val file: Path,
        private val clock: CacheClock,
    ) : StoreOpener {
        override val name: String get() = file.toString()

        override fun open(
            suspicious: Boolean,
            setAside: (String, String) -> Unit,
        ): StoreBackend =
            SqliteStores.open(file, clock, suspicious) { newName, reason -> setAside(newName.toString(), reason) }
    }

    private val defaultProfile = Profile.named(Profile.DEFAULT)

    /** The stored profile wins over the one given in code, unless the latter insists; a file without one gets it. */
    private fun profile(
        config: EngineConfig,
        slot: StoreSlot,
        health: HealthBoard,
    ): Profile {
        val given = config.profile
        val store = slot.current
        try {
            val stored = store.profiles.find((given ?: defaultProfile).name)
            if (stored != null && (given == null || stored == given)) return stored
            if (stored != null && !config.overrideProfile) {
                log.info("the file's profile is used, not the one given: {} instead of {}", stored, given)
                return stored
            }
            val chosen = given ?: defaultProfile
            store.transaction(Durability.COMMITTED) { store.profiles.put(chosen) }
            return chosen
        } catch (fault: StoreFaultException) {
            val replaced = fault.kind == StoreFaultException.Kind.DAMAGED && slot.replaceDamaged(store, fault)
            if (replaced) return profile(config, slot, health)
            health.raise(HealthBoard.Topic.PROFILE, "the profile cannot be read or stored: ${fault.message}")
            return given ?: defaultProfile
        }
    }

    private class WriteFaults(
        private val counters: Counters,
        private val health: HealthBoard,
        private val hub: EventHub,
    ) : WriteQueue.Listener {
        override fun dropped(
            entries: List<StoredEntry>,
            fault: Throwable,
        ) {
            counters.droppedWrites.add(entries.size.toLong())
            entries.forEach { hub.emit { CacheEvent.WriteDropped(it.key, fault.message ?: fault.toString()) } }
            health.raise(HealthBoard.Topic.WRITES, "the store does not take writes: ${fault.message}")
        }

        override fun attempted(fault: StoreFaultException?) {
            if (fault == null) health.clear(HealthBoard.Topic.WRITES)
        }
    }

    private fun listen(
        listener: CacheEventListener,
        hub: EventHub,
        scope: EngineScope,
    ): AutoCloseable {
        val events = hub.subscribe()
        scope.start {
            for (event in events) {
                try {
                    listener.onEvent(event)
                } catch (failure: Exception) {
                    log.warn("a cache event listener failed", failure)
                }
            }
        }
        return AutoCloseable { hub.unsubscribe(events) }
    }
}
