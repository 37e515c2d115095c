package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.NamespaceOptions

/** How a face gets at the cache that it shows: the whole of a file, or a namespace of it. Thread-safe. */
@InternalCachetronomyApi
public interface EngineAccess : AutoCloseable {
    /**
     * The engine.
     *
     * @throws io.github.cachetronomy.core.CacheClosedException after [close]
     */
    public val engine: CacheEngine

    /** Whose closing ends what is done through this access. */
    public val owner: Any get() = this

    /** Gives up what is held. Closing twice is closing once. */
    override fun close()

    /** The part of this cache that is called [name]. It is there as long as this access is, and closing it does nothing. */
    public fun namespace(
        name: String,
        options: NamespaceOptions,
    ): EngineAccess = NamespaceAccess(this, engine.namespace(name, options))
}

private class NamespaceAccess(
    private val around: EngineAccess,
    private val own: CacheEngine,
) : EngineAccess {
    override val engine: CacheEngine
        get() {
            // Asked each time: it refuses once the cache is closed.
            around.engine
            return own
        }

    override val owner: Any get() = around.owner

    override fun close(): Unit = Unit
}
