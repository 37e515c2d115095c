package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CachetronomyException
import io.github.cachetronomy.core.StoreUnavailableException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/** What came of asking the file. */
internal sealed class Reading<out T> {
    class Ready<out T>(
        val value: T,
    ) : Reading<T>()

    /** There is no answer yet. */
    data object Late : Reading<Nothing>()

    /** There will be none, for [reason]. */
    class Failed(
        val reason: String,
    ) : Reading<Nothing>()
}

/** Asks the file, and waits no longer than [patience] for it. What takes longer goes on in [scope] for nobody. */
internal class Asking(
    private val scope: CoroutineScope,
    private val patience: Duration,
) {
    fun <T> begin(read: suspend () -> T): Deferred<Reading<T>> = scope.async { reading(read) }

    suspend fun <T> wait(asked: Deferred<Reading<T>>): Reading<T> =
        // By the clock on the wall: the caller's dispatcher may have one of its own.
        withContext(Dispatchers.Default) { withTimeoutOrNull(patience) { asked.await() } } ?: Reading.Late

    suspend fun <T> ask(read: suspend () -> T): Reading<T> = wait(begin(read))

    private suspend fun <T> reading(read: suspend () -> T): Reading<T> =
        try {
            Reading.Ready(read())
        } catch (fault: StoreUnavailableException) {
            Reading.Failed("The file cannot be read now: ${fault.message}")
        } catch (fault: CachetronomyException) {
            Reading.Failed("There is no answer: ${fault.message}")
        } catch (_: UnsupportedOperationException) {
            Reading.Failed("The store of this cache cannot be asked that.")
        }
}

/** One answer for all who ask within [fresh]: the file is asked once, however many look at it. Thread-safe. */
internal class Lookout<T>(
    private val asking: Asking,
    private val fresh: Duration,
    private val time: TimeSource = TimeSource.Monotonic,
    private val read: suspend () -> T,
) {
    /** Guarded by this. */
    private var asked: Asked<T>? = null

    /** What was known last is better than nothing. Guarded by this. */
    private var known: Reading.Ready<T>? = null

    suspend fun look(): Reading<T> {
        val answer = asking.wait(current().answer)
        return synchronized(this) {
            if (answer is Reading.Ready) known = answer
            if (answer is Reading.Late) known ?: answer else answer
        }
    }

    /** Somebody has changed the file: the next one who looks asks it anew. */
    @Synchronized
    fun forget() {
        asked = null
        known = null
    }

    @Synchronized
    private fun current(): Asked<T> {
        val last = asked
        if (last != null && (!last.answer.isCompleted || last.since.elapsedNow() < fresh)) return last
        return Asked(asking.begin(read), time.markNow()).also { asked = it }
    }

    private class Asked<T>(
        val answer: Deferred<Reading<T>>,
        val since: TimeMark,
    )
}
