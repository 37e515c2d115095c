package io.github.cachetronomy.core.state

import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.EngineAccess
import io.github.cachetronomy.core.serialization.Unreadable
import io.github.cachetronomy.core.spi.ValueType

/** Which state a caller wants, and how. Immutable. */
@InternalCachetronomyApi
public class StateRequest(
    public val id: String,
    public val type: ValueType,
    /** Without a format: a state is JSON. */
    public val options: EntryOptions,
    public val save: SaveState,
    /** Whether a state that is there and is no [type] is an exception. */
    public val strict: Boolean,
) {
    /** The value that [text] is, or null where it is none and that is no exception. */
    @Suppress("UNCHECKED_CAST")
    internal fun <T : Any> valueOf(
        engine: CacheEngine,
        key: String,
        text: ByteArray,
    ): T? =
        try {
            engine.stateTools.valueOf(key, text, type) as T?
        } catch (unreadable: Unreadable) {
            if (strict) throw DecodingFailedException(key, unreadable.reason, unreadable.detail, unreadable.cause)
            engine.stateTools.tellRejected(key, unreadable.reason)
            null
        }
}

/**
 * A state on its way to its caller: from memory, else from the store, else made by the caller. Each step gives null
 * where the next one is to be tried.
 */
@InternalCachetronomyApi
public class StateOpening<T : Any>(
    private val access: EngineAccess,
    private val engine: CacheEngine,
    private val request: StateRequest,
) {
    private val rows = StateRows(engine, request.id, request.options)

    init {
        // Refused now rather than when it is too late.
        if (request.save != SaveState.EXPLICIT) engine.newBatch()
    }

    /** Never blocks on the store. */
    public fun fromMemory(): ObjectState<T>? = rows.inMemory()?.let { restored(it, StateStatus.MEMORY) }

    /** Throws [io.github.cachetronomy.core.StoreUnavailableException] where the store cannot be asked. */
    public fun fromStore(): ObjectState<T>? = rows.inStore()?.let { restored(it, StateStatus.STORE) }

    public fun created(value: T): ObjectState<T> = state(value, null, StateStatus.CREATED)

    private fun restored(
        found: StateRows.Found,
        status: StateStatus,
    ): ObjectState<T>? {
        val value: T? = request.valueOf(engine, rows.key, found.text)
        return value?.let { state(it, found.saved, status) }
    }

    private fun state(
        value: T,
        saved: Saved?,
        status: StateStatus,
    ) = ObjectState(access, engine, request, rows, value, saved, status)
}
