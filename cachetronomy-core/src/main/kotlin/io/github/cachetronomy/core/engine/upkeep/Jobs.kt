package io.github.cachetronomy.core.engine.upkeep

import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.tasks.PacedJob
import io.github.cachetronomy.core.engine.writes.Removals
import io.github.cachetronomy.core.spi.StoreFaultException
import java.time.Duration

/** What the engine does by itself, again and again. */
internal class Jobs(
    private val scope: EngineScope,
    private val removals: Removals,
    private val queue: WriteQueue,
    private val slot: StoreSlot,
    private val reader: Reader,
    private val logs: LogBook,
    private val memoryWatch: MemoryWatch,
    private val quota: StoreQuota,
    private val profile: () -> Profile,
) {
    private var lastSeen = 0L

    /** The jobs whose intervals are the profile's; they run only once [start] was called. */
    private val paced =
        listOf(
            PacedJob(scope, Profile::cleanupInterval) { sweep() },
            PacedJob(scope, memoryWatch::interval) { scope.onStore { memoryWatch.look(profile) } },
        )

    @Volatile
    private var started = false

    fun start() {
        lastSeen = foreignChanges() ?: 0L
        pace(profile())
        scope.every(LOG_INTERVAL) { logs.flush() }
        scope.every(TRIM_INTERVAL) { logs.trim() }
        scope.every(WATCH_INTERVAL) { watch() }
        scope.again(quota::rest) { quota.look() }
        scope.every(RETRY_INTERVAL) { if (slot.substituted) queue.comeBack() }
        started = true
    }

    /** Gives the jobs the intervals of [profile]. One caller at a time. */
    fun follow(profile: Profile) {
        if (started) pace(profile)
    }

    private fun pace(profile: Profile) {
        paced.forEach { it.follow(profile) }
        if (memoryWatch.interval(profile).isZero) memoryWatch.rest()
    }

    /** Removes what is expired, in pieces, so that writers get their turn in between. */
    private suspend fun sweep() {
        while (removals.removeExpired(SWEEP_CHUNK).awaitSuspending().size >= SWEEP_CHUNK) {
            // The next piece.
        }
    }

    /** Looks for commits of other processes: what memory holds is then checked at its next hit. */
    private suspend fun watch() {
        queue.retryOwed()
        val seen = scope.onStore { foreignChanges() } ?: return
        if (seen == lastSeen) return
        lastSeen = seen
        queue.orderly { number -> reader.verifiedSince = number }
    }

    private fun foreignChanges(): Long? =
        try {
            slot.current.foreignChanges()
        } catch (_: StoreFaultException) {
            // Reads and writes will tell what is wrong.
            null
        }

    private companion object {
        val LOG_INTERVAL: Duration = Duration.ofSeconds(5)
        val TRIM_INTERVAL: Duration = Duration.ofMinutes(1)
        val WATCH_INTERVAL: Duration = Duration.ofMillis(500)
        val RETRY_INTERVAL: Duration = Duration.ofSeconds(5)
        const val SWEEP_CHUNK = 1_000
    }
}
