package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.SqliteOptions
import io.github.cachetronomy.core.access.ReadCounts
import io.github.cachetronomy.core.engine.admin.Administration
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.engine.events.HealthBoard.Topic
import io.github.cachetronomy.core.engine.events.Listeners
import io.github.cachetronomy.core.engine.groups.EntryGroups
import io.github.cachetronomy.core.engine.groups.GroupEntries
import io.github.cachetronomy.core.engine.loads.Keeper
import io.github.cachetronomy.core.engine.loads.LoadAnswers
import io.github.cachetronomy.core.engine.loads.LoadRunner
import io.github.cachetronomy.core.engine.loads.Loads
import io.github.cachetronomy.core.engine.loads.ManyLoads
import io.github.cachetronomy.core.engine.logs.CacheLogs
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.namespaces.Namespaces
import io.github.cachetronomy.core.engine.profiles.NamedProfiles
import io.github.cachetronomy.core.engine.profiles.ProfileFollowers
import io.github.cachetronomy.core.engine.profiles.ProfileInForce
import io.github.cachetronomy.core.engine.queue.Invalidations
import io.github.cachetronomy.core.engine.queue.StoreGrowth
import io.github.cachetronomy.core.engine.queue.WriteFaults
import io.github.cachetronomy.core.engine.queue.WritePolicy
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Claims
import io.github.cachetronomy.core.engine.reads.Flights
import io.github.cachetronomy.core.engine.reads.Listing
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.store.GivenStore
import io.github.cachetronomy.core.engine.store.HeapStore
import io.github.cachetronomy.core.engine.store.ReadOnlyFile
import io.github.cachetronomy.core.engine.store.SqliteFile
import io.github.cachetronomy.core.engine.store.StoreOpener
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.Endings
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.upkeep.Jobs
import io.github.cachetronomy.core.engine.upkeep.MemoryWatch
import io.github.cachetronomy.core.engine.upkeep.StoreQuota
import io.github.cachetronomy.core.engine.writes.AtomicWrites
import io.github.cachetronomy.core.engine.writes.CompareAndSet
import io.github.cachetronomy.core.engine.writes.Drafts
import io.github.cachetronomy.core.engine.writes.MemoryView
import io.github.cachetronomy.core.engine.writes.PythonReaders
import io.github.cachetronomy.core.engine.writes.Removals
import io.github.cachetronomy.core.engine.writes.Sets
import io.github.cachetronomy.core.engine.writes.Transactions
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.eviction.MemoryPressure
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.GivenClock
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.memory.SystemClock
import io.github.cachetronomy.core.probe.FreeMemory
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.SerializerRegistry
import io.github.cachetronomy.core.sqlite.FolderAccess
import kotlinx.coroutines.Dispatchers
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import java.util.function.LongSupplier

/** The one place where an engine is put together. */
internal object Wiring {
    private val DEFAULT_PATIENCE = Duration.ofSeconds(2)

    /** The share of the heap that memory may fill unless the cache is told otherwise. */
    private const val HEAP_SHARE = 8

    /** How many suspending callers may be reading from the store at a time. */
    private const val READ_THREADS = 32

    /**
     * Opens the store and puts an engine on it. The listeners of [config] are told from the start; what
     * ends them is added to [listening].
     */
    fun engine(
        config: EngineConfig,
        listening: MutableList<AutoCloseable>,
    ): RootEngine {
        require(config.pythonCompatible != true || config.compressAbove == null) {
            "pythonCompatible excludes compressAbove (${config.compressAbove}): Python reads no compressed value"
        }
        val ticker = config.ticker ?: LongSupplier(System::nanoTime)
        val clock = config.clock?.let { GivenClock(it, ticker) } ?: SystemClock
        val hub = EventHub()
        // Views of their own: the threads of Dispatchers.IO itself may all be waiting for what these do.
        val reads = config.storeDispatcher ?: Dispatchers.IO.limitedParallelism(READ_THREADS, "cachetronomy-reads")
        val commits = config.storeDispatcher ?: Dispatchers.IO.limitedParallelism(1, "cachetronomy-commits")
        val scope = EngineScope(reads, commits, config.jobDispatcher ?: Dispatchers.Default, clock)
        val listeners = Listeners(hub, scope)
        config.listeners.mapTo(listening, listeners::add)
        var slot: StoreSlot? = null
        try {
            val health = HealthBoard(hub, config.readOnly)
            slot = openStore(config, clock, health, hub)
            return assemble(config, clock, hub, health, scope, listeners, slot)
        } catch (failure: Throwable) {
            slot?.close()
            hub.close()
            throw failure
        }
    }

    private fun openStore(
        config: EngineConfig,
        clock: CacheClock,
        health: HealthBoard,
        hub: EventHub,
    ): StoreSlot {
        val file = config.file
        val opener =
            when (val given = config.backend) {
                null -> {
                    fileOpener(
                        checkNotNull(file) { "neither a file nor a store was given" },
                        config,
                        clock,
                    )
                }

                else -> {
                    GivenStore(given)
                }
            }
        val slot =
            StoreSlot(opener, health, hub, config.requireStore ?: false, patience(config)) {
                HeapStore(maxOf(1, (config.profile ?: ProfileChoice.DEFAULT).maxItemsInMemory), standIn = true)
            }
        val weakness = file?.takeUnless { slot.substituted }?.let(FolderAccess::weakness)
        if (weakness != null) health.raise(Topic.FOLDER, weakness)
        return slot
    }

    private fun patience(config: EngineConfig) = config.patience ?: DEFAULT_PATIENCE

    private fun fileOpener(
        file: Path,
        config: EngineConfig,
        clock: CacheClock,
    ): StoreOpener {
        if (config.readOnly) return ReadOnlyFile(file)
        val options = config.sqliteOptions ?: SqliteOptions.defaults()
        return SqliteFile(file, clock, config.setAsideDamaged ?: true, options)
    }

    private fun freeMemory(
        config: EngineConfig,
        health: HealthBoard,
    ) = FreeMemory.of(config.memoryProbe) { failure ->
        if (failure == null) {
            health.clear(Topic.PROBE)
        } else {
            health.raise(Topic.PROBE, "free memory cannot be measured: ${failure.javaClass.name}")
        }
    }

    private fun assemble(
        config: EngineConfig,
        clock: CacheClock,
        hub: EventHub,
        health: HealthBoard,
        scope: EngineScope,
        listeners: Listeners,
        slot: StoreSlot,
    ): RootEngine {
        val inForce = ProfileInForce(ProfileChoice(config, slot, health).choose())
        val profile = inForce.profile
        val profileInForce = inForce::profile
        lateinit var reads: ReadCounts
        lateinit var groups: EntryGroups
        lateinit var namespaces: Namespaces
        val counters = Counters(of = { key -> namespaces.holding(key)?.counters })
        val departures =
            Departures(clock, { inForce.profile.name }) { key, cause, tier ->
                counters.evicted(cause, key)
                groups.left(key, cause)
                hub.emit { CacheEvent.Removed(key, cause, tier) }
            }
        val maxBytes = config.maxBytesInMemory ?: (Runtime.getRuntime().maxMemory() / HEAP_SHARE)
        val noRoom: (String, MemoryEntry) -> Unit = { key, entry ->
            reads.leaving(key, entry)
            departures.leftMemory(key, entry, EvictionCause.SIZE)
        }
        val memory = MemoryTier(profile.maxItemsInMemory, maxBytes, !config.readOnly, noRoom)
        reads = ReadCounts(memory, clock) { inForce.profile.name }
        val memoryWatch = MemoryWatch(MemoryPressure(memory, freeMemory(config, health), noRoom), health)

        val closed = AtomicBoolean()
        val policy =
            WritePolicy(
                config.durability ?: Durability.COMMITTED,
                config.requireStore ?: false,
                config.readOnly,
                closed::get,
            )
        val growth = StoreGrowth()
        val faults = WriteFaults(counters, health, hub, growth)
        val queue = WriteQueue(slot, scope.commits, clock, patience(config), faults)
        val book =
            LogBook(reads, departures, queue, slot, scope, clock, config.logRetention ?: LogRetention.defaults())
        val codec = Codec(config.serializers ?: SerializerRegistry.standard(), config.compressAbove)
        val pythonReaders = PythonReaders(slot, hub, config.pythonCompatible ?: false)
        val drafts = Drafts(memory, codec, clock, pythonReaders, profileInForce)

        val claims = Claims()
        val invalidations = Invalidations()
        val flights = Flights()
        val view = MemoryView(memory, claims, flights, reads, departures)
        val reader =
            Reader(
                memory,
                claims,
                invalidations,
                queue,
                slot,
                codec,
                clock,
                counters,
                reads,
                departures,
                hub,
                keepsValues = !config.readOnly,
            )
        val keeper = Keeper(queue, drafts, view, claims, invalidations, policy, counters, hub)
        val sets = Sets(queue, drafts, view, policy, counters, hub)
        val removals =
            Removals(
                queue,
                view,
                invalidations,
                flights,
                departures,
                policy,
                clock,
                counters,
                hub,
                profileInForce,
                book,
                emptied = { groups.leftAll() },
            )
        val atomicWrites =
            AtomicWrites(queue, drafts, view, memory, claims, invalidations, reader, departures, policy, clock)
        val transactions = Transactions(queue, view, claims, invalidations, departures, policy, clock)
        val runner = LoadRunner(flights, scope, config.loaderDispatcher, clock, counters, hub)
        val answers = LoadAnswers(reader, codec)
        val loads = Loads(flights, reader, drafts, keeper, scope, runner, answers)
        val manyLoads = ManyLoads(flights, reader, drafts, keeper, scope, runner, answers)
        val compareAndSet = CompareAndSet(reader, drafts, atomicWrites, scope)
        val listing = Listing(memory, slot, queue.pending, reader, codec, clock)
        groups = EntryGroups(GroupEntries(listing, removals, slot, policy))
        namespaces = Namespaces(groups)
        val quota = StoreQuota(slot, queue, removals, book, scope, growth, health, clock)
        quota.maxBytes = config.maxBytesInStore
        val jobs = Jobs(scope, removals, queue, slot, reader, book, memoryWatch, quota, profileInForce)
        val followers = ProfileFollowers(inForce, memory, jobs, book, hub)
        val profiles = NamedProfiles(inForce, followers, queue, slot, scope, policy, health)
        val administration =
            Administration(slot, queue, scope, policy, clock, codec, reader, departures, book, pythonReaders)

        val endings = Endings()
        val closing = Closing(closed, flights, scope, book, queue, slot, memory, hub, clock, policy, endings)

        val engine =
            RootEngine(
                memory,
                reader,
                drafts,
                sets,
                removals,
                atomicWrites,
                transactions,
                loads,
                manyLoads,
                compareAndSet,
                listing,
                flights,
                queue,
                slot,
                scope,
                jobs,
                quota,
                counters,
                reads,
                health,
                hub,
                clock,
                policy,
                closing,
                listeners,
                profiles,
                book,
                CacheLogs(book, queue, slot, policy),
                administration,
                StateTools(codec, drafts, reader, clock, scope, endings, hub),
                groups,
                namespaces,
            )
        if (config.withJobs) engine.start()
        return engine
    }
}
