package io.github.cachetronomy.coroutines

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.engine.CacheEngine
import java.time.temporal.ChronoUnit
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** Stands for «no answer» where null is one. */
@PublishedApi
internal val NOTHING: Any = CacheEngine.NOTHING

/** A time to live of null. */
private const val PROFILES_OWN = Long.MIN_VALUE

/** A time to live on its way through inlined code: a plain number, rounded up so that what is positive stays so. */
@PublishedApi
internal fun micros(timeToLive: Duration?): Long =
    when {
        timeToLive == null -> PROFILES_OWN
        timeToLive == Duration.INFINITE -> Long.MAX_VALUE
        timeToLive.isPositive() -> maxOf(1L, timeToLive.inWholeMicroseconds)
        else -> throw IllegalArgumentException("a time to live is positive, not $timeToLive")
    }

internal fun options(
    timeToLive: Long,
    tags: Set<String>?,
    version: Long?,
    format: String?,
): EntryOptions {
    var options = EntryOptions.defaults().lasting(timeToLive)
    if (tags != null) options = options.withTags(tags)
    if (version != null) options = options.withVersion(version)
    if (format != null) options = options.withFormat(format)
    return options
}

/** With a time to live as [micros] gives it. */
internal fun EntryOptions.lasting(timeToLive: Long): EntryOptions =
    when (timeToLive) {
        PROFILES_OWN -> this
        Long.MAX_VALUE -> withoutExpiry()
        else -> withTimeToLive(java.time.Duration.of(timeToLive, ChronoUnit.MICROS))
    }

/** A setting in whole units of its own; the core checks its bounds. */
internal fun Duration.asSetting(): java.time.Duration = toJavaDuration()
