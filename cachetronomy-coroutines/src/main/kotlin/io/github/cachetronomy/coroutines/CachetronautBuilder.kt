package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.SqliteOptions
import io.github.cachetronomy.core.engine.EngineConfig
import io.github.cachetronomy.core.engine.Engines
import io.github.cachetronomy.core.serialization.SerializerRegistry
import io.github.cachetronomy.core.settings.CacheSettings
import io.github.cachetronomy.core.spi.MemoryProbe
import io.github.cachetronomy.core.spi.StoreBackend
import kotlinx.coroutines.CoroutineDispatcher
import java.nio.file.Path
import java.time.InstantSource
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/**
 * Opens the cache in [file], making the file where there is none.
 *
 * A file that is open in this JVM already, through this face or the Java one, is joined: both then
 * share memory, loads and settings, and the last to close ends it. Durability, requireStore, storePatience,
 * pythonCompatible, logRetention and flushOnShutdown may be said by whoever comes first with them; the others are those of the first to open.
 *
 * A damaged file is set aside under another name and a new one begun. A file that cannot be opened
 * leaves the cache working in memory only, with its health degraded, unless
 * [CachetronautBuilder.requireStore] says otherwise.
 *
 * Blocks while it opens the file. A first name of `~` in the path is the home folder.
 *
 * @throws io.github.cachetronomy.core.ForeignFileException if the file is another application's database
 * @throws io.github.cachetronomy.core.StoreUnavailableException if another class loader of this JVM has it open
 * @throws IllegalStateException if it is open in this JVM with other settings
 */
public fun Cachetronaut(
    file: Path,
    configure: CachetronautBuilder.() -> Unit = {},
): Cachetronaut = Cachetronaut(Engines.open(CachetronautBuilder().apply(configure).config().apply { this.file = file }))

/**
 * Opens the cache in the file that [settings] name, as the surroundings of the program say it unless given, and
 * otherwise as `Cachetronaut(file)` does. The profile that they ask for is in force where the file has one of that
 * name and [configure] gives none; where the file has none it is the default, and [Cachetronaut.health] says so.
 *
 * @throws io.github.cachetronomy.core.settings.SettingsException if the surroundings hold a setting that cannot
 * be used
 */
public fun Cachetronaut(
    settings: CacheSettings = CacheSettings.load(),
    configure: CachetronautBuilder.() -> Unit = {},
): Cachetronaut {
    val config = CachetronautBuilder().apply(configure).config()
    config.file = settings.dbPath
    config.profileName = settings.defaultProfile
    return Cachetronaut(Engines.open(config))
}

/** Opens a cache on a store of the caller's making, which it closes at the end. */
public fun Cachetronaut(
    store: StoreBackend,
    configure: CachetronautBuilder.() -> Unit = {},
): Cachetronaut = Cachetronaut(Engines.open(CachetronautBuilder().apply(configure).config().apply { backend = store }))

/** A cache on an engine that is open already. */
@InternalCachetronomyApi
public fun cachetronautOn(lease: Engines.Lease): Cachetronaut = Cachetronaut(lease)

/** The settings of a cache. What is not set has its default, or what the engine runs with already. Not thread-safe. */
public class CachetronautBuilder internal constructor() {
    private val config = EngineConfig()

    /** How safe an explicit write is when it returns; [Durability.COMMITTED] unless set. */
    public var durability: Durability? by config::durability

    /** Whether to fail where the file cannot be used, instead of going on in memory; false unless set. */
    public var requireStore: Boolean? by config::requireStore

    /**
     * Whether a damaged file is renamed and a new one begun; true unless set. If not, it counts as a file that
     * cannot be opened, and stays as it is for somebody to look at.
     */
    public var setAsideDamaged: Boolean? by config::setAsideDamaged

    /** The most bytes of keys and encoded values that memory may stand for; an eighth of the heap unless set. */
    public var maxBytesInMemory: Long? = null
        set(bytes) {
            require(bytes == null || bytes > 0) { "maxBytesInMemory is positive, not $bytes" }
            config.maxBytesInMemory = bytes
            field = bytes
        }

    /**
     * The most bytes that the file may take, with what SQLite keeps beside it; any number unless set. Shortly before
     * it would take more, expired entries are removed, then those that nobody has read or written for the longest time,
     * and the file is made smaller where that is needed. All of it happens in the background, within seconds: for
     * that long the file may take more. Where it cannot be made as small, `health()` says so.
     *
     * Each log keeps one row for each kilobyte of it at the most.
     */
    public var maxBytesInStore: Long? = null
        set(bytes) {
            require(bytes == null || bytes > 0) { "maxBytesInStore is positive, not $bytes" }
            config.maxBytesInStore = bytes
            field = bytes
        }

    /** Tells how much memory is left, it alone; the machine, its container and the heap are measured unless set. */
    public var memoryProbe: MemoryProbe? by config::memoryProbe

    /** The size in bytes from which encoded values are compressed with gzip; none are unless set. */
    public var compressAbove: Int? = null
        set(bytes) {
            require(bytes == null || bytes >= 0) { "compressAbove is not negative: $bytes" }
            config.compressAbove = bytes
            field = bytes
        }

    /**
     * Whether only `json` and `msgpack` may be written, without compression, so that Python reads it all; false
     * unless set. Another format throws an [IllegalArgumentException] then, and byte arrays are written in `msgpack`
     * unless told otherwise. Excludes [compressAbove].
     */
    public var pythonCompatible: Boolean? by config::pythonCompatible

    /** How long a call, or opening, waits for the file when another process holds it; two seconds unless set. */
    public var storePatience: Duration? = null
        set(patience) {
            require(patience == null || (patience.isPositive() && patience.isFinite())) {
                "storePatience is positive and finite, not $patience"
            }
            config.patience = patience?.asSetting()
            field = patience
        }

    /** How much the file keeps of its access log and of its eviction log; [LogRetention.defaults] unless set. */
    public var logRetention: LogRetention? by config::logRetention

    /** How SQLite works on the file; [SqliteOptions.defaults] unless set. Of no use to a store of the caller's making. */
    public var sqliteOptions: SqliteOptions? by config::sqliteOptions

    /** The serializers by format; [SerializerRegistry.standard] unless set. */
    public var serializers: SerializerRegistry? by config::serializers

    /** Where the time comes from; the system's clock unless set. */
    public var clock: InstantSource? by config::clock

    /** Where loaders run; with the dispatcher of the caller who leads unless set. */
    public var loaderDispatcher: CoroutineDispatcher? by config::loaderDispatcher

    /** Whether to close the cache when the JVM shuts down; false unless set. */
    public var flushOnShutdown: Boolean? by config::flushOnShutdown

    /**
     * The profile in force, with its settings; the one that is active in the file unless set, or `default`.
     * Written to a file that has none of the name; where the file has one, that is used, unless [override]
     * insists on this one. Which profile is active in the file stays as it is; see [Profiles.activate].
     */
    public fun profile(
        name: String,
        override: Boolean = false,
        configure: ProfileBuilder.() -> Unit,
    ): Unit = profile(ProfileBuilder(Profile.Builder(name)).apply(configure).build(), override)

    /** As above, for a profile that is there already. */
    public fun profile(
        profile: Profile,
        override: Boolean = false,
    ) {
        config.profile = profile
        config.overrideProfile = override
    }

    internal fun config(): EngineConfig = config
}

/** The settings of a profile; see [Profile] for what each means and what it is unless set. Not thread-safe. */
public class ProfileBuilder internal constructor(
    private val builder: Profile.Builder,
) {
    private val initial = builder.build()

    /** How long entries live that do not say so themselves. */
    public var timeToLive: Duration = initial.timeToLive.toKotlinDuration()
        set(value) {
            builder.timeToLive(value.asSetting())
            field = value
        }

    /** How often expired entries are swept out; zero = never. */
    public var cleanupInterval: Duration = initial.cleanupInterval.toKotlinDuration()
        set(value) {
            builder.cleanupInterval(value.asSetting())
            field = value
        }

    /** Whether entries leave memory when the machine or the heap runs short of it. */
    public var memoryBasedEviction: Boolean = initial.memoryBasedEviction
        set(value) {
            builder.memoryBasedEviction(value)
            field = value
        }

    /** How much memory is to stay free. */
    public var freeMemoryTarget: FreeMemoryTarget = initial.freeMemoryTarget
        set(value) {
            builder.freeMemoryTarget(value)
            field = value
        }

    /** How often free memory is measured; zero = never. */
    public var memoryCleanupInterval: Duration = initial.memoryCleanupInterval.toKotlinDuration()
        set(value) {
            builder.memoryCleanupInterval(value.asSetting())
            field = value
        }

    /** The most entries that memory holds; zero = none. */
    public var maxItemsInMemory: Int = initial.maxItemsInMemory
        set(value) {
            builder.maxItemsInMemory(value)
            field = value
        }

    /** The tags of entries that do not bring their own. */
    public var tags: Set<String> = initial.tags
        set(value) {
            builder.tags(value)
            field = value
        }

    internal fun build(): Profile = builder.build()
}
