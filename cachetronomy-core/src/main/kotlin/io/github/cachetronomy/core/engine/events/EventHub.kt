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
    private val subscribers = CopyOnWriteArrayList<Channel<CacheEvent>>()
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
    val flow: Flow<CacheEvent> =
        flow {
            val channel = subscribe()
            try {
                emitAll(flow { for (event in channel) emit(event) }.flowOn(Dispatchers.Default))
            } finally {
                unsubscribe(channel)
            }
        }

    fun subscribe(): Channel<CacheEvent> {
        val channel = Channel<CacheEvent>(BUFFER, BufferOverflow.DROP_OLDEST) { dropped.increment() }
        subscribers.add(channel)
        if (closed) channel.close()
        return channel
    }

    fun unsubscribe(channel: Channel<CacheEvent>) {
        subscribers.remove(channel)
        channel.close()
    }

    fun close() {
        closed = true
        subscribers.forEach { it.close() }
    }

    @PublishedApi
    internal fun hasSubscribers(): Boolean = subscribers.isNotEmpty()

    @PublishedApi
    internal fun send(event: CacheEvent) = subscribers.forEach { it.trySend(event) }

    private companion object {
        const val BUFFER = 1024
    }
}
