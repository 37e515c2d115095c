package io.github.cachetronomy.core.engine.events

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.spi.CacheEventListener
import org.slf4j.LoggerFactory

/** Tells listeners of events, each in a coroutine of its own: a slow one holds up nobody. */
internal class Listeners(
    private val hub: EventHub,
    private val scope: EngineScope,
) {
    /** Tells [listener] of what [seen] makes of each event, until the result or the cache is closed. What it throws is logged, and it is told the next event all the same. */
    fun add(
        listener: CacheEventListener,
        seen: (CacheEvent) -> CacheEvent? = { it },
        lost: () -> Unit = {},
    ): AutoCloseable {
        val subscriber = hub.subscribe(seen, lost)
        scope.listen {
            for (event in subscriber.events) {
                try {
                    listener.onEvent(event)
                } catch (fatal: VirtualMachineError) {
                    throw fatal
                } catch (failure: Throwable) {
                    log.warn("a cache event listener failed", failure)
                }
            }
        }
        return AutoCloseable { hub.unsubscribe(subscriber) }
    }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
