package io.github.cachetronomy.ktor.responses

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeoutOrNull
import java.util.concurrent.ConcurrentHashMap
import kotlin.time.Duration

/** Those who make a response of which it is not known yet whether others may have it, too. Thread-safe. */
internal class Gates(
    private val patience: Duration,
) {
    private val gates = ConcurrentHashMap<String, Gate>()

    /** A gate of the caller's own, who has to [Gate.leave] it; null = there is one of another call. */
    fun lead(key: String): Gate? {
        val gate = Gate(patience) { gates.remove(key, it) }
        return if (gates.putIfAbsent(key, gate) == null) gate else null
    }

    fun find(key: String): Gate? = gates[key]
}

/** Where those wait who want the response that another call is making. Thread-safe. */
internal class Gate(
    private val patience: Duration,
    private val remove: (Gate) -> Unit,
) {
    private val begun = CompletableDeferred<Unit>()
    private val answer = CompletableDeferred<Kept?>()

    /** The body is on its way: it is not waited for any longer than for a while, as it may never end. */
    fun tellBegun() {
        begun.complete(Unit)
    }

    /** Null = everybody has to make their own. The first answer counts. */
    fun tell(kept: Kept?) {
        answer.complete(kept)
        begun.complete(Unit)
    }

    /** Those who wait go on by themselves, unless they know better. Leaving twice is leaving once. */
    fun leave() {
        remove(this)
        tell(null)
    }

    suspend fun await(): Kept? {
        begun.await()
        return withTimeoutOrNull(patience) { answer.await() }
    }
}
