package io.github.cachetronomy.core

import java.time.Duration
import java.time.Instant

/**
 * How much the file keeps of each of its two logs. What goes beyond is removed in the background, within a
 * minute or so, the oldest first.
 *
 * Rows of the access log whose key still has an entry are kept whatever their age, and go last where there
 * are too many.
 *
 * Immutable and thread-safe.
 *
 * @throws IllegalArgumentException if [maxRows] is negative or [maxAge] is not positive
 */
public class LogRetention(
    /** The most rows of each log; null = any number. */
    public val maxRows: Long?,
    /** How old a row may get; null = any age. */
    public val maxAge: Duration?,
) {
    init {
        require(maxRows == null || maxRows >= 0) { "maxRows is not negative: $maxRows" }
        require(maxAge == null || !(maxAge.isZero || maxAge.isNegative)) { "maxAge is positive, not $maxAge" }
    }

    /** A copy with another number of rows; null = any number. */
    public fun withMaxRows(maxRows: Long?): LogRetention = LogRetention(maxRows, maxAge)

    /** A copy with another age; null = any age. */
    public fun withMaxAge(maxAge: Duration?): LogRetention = LogRetention(maxRows, maxAge)

    /** Rows from before this time are too old; null = none is. */
    internal fun oldest(now: Instant): Instant? =
        maxAge?.let { age -> if (age < Duration.between(Instant.EPOCH, now)) now.minus(age) else null }

    override fun equals(other: Any?): Boolean =
        other is LogRetention && maxRows == other.maxRows && maxAge == other.maxAge

    override fun hashCode(): Int = maxRows.hashCode() * 31 + maxAge.hashCode()

    override fun toString(): String = "LogRetention(maxRows=${maxRows ?: "any"}, maxAge=${maxAge ?: "any"})"

    public companion object {
        private val DEFAULTS = LogRetention(100_000L, Duration.ofDays(30))
        private val UNLIMITED = LogRetention(null, null)

        /** 100,000 rows and 30 days. */
        @JvmStatic
        public fun defaults(): LogRetention = DEFAULTS

        /** Every row for ever. */
        @JvmStatic
        public fun unlimited(): LogRetention = UNLIMITED
    }
}
