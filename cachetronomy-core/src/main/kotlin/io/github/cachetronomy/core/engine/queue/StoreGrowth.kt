package io.github.cachetronomy.core.engine.queue

import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeoutOrNull
import java.time.Duration
import java.util.concurrent.atomic.AtomicLong

/** Counts what is written, and wakes who watches how large the store is when that is much. Thread-safe. */
internal class StoreGrowth {
    private val written = AtomicLong()
    private val muchWritten = Channel<Unit>(Channel.CONFLATED)

    /** How many bytes are much; null = no number is. */
    @Volatile
    var much: Long? = null

    /** About [bytes] were written. Asked after each commit: costs next to nothing. */
    fun add(bytes: Long) {
        val much = much ?: return
        if (written.addAndGet(bytes) < much) return
        written.set(0)
        wake()
    }

    /** There is reason to look again soon. */
    fun wake() {
        muchWritten.trySend(Unit)
    }

    /** Comes back after [LONGEST] without a reason, and [SHORTEST] after one, so that many make one look. */
    suspend fun await() {
        withTimeoutOrNull((LONGEST - SHORTEST).toMillis()) { muchWritten.receive() }
        delay(SHORTEST.toMillis())
    }

    private companion object {
        val LONGEST: Duration = Duration.ofSeconds(5)
        val SHORTEST: Duration = Duration.ofMillis(250)
    }
}
