package io.github.cachetronomy.core.engine.events

import io.github.cachetronomy.core.CacheEvent
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.LongAdder

/** Hands events to whoever listens, without ever waiting for them: a slow listener loses its oldest events. */
internal class EventHub {
    /** Who listens, and to what. */
    inner class Subscriber(
        /** What an event is to this one; null = none of its business. */
        private val seen: (CacheEvent) -> CacheEvent?,
        lost: () -> Unit,
    ) {
        val events: Channel<CacheEvent> =
            Channel(BUFFER, BufferOverflow.DROP_OLDEST) {
                dropped.increment()
                lost()
            }

        fun tell(event: CacheEvent) {
            seen(event)?.let(events::trySend)
        }
    }

    private val subscribers = CopyOnWriteArrayList<Subscriber>()
    private val dropped = LongAdder()

    @Volatile
    private var closed = false

    val droppedCount: Long get() = dropped.sum()

    /** The event is only made when somebody listens. */
    inline fun emit(event: () -> CacheEvent) {
        if (hasSubscribers()) send(event())
    }

    /**
     * Each collector gets the events from when it begins to collect until the cache is closed. They come
     * by way of another thread: a collector that runs wherever it is resumed would otherwise run inside of
     * the engine, under its locks.
     */
    fun events(
        seen: (CacheEvent) -> CacheEvent? = { it },
        lost: () -> Unit = {},
    ): Flow<CacheEvent> =
        flow {
            val subscriber = subscribe(seen, lost)
            try {
                emitAll(flow { for (event in subscriber.events) emit(event) }.flowOn(Dispatchers.Default))
            } finally {
                unsubscribe(subscriber)
            }
        }

    /** Whoever asks gets what [seen] makes of each event from now on; [lost] tells of one that came too fast. */
    fun subscribe(
        seen: (CacheEvent) -> CacheEvent? = { it },
        lost: () -> Unit = {},
    ): Subscriber {
        val subscriber = Subscriber(seen, lost)
        subscribers.add(subscriber)
        if (closed) subscriber.events.close()
        return subscriber
    }

    fun unsubscribe(subscriber: Subscriber) {
        subscribers.remove(subscriber)
        subscriber.events.close()
    }

    fun close() {
        closed = true
        subscribers.forEach { it.events.close() }
    }

    @PublishedApi
    internal fun hasSubscribers(): Boolean = subscribers.isNotEmpty()

    @PublishedApi
    internal fun send(event: CacheEvent) = subscribers.forEach { it.tell(event) }

    private companion object {
        const val BUFFER = 1024
    }
}
