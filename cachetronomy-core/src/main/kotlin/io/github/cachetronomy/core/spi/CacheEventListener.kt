package io.github.cachetronomy.core.spi

import io.github.cachetronomy.core.CacheEvent

/** Is told of the cache's events, one after another, on a thread of the cache's own. What it throws is logged and otherwise ignored. */
public fun interface CacheEventListener {
    /** Called for each event in its order. A slow listener loses the oldest waiting events; they are counted. */
    public fun onEvent(event: CacheEvent)
}
