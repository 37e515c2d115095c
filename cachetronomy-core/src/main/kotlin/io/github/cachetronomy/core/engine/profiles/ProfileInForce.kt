package io.github.cachetronomy.core.engine.profiles

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.upkeep.Jobs
import io.github.cachetronomy.core.memory.MemoryTier
import org.slf4j.LoggerFactory
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** The settings that count at the moment. */
internal class ProfileInForce(
    @Volatile var profile: Profile,
)

/** Makes what lasts, memory's cap and the jobs' intervals, follow the profile in force. */
internal class ProfileFollowers(
    private val inForce: ProfileInForce,
    private val memory: MemoryTier,
    private val jobs: Jobs,
    private val logs: LogBook,
    private val events: EventHub,
) {
    private val lock = ReentrantLock()

    /** Guarded by [lock]: the profile that was followed last. */
    private var followed = inForce.profile

    /** Returns when the profile in force has been followed, whoever did it. */
    fun follow(): Unit =
        lock.withLock {
            val profile = inForce.profile
            if (profile == followed) return
            if (profile.maxItemsInMemory != followed.maxItemsInMemory) memory.resize(profile.maxItemsInMemory)
            if (profile.name != followed.name) logs.profileWas(followed.name)
            jobs.follow(profile)
            followed = profile
            // A log that throws is no reason for the switch to fail.
            runCatching { log.info("the profile in force is now {}", profile) }
            events.emit { CacheEvent.ProfileActivated(profile.name) }
        }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
