package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.LogRetention
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.SqliteOptions
import io.github.cachetronomy.core.serialization.SerializerRegistry
import io.github.cachetronomy.core.spi.CacheEventListener
import io.github.cachetronomy.core.spi.MemoryProbe
import io.github.cachetronomy.core.spi.StoreBackend
import kotlinx.coroutines.CoroutineDispatcher
import java.nio.file.Path
import java.time.Duration
import java.time.InstantSource
import java.util.function.LongSupplier

/** What the builders of both faces fill in. Null = not said, so that somebody else may say it. */
@InternalCachetronomyApi
public class EngineConfig {
    /** The file; null = [backend] is the store. */
    public var file: Path? = null

    /** A store to work on instead of a file; the engine closes it. */
    public var backend: StoreBackend? = null
    public var clock: InstantSource? = null

    /** Nanoseconds for durations and deadlines, beside a given [clock]; for tests. */
    public var ticker: LongSupplier? = null
    public var serializers: SerializerRegistry? = null

    /** Whether the file is only looked at; see [Engines.openReadOnly]. */
    public var readOnly: Boolean = false
    public var durability: Durability? = null
    public var requireStore: Boolean? = null

    /** Whether a damaged file is renamed and a new one begun; if not, it counts as one that cannot be opened. */
    public var setAsideDamaged: Boolean? = null
    public var maxBytesInMemory: Long? = null
    public var maxBytesInStore: Long? = null
    public var memoryProbe: MemoryProbe? = null
    public var compressAbove: Int? = null

    /** Whether only what Python reads may be written. */
    public var pythonCompatible: Boolean? = null
    public var patience: Duration? = null
    public var logRetention: LogRetention? = null
    public var sqliteOptions: SqliteOptions? = null
    public var loaderDispatcher: CoroutineDispatcher? = null

    /** Where suspending callers read the store and writes are committed; for tests that must not leave their thread. */
    public var storeDispatcher: CoroutineDispatcher? = null

    /** Where jobs wait for their time; for tests with a virtual one. */
    public var jobDispatcher: CoroutineDispatcher? = null

    /** Whether the repeating jobs run at all. */
    public var withJobs: Boolean = true
    public var flushOnShutdown: Boolean? = null
    public var profile: Profile? = null
    public var overrideProfile: Boolean = false

    /**
     * The name of a stored profile to begin with, where no [profile] is given. One that is not stored is a cause in
     * the cache's health, and the default is in force.
     */
    public var profileName: String? = null
    public val listeners: MutableList<CacheEventListener> = ArrayList()

    /** The settings that [other] says differently, by name. Objects count as different unless they are the same. */
    internal fun disagreements(other: EngineConfig): List<String> =
        buildList {
            fun <T> compare(
                name: String,
                mine: T?,
                theirs: T?,
            ) {
                if (mine != null && theirs != null && mine != theirs) add("$name (${shown(mine)} and ${shown(theirs)})")
            }
            compare("clock", clock?.let(::Same), other.clock?.let(::Same))
            compare("serializers", serializers?.let(::Same), other.serializers?.let(::Same))
            compare("loaderDispatcher", loaderDispatcher?.let(::Same), other.loaderDispatcher?.let(::Same))
            compare("memoryProbe", memoryProbe?.let(::Same), other.memoryProbe?.let(::Same))
            compare("durability", durability, other.durability)
            compare("requireStore", requireStore, other.requireStore)
            compare("setAsideDamaged", setAsideDamaged, other.setAsideDamaged)
            compare("maxBytesInMemory", maxBytesInMemory, other.maxBytesInMemory)
            compare("maxBytesInStore", maxBytesInStore, other.maxBytesInStore)
            compare("compressAbove", compressAbove, other.compressAbove)
            compare("pythonCompatible", pythonCompatible, other.pythonCompatible)
            val compressed = compressAbove ?: other.compressAbove
            if (compressed != null && (pythonCompatible ?: other.pythonCompatible) == true) {
                add("compressAbove ($compressed) and pythonCompatible (true)")
            }
            compare("storePatience", patience, other.patience)
            compare("logRetention", logRetention, other.logRetention)
            compare("sqliteOptions", sqliteOptions, other.sqliteOptions)
            compare("flushOnShutdown", flushOnShutdown, other.flushOnShutdown)
            compare("profile", profile, other.profile)
            compare("profileName", profileName, other.profileName)
        }

    /** Takes from [other] what was not said so far: whoever opens the cache next has to agree with that too. */
    internal fun adopt(other: EngineConfig) {
        clock = clock ?: other.clock
        serializers = serializers ?: other.serializers
        loaderDispatcher = loaderDispatcher ?: other.loaderDispatcher
        memoryProbe = memoryProbe ?: other.memoryProbe
        durability = durability ?: other.durability
        requireStore = requireStore ?: other.requireStore
        setAsideDamaged = setAsideDamaged ?: other.setAsideDamaged
        maxBytesInMemory = maxBytesInMemory ?: other.maxBytesInMemory
        maxBytesInStore = maxBytesInStore ?: other.maxBytesInStore
        compressAbove = compressAbove ?: other.compressAbove
        pythonCompatible = pythonCompatible ?: other.pythonCompatible
        patience = patience ?: other.patience
        logRetention = logRetention ?: other.logRetention
        sqliteOptions = sqliteOptions ?: other.sqliteOptions
        flushOnShutdown = flushOnShutdown ?: other.flushOnShutdown
        profile = profile ?: other.profile
        profileName = profileName ?: other.profileName
    }

    private fun shown(value: Any?): Any? = if (value is Same) value.what else value

    /** Equal only to itself. */
    private class Same(
        val what: Any,
    ) {
        override fun equals(other: Any?): Boolean = other is Same && other.what === what

        override fun hashCode(): Int = System.identityHashCode(what)
    }
}
