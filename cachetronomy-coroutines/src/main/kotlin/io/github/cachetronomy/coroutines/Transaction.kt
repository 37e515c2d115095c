package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.engine.writes.WriteBatch
import io.github.cachetronomy.core.spi.ValueType
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration

/**
 * Gathers what [Cachetronaut.transaction] writes. Of several writes and removals of a key the last one counts.
 * Reading what was gathered is not possible: nothing is written yet. Not thread-safe, and of no use afterwards.
 */
public class Transaction internal constructor(
    private val batch: WriteBatch,
    private val typed: (KType) -> ValueType,
) {
    /**
     * Puts [value] under [key]. Its time to live begins now.
     *
     * @throws io.github.cachetronomy.core.EncodingFailedException if the value cannot be encoded
     * @throws IllegalArgumentException if [format] is not registered
     */
    public inline fun <reified T> set(
        key: String,
        value: T,
        timeToLive: Duration? = null,
        tags: Set<String>? = null,
        version: Long? = null,
        format: String? = null,
    ): Unit = setTyped(key, value, typeOf<T>(), micros(timeToLive), tags, version, format)

    /** Removes the entry of [key], if there is one. */
    public fun delete(key: String): Unit = batch.delete(key)

    @PublishedApi
    internal fun setTyped(
        key: String,
        value: Any?,
        type: KType,
        timeToLive: Long,
        tags: Set<String>?,
        version: Long?,
        format: String?,
    ): Unit = batch.set(key, value, typed(type), options(timeToLive, tags, version, format))
}
