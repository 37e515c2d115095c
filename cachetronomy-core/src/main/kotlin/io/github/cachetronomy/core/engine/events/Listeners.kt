package io.github.cachetronomy.core.engine.events

import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.spi.CacheEventListener
import org.slf4j.LoggerFactory

/** Tells listeners of events, each in a coroutine of its own: a slow one holds up nobody. */
internal class Listeners(
    private val hub: EventHub,
    private val scope: EngineScope,
) {
    /** Tells [listener] until the result or the cache is closed. What it throws is logged, and it is told the next event all the same. */
    fun add(listener: CacheEventListener): AutoCloseable {
        val events = hub.subscribe()
        scope.listen {
            for (event in events) {
                try {
                    listener.onEvent(event)
                } catch (fatal: VirtualMachineError) {
                    throw fatal
                } catch (failure: Throwable) {
                    log.warn("a cache event listener failed", failure)
                }
            }
        }
        return AutoCloseable { hub.unsubscribe(events) }
    }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
