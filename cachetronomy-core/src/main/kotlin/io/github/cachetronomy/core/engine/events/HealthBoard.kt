package io.github.cachetronomy.core.engine.events

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.CacheHealth
import org.slf4j.LoggerFactory
import java.util.TreeMap
import java.util.concurrent.ConcurrentSkipListMap

/** What is wrong at the moment, by topic. Each change is an event; a topic that turns up is logged once. */
internal class HealthBoard(
    private val events: EventHub,
    /** Whether nothing is to be written. */
    private val readOnly: Boolean = false,
) {
    /** The parts of the cache that can be unwell. */
    enum class Topic {
        STORE,
        WRITES,
        READS,
        PROFILE,
        PROFILES,
        FOLDER,
        MEMORY,
        PROBE,
        SPACE,
    }

    private val causes = ConcurrentSkipListMap<Topic, String>()

    val health: CacheHealth
        get() {
            val now = TreeMap(causes)
            val useless = Topic.READS in now && (readOnly || Topic.WRITES in now)
            val status =
                when {
                    now.isEmpty() -> CacheHealth.Status.HEALTHY
                    useless -> CacheHealth.Status.UNHEALTHY
                    else -> CacheHealth.Status.DEGRADED
                }
            return CacheHealth(status, now.values.toList())
        }

    fun raise(
        topic: Topic,
        cause: String,
    ) {
        val before = causes.put(topic, cause)
        // A log that throws is no reason for a read to fail.
        if (before == null) runCatching { log.warn("{}", cause) }
        if (before != cause) events.emit { CacheEvent.HealthChanged(health) }
    }

    fun clear(topic: Topic) {
        // Asked after each commit: the usual answer must cost nothing.
        if (causes.isEmpty() || causes.remove(topic) == null) return
        events.emit { CacheEvent.HealthChanged(health) }
    }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
