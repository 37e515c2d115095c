package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.state.ObjectState
import io.github.cachetronomy.core.state.SaveState
import io.github.cachetronomy.core.state.StateOpening
import io.github.cachetronomy.core.state.StateRequest
import io.github.cachetronomy.core.state.StateStatus
import java.lang.reflect.InvocationTargetException
import kotlin.reflect.KProperty
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration

/**
 * The state of an object, held by the program and kept in the cache across restarts: see [Cachetronaut.state][state].
 *
 * Thread-safe, as far as the object is: what is held may be read, set, updated and saved from anywhere, and of several
 * saves the one that begins last is the last one in the file. An object that is changed in place must not be changed
 * while it is being saved; an immutable one, replaced as a whole, has no such trouble.
 *
 * Several handles of one id, also in other processes, do not see each other's changes until they [reload]. Each save
 * replaces the state as a whole: the last one stays.
 */
public class CachedState<T : Any> internal constructor(
    private val state: ObjectState<T>,
) : AutoCloseable {
    /**
     * The object. Setting it does no more than that, but for [SaveState.ON_CHANGE], with which it begins a save and
     * does not wait for it.
     *
     * @throws IllegalStateException when it is set after [close]
     */
    public var value: T by state::value

    /** What the state is called. */
    public val id: String get() = state.id

    /** Where the object came from when it was last restored. */
    public val status: StateStatus get() = state.status

    /**
     * Replaces the object by what [change] makes of it and returns that. Atomic among the callers of this handle: if
     * the object was replaced meanwhile, [change] is called again with the new one, so it should have no effects of
     * its own. It runs in the caller's context, under no lock. Saved as if [value] were set.
     */
    public suspend fun update(change: suspend (T) -> T): T = state.update(change)

    /**
     * Saves the object: what is held when the save begins. Writes the fields that have changed since the last one, in
     * one transaction, and gives the state a new time to live. Returns when it is committed, whatever the cache's
     * durability. Cancelling the caller does not stop a save that others may wait for.
     *
     * Encoding runs on a thread of the cache's.
     *
     * @throws io.github.cachetronomy.core.EncodingFailedException if the object cannot be encoded; the file is as before
     * @throws io.github.cachetronomy.core.StoreUnavailableException if the file does not take it; it is as before
     */
    public suspend fun save(): Unit = state.save()

    /**
     * Replaces the object by what the file has; what was not saved is lost. Returns false, and leaves everything as it
     * is, if there is nothing that can be used.
     *
     * @throws io.github.cachetronomy.core.StoreUnavailableException if the file cannot be read
     */
    public suspend fun reload(): Boolean = state.reload()

    /**
     * Removes the state from the cache. The object stays held, and is saved again only by hand or after another change.
     * Returns whether there was a state.
     *
     * @throws io.github.cachetronomy.core.StoreUnavailableException if the file does not take the removal
     */
    public suspend fun delete(): Boolean = state.delete()

    /**
     * Ends this handle. With [SaveState.ON_CLOSE] and [SaveState.ON_CHANGE] what is unsaved, an object that was changed
     * in place included, is committed when this returns; with [SaveState.EXPLICIT] it is lost. Blocks while it is saved,
     * no longer than the cache waits for its file. Closing twice is closing once.
     *
     * A cache that is closed first closes its states as this does, and tells of a failure by an event and in the log.
     *
     * @throws io.github.cachetronomy.core.CachetronomyException if the object could not be saved; the handle is then
     * still open
     */
    override fun close(): Unit = state.closeBlocking()

    /** So that a property can be delegated to a state: `var game by cache.state<Game>("player1")`. */
    public operator fun getValue(
        owner: Any?,
        property: KProperty<*>,
    ): T = value

    /** As setting [value]. */
    public operator fun setValue(
        owner: Any?,
        property: KProperty<*>,
        value: T,
    ) {
        this.value = value
    }

    override fun toString(): String = "CachedState($id)"
}

/**
 * The state of an object under [id]: restored, or made by [create] where there is none. Not saved yet in that case.
 *
 * ```
 * val game = cache.state<GameState>("player1", timeToLive = 30.days, save = SaveState.ON_CLOSE) { GameState() }
 * game.update { it.copy(score = it.score + 1) }
 * ```
 *
 * [T] is encoded as JSON by kotlinx.serialization, or by Jackson where the Java face is there. Fields that those leave
 * out (`@Transient`) are not saved, and restored as a new object has them. A state that cannot be decoded, after a
 * change of the class, counts as none; fields with default values may be added at any time, and unknown ones are
 * passed over only where the class says so (`@JsonIgnoreUnknownKeys`).
 *
 * A restored object is always a new one. The file has one row for the state, and one for each of its fields where it is
 * large; a save writes what has changed.
 *
 * Two callers who ask for an absent state at once both create one.
 *
 * @param id any text of any length; the row's key is `Keys.of("state", id)`
 * @param timeToLive counted from the last save; null = the profile's
 * @param tags of all rows; null = the profile's
 * @param version a state of another version counts as none. Null = any, and 1 on saving
 * @param save when the state is saved without being asked
 * @param strict true = a state that is there and cannot be decoded throws
 * [io.github.cachetronomy.core.DecodingFailedException] instead of counting as none
 * @param create runs in the caller's context; without it the class has to have a constructor without parameters
 * @throws io.github.cachetronomy.core.StoreUnavailableException if the file cannot be asked: whoever went on with a new
 * object would overwrite the old one
 */
public suspend inline fun <reified T : Any> Cachetronaut.state(
    id: String,
    timeToLive: Duration? = null,
    tags: Set<String>? = null,
    version: Long? = null,
    save: SaveState = SaveState.EXPLICIT,
    strict: Boolean = false,
    noinline create: suspend () -> T = { newInstance(T::class.java) },
): CachedState<T> = openState(id, typeOf<T>(), micros(timeToLive), tags, version, save, strict, create)

@PublishedApi
internal suspend fun <T : Any> Cachetronaut.openState(
    id: String,
    type: KType,
    timeToLive: Long,
    tags: Set<String>?,
    version: Long?,
    save: SaveState,
    strict: Boolean,
    create: suspend () -> T,
): CachedState<T> {
    val engine = engine
    val request = StateRequest(id, valueType(type), options(timeToLive, tags, version, null), save, strict)
    val opening = StateOpening<T>(access, engine, request)
    val restored = opening.fromMemory() ?: engine.onStore { opening.fromStore() }
    return CachedState(restored ?: opening.created(create()))
}

@PublishedApi
internal fun <T : Any> newInstance(type: Class<T>): T {
    val constructor =
        try {
            type.getDeclaredConstructor().apply { trySetAccessible() }
        } catch (absent: NoSuchMethodException) {
            throw IllegalArgumentException(
                "${type.name} has no constructor without parameters; say how it is created",
                absent,
            )
        }
    try {
        return constructor.newInstance()
    } catch (thrown: InvocationTargetException) {
        throw thrown.targetException
    }
}
