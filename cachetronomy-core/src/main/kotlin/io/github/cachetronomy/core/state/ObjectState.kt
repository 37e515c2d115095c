package io.github.cachetronomy.core.state

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.EngineAccess
import io.github.cachetronomy.core.engine.tasks.Ending
import io.github.cachetronomy.core.engine.tasks.awaitShared
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.atomic.AtomicReference

/**
 * An object that a caller holds, and that is saved and restored as a whole: the state behind both faces.
 *
 * Saves, reloads and removals of one handle take turns in a coroutine of the cache's. Thread-safe.
 */
@InternalCachetronomyApi
public class ObjectState<T : Any> internal constructor(
    private val access: EngineAccess,
    private val engine: CacheEngine,
    private val request: StateRequest,
    private val rows: StateRows,
    value: T,
    /** What the store has, as far as this handle knows. Only touched in a turn. */
    private var saved: Saved?,
    status: StateStatus,
) {
    /** A value as it was set once: the same object may be set again. */
    private class Held<T>(
        val value: T,
    )

    private val held = AtomicReference(Held(value))
    private val turns = Turns(engine.stateTools::launch)

    /** A save that has not begun yet, for others to join. */
    private val nextSave = AtomicReference<CompletableFuture<Unit>?>()

    private val closing = AtomicReference<CompletableFuture<Unit>?>()

    /** What was removed from the file while it was held: nobody wants it back. Only touched in a turn. */
    private var removed: Held<T>? = null

    private val ending = Ending { begunClosing() }

    init {
        if (request.save != SaveState.EXPLICIT) engine.stateTools.addEnding(access.owner, ending)
    }

    public val id: String get() = request.id

    /** Where the value came from when it was last restored. */
    @Volatile
    public var status: StateStatus = status
        private set

    /** The value that is held. Setting it begins a save where each change does. */
    public var value: T
        get() = held.get().value
        set(value) {
            requireOpen()
            held.set(Held(value))
            changed()
        }

    /** Holds what [change] makes of the value; of what is held then, if that was changed meanwhile. */
    public suspend fun update(change: suspend (T) -> T): T {
        while (true) replaced { change(it) }?.let { return it }
    }

    public fun updateBlocking(change: (T) -> T): T {
        while (true) replaced(change)?.let { return it }
    }

    private inline fun replaced(change: (T) -> T): T? {
        requireOpen()
        val before = held.get()
        val after = change(before.value)
        if (!held.compareAndSet(before, Held(after))) return null
        changed()
        return after
    }

    /** Returns when what is held now, or what came after it, is committed. */
    public suspend fun save(): Unit = begunSave().awaitShared()

    public fun saveBlocking(): Unit = await(begunSave())

    /** Holds what the file has. Gives false, and goes on with what is held, where it has nothing. */
    public suspend fun reload(): Boolean = begunReload().awaitShared()

    public fun reloadBlocking(): Boolean = await(begunReload())

    /** Removes the state from the file and goes on with what is held. Gives whether there was one. */
    public suspend fun delete(): Boolean = begunRemoval().awaitShared()

    public fun deleteBlocking(): Boolean = await(begunRemoval())

    /** Saves what is unsaved, unless only the caller is to save. Nothing can be done with this any more then. */
    public fun closeBlocking(): Unit = await(begunClosing())

    private fun changed() {
        if (request.save == SaveState.ON_CHANGE) begunSave()
    }

    private fun begunSave(): CompletableFuture<Unit> {
        requireOpen()
        while (true) {
            nextSave.get()?.let { return it }
            val save = CompletableFuture<Unit>()
            if (!nextSave.compareAndSet(null, save)) continue
            val turn =
                turns.take {
                    // Whoever has joined until here has changed the value before it is looked at.
                    nextSave.set(null)
                    write(image())
                }
            turn.whenComplete { _, failure ->
                nextSave.compareAndSet(save, null)
                if (failure == null) save.complete(Unit) else save.completeExceptionally(failure)
                if (failure != null && request.save != SaveState.EXPLICIT) tell(failure)
            }
            return save
        }
    }

    private fun begunReload(): CompletableFuture<Boolean> {
        requireOpen()
        return turns.take {
            val found = rows.inStore()
            val restored: T? = found?.let { request.valueOf(engine, rows.key, it.text) }
            if (restored != null) {
                saved = found.saved
                held.set(Held(restored))
                status = StateStatus.STORE
            }
            restored != null
        }
    }

    private fun begunRemoval(): CompletableFuture<Boolean> {
        requireOpen()
        return turns.take {
            removed = held.get()
            saved = null
            tried {
                val before = rows.head() ?: return@tried false
                rows.removing(before).awaitSuspending().takeIf { it }
            }
        }
    }

    private fun begunClosing(): CompletableFuture<Unit> {
        closing.get()?.let { return it }
        val closed = CompletableFuture<Unit>()
        if (!closing.compareAndSet(null, closed)) return begunClosing()
        if (request.save == SaveState.EXPLICIT) return closed.also { it.complete(Unit) }
        turns.take(::saveUnsaved).whenComplete { _, failure ->
            if (failure == null) {
                engine.stateTools.removeEnding(ending)
                closed.complete(Unit)
            } else {
                // Still open, and so still to be saved: by the caller, or when the cache is closed.
                closing.set(null)
                tell(failure)
                closed.completeExceptionally(failure)
            }
        }
        return closed
    }

    private suspend fun saveUnsaved() {
        if (removed === held.get()) return
        val image = image()
        if (saved?.run { head.isOf(image, texts) } != true) write(image)
    }

    private fun image() = Image.of(engine.stateTools.json(rows.key, held.get().value, request.type))

    private suspend fun write(image: Image) {
        var before = saved?.head
        var texts = saved?.texts.orEmpty()
        tried {
            val step = rows.saving(image, before, texts)
            if (step.write.awaitSuspending()) {
                saved = step.saved
                removed = null
                return@tried Unit
            }
            val present = rows.head()
            // If it is the head that was expected, a row that was counted on has gone.
            if (present?.save == before?.save) texts = emptyMap()
            before = present
            null
        }
    }

    /** Tries until [attempt] gives something: each time somebody else was faster. */
    private inline fun <R : Any> tried(attempt: () -> R?): R {
        repeat(MOST_TRIES) { attempt()?.let { return it } }
        throw StoreUnavailableException("the state is saved by others again and again")
    }

    private fun tell(failure: Throwable) = engine.stateTools.tellNotSaved(rows.key, failure)

    /** Throws where the cache or this was closed. */
    private fun requireOpen() {
        access.engine
        check(closing.get() == null) { "the state was closed" }
    }

    private fun <R> await(future: CompletableFuture<R>): R =
        try {
            future.get()
        } catch (failure: ExecutionException) {
            throw failure.cause ?: failure
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            throw CancellationException("interrupted while waiting for a state")
        }

    private companion object {
        const val MOST_TRIES = 100
    }
}
