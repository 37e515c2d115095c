package io.github.cachetronomy.core.engine.upkeep

import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.engine.events.HealthBoard.Topic
import io.github.cachetronomy.core.eviction.MemoryPressure
import java.time.Duration

/** Sees to it that as much memory stays free as the profile says, and says in `health()` when it does not. */
internal class MemoryWatch(
    private val pressure: MemoryPressure,
    private val health: HealthBoard,
) {
    /** How often to look under [profile]; zero = never. */
    fun interval(profile: Profile): Duration =
        if (profile.memoryBasedEviction && profile.freeMemoryTarget.of(Long.MAX_VALUE) > 0L) {
            profile.memoryCleanupInterval
        } else {
            Duration.ZERO
        }

    /** Looks once, and lets go what has to under the profile that is then in force. May block. */
    fun look(current: () -> Profile) {
        if (pressure.run(current().freeMemoryTarget)) {
            health.raise(Topic.MEMORY, "less memory is free than the profile asks for; memory is giving entries up")
            // Another profile may have been put in force meanwhile, one that does not care.
            if (interval(current()).isZero) rest()
        } else {
            health.clear(Topic.MEMORY)
        }
    }

    /** What was seen last is no longer known to be so. */
    fun rest() {
        health.clear(Topic.MEMORY)
        health.clear(Topic.PROBE)
    }
}
