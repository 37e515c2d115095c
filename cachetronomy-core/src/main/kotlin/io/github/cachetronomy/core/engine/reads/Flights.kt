package io.github.cachetronomy.core.engine.reads

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.RecursiveLoadException
import io.github.cachetronomy.core.engine.queue.Selection
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import java.util.concurrent.CompletableFuture
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** How a load ended, for those who waited. */
internal sealed interface Outcome {
    /** A value. [row] is its encoded form, or null where it could not be encoded. */
    class Loaded(
        val value: Any?,
        val row: StoredEntry?,
    ) : Outcome

    /** The loader threw. Every waiter gets it. */
    class Failed(
        val failure: Throwable,
    ) : Outcome

    /** A removal came before the loader was called: whoever waits begins again, and keeps what that brings. */
    object Again : Outcome

    /**
     * The load ended without saying anything about the value: its leader was interrupted, or its
     * dispatcher refused. The leader gets [failure]; whoever else waits tries for itself.
     */
    class Nothing(
        val failure: Throwable?,
    ) : Outcome
}

/** One load under way, and those who wait for it. */
internal class Flight(
    val key: String,
    val type: ValueType,
    val tags: Collection<String>,
    /** The flight whose loader began this one, if one did. */
    val parent: Flight? = null,
    /** Whether it stands for several flights that one loader serves. */
    val isGroup: Boolean = false,
) {
    /** This flight and those that it is a part of. */
    val ancestry: Sequence<Flight> get() = generateSequence(this) { it.parent }

    val done = CompletableFuture<Outcome>()

    /** Whether a write or removal has overtaken the load: its result is not to be kept. */
    @Volatile
    internal var overtaken = false

    /** Guarded by the lock of [Flights]. */
    internal var waiters = 0

    /** Guarded by the lock of [Flights]: the flights that this one's loader waits for at the moment. */
    internal val waitsFor = ArrayList<Flight>(1)

    /** Guarded by the lock of [Flights]: how to stop the load when nobody waits any more. */
    internal var cancel: (() -> Unit)? = null

    /** Whether the cache itself gave the load up: nobody waits, or it is closing. */
    @Volatile
    internal var abandoned = false
}

/** A caller's place on a flight. */
internal class Seat(
    val flight: Flight,
    val leads: Boolean,
    /** The flight whose loader is the caller, if it is one. */
    internal val parent: Flight?,
)

/**
 * The loads under way: at most one a key for callers of any kind, from the first who misses to the
 * last who leaves. Thread-safe; nothing of a caller runs under the lock.
 *
 * Loads that wait for each other in a circle would wait for ever. Each flight knows which flights
 * its loader waits for, and a wait that would close a circle is refused.
 */
internal class Flights {
    private val lock = ReentrantLock()

    /** Guarded by [lock]. */
    private val byKey = HashMap<String, Flight>()

    /** Guarded by [lock]: every flight not done yet, also those that nobody can join any more. */
    private val airborne = HashSet<Flight>()

    /** Guarded by [lock]. */
    private var closed = false

    /**
     * A seat on the flight for [key], as its leader if there was none. [parent] is the flight whose
     * loader asks.
     *
     * @throws RecursiveLoadException if the loader would wait for itself
     */
    fun join(
        key: String,
        type: ValueType,
        tags: Collection<String>,
        parent: Flight?,
    ): Seat =
        lock.withLock {
            if (closed) throw CacheClosedException()
            val waiting = parent?.takeUnless { it.done.isDone }
            val existing = byKey[key]
            if (existing != null && waiting != null) refuseCircle(waiting, existing)
            if (existing == null) refuseReturn(key, waiting)
            val flight =
                existing ?: Flight(key, type, tags, waiting).also {
                    byKey[key] = it
                    airborne += it
                }
            flight.waiters++
            waiting?.waitsFor?.add(flight)
            Seat(flight, leads = existing == null, parent = waiting)
        }

    /**
     * One loader serves all of [flights]: what it asks for, it asks for as the flight that is returned, for
     * which they all wait. It is over when the load is, whatever has landed before; see [dissolve].
     */
    fun group(flights: List<Flight>): Flight {
        val first = flights.first()
        val group = Flight(first.key, first.type, emptyList(), first.parent, isGroup = true)
        lock.withLock { flights.forEach { it.waitsFor += group } }
        return group
    }

    /** The load of a [group] is over. */
    fun dissolve(
        group: Flight,
        flights: List<Flight>,
    ) {
        lock.withLock { flights.forEach { it.waitsFor -= group } }
        group.done.complete(Outcome.Nothing(null))
    }

    /** Says how to stop the load when everybody has left. */
    fun attach(
        flight: Flight,
        cancel: () -> Unit,
    ) {
        val late =
            lock.withLock {
                flight.cancel = cancel
                flight.abandoned
            }
        if (late) cancel()
    }

    /** The caller no longer waits. The last one to leave a load that is not done cancels it. */
    fun leave(seat: Seat) {
        val flight = seat.flight
        val cancel =
            lock.withLock {
                seat.parent?.waitsFor?.remove(flight)
                if (--flight.waiters > 0 || flight.done.isDone) return
                flight.abandoned = true
                byKey.remove(flight.key, flight)
                airborne -= flight
                flight.cancel
            }
        cancel?.invoke()
    }

    /** The load is over. Whoever asks from now on finds no flight. */
    fun land(
        flight: Flight,
        outcome: Outcome,
    ) {
        lock.withLock {
            byKey.remove(flight.key, flight)
            airborne -= flight
        }
        flight.done.complete(outcome)
    }

    /** Nobody joins the flight for [key] any more: what it brings is out of date. */
    fun detach(key: String) {
        lock.withLock { byKey.remove(key)?.overtaken = true }
    }

    /** As [detach], for all that [selection] selects. */
    fun detach(
        selection: Selection,
        profile: String,
    ) {
        lock.withLock {
            byKey.values.removeIf { flight ->
                selection.selects(flight.key, flight.tags, profile).also { if (it) flight.overtaken = true }
            }
        }
    }

    /** Cancels every load and lets its waiters go. User code is not waited for. */
    fun close() {
        val flights =
            lock.withLock {
                closed = true
                byKey.clear()
                airborne.onEach { it.abandoned = true }.toList().also { airborne.clear() }
            }
        flights.forEach {
            // In this order: a load that notices the cancellation would otherwise land first.
            it.done.complete(Outcome.Failed(CacheClosedException()))
            it.cancel?.invoke()
        }
    }

    /** How many loads are under way; for tests. */
    val count: Int get() = lock.withLock { airborne.size }

    /** A loader that removed its own key and asks for it again finds no flight to wait for, and would load for ever. */
    private fun refuseReturn(
        key: String,
        parent: Flight?,
    ) {
        val chain =
            parent
                ?.ancestry
                .orEmpty()
                .takeWhile { !it.done.isDone }
                .filterNot(Flight::isGroup)
                .toList()
        val again = chain.indexOfFirst { it.key == key }
        if (again >= 0) throw RecursiveLoadException(chain.take(again + 1).map(Flight::key).reversed() + key)
    }

    private fun refuseCircle(
        from: Flight,
        to: Flight,
    ) {
        val path = ArrayList<Flight>()
        if (leadsTo(to, from, path, HashSet())) throw RecursiveLoadException(listOf(from.key) + path.map(Flight::key))
    }

    /** Whether [flight] waits, directly or not, for [wanted]; [path] is then the way there. */
    private fun leadsTo(
        flight: Flight,
        wanted: Flight,
        path: MutableList<Flight>,
        seen: MutableSet<Flight>,
    ): Boolean {
        if (!seen.add(flight)) return false
        path += flight
        if (flight === wanted || flight.waitsFor.any { leadsTo(it, wanted, path, seen) }) return true
        path.removeLast()
        return false
    }
}
