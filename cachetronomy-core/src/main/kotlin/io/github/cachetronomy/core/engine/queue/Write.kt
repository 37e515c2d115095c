package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.spi.StoreFaultException
import java.util.function.Function

/**
 * A write, ready to be made. The faces differ in how they wait for it and in nothing else: [await]
 * holds the thread, [awaitSuspending] does not. Nothing happens before one of them is called.
 */
@InternalCachetronomyApi
public interface Write<R> {
    /** Makes the write and waits on this thread. */
    public fun await(): R

    /** Makes the write and waits without a thread. */
    public suspend fun awaitSuspending(): R

    /** The same write with another result. */
    public fun <T> map(then: Function<in R, out T>): Write<T> = MappedWrite(this, then)
}

/** [write] with what [then] makes of its result. */
private class MappedWrite<R, T>(
    private val write: Write<R>,
    private val then: Function<in R, out T>,
) : Write<T> {
    override fun await(): T = then.apply(write.await())

    override suspend fun awaitSuspending(): T = then.apply(write.awaitSuspending())
}

/** A write that is one op in [queue]. */
internal class QueuedWrite<R>(
    private val queue: WriteQueue,
    /** Whether the caller is to wait only for room in the queue, not for the commit. */
    private val behind: Boolean,
    /** Puts the op into the queue; null = there is nothing to do. [room] false = the queue is full and stays so. */
    private val submit: (room: Boolean) -> WriteOp<*>?,
    /** What the caller gets for what the op gave; null when nobody waited for it. */
    private val result: (Any?) -> R,
    /** What the caller gets when the store could not do it. */
    private val failed: (StoreFaultException) -> R,
) : Write<R> {
    override fun await(): R {
        val op = submit(!behind || queue.awaitRoom())
        if (op == null || behind) return behind()
        return try {
            result(queue.await(op))
        } catch (fault: StoreFaultException) {
            failed(fault)
        }
    }

    override suspend fun awaitSuspending(): R {
        val op = submit(!behind || queue.awaitRoomSuspending())
        if (op == null || behind) return behind()
        return try {
            result(queue.awaitSuspending(op))
        } catch (fault: StoreFaultException) {
            failed(fault)
        }
    }

    private fun behind(): R {
        queue.kick()
        return result(null)
    }
}
