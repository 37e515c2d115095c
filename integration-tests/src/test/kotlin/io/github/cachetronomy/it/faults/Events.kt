package io.github.cachetronomy.it.faults

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.spi.CacheEventListener
import java.util.concurrent.CopyOnWriteArrayList

/** Keeps what it is told. */
class Events : CacheEventListener {
    private val told = CopyOnWriteArrayList<CacheEvent>()

    override fun onEvent(event: CacheEvent) {
        told += event
    }

    /** All that came so far. */
    val all: List<CacheEvent> get() = told.toList()

    /** The first event of the kind, waited for. */
    inline fun <reified E : CacheEvent> await(crossinline fits: (E) -> Boolean = { true }): E {
        awaitUntil("${E::class.simpleName}") { all.any { it is E && fits(it) } }
        return all.filterIsInstance<E>().first { fits(it) }
    }
}
