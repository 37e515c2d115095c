package io.github.cachetronomy.core

/**
 * How much memory is to stay free: a number of bytes, or a fraction of all there is. Immutable.
 *
 * A file holds it as one number, as the Python package does: a fraction up to 1, megabytes (of 1,048,576
 * bytes) above. So [Bytes] of a megabyte or less, other than none, cannot be stored and are refused.
 */
public sealed class FreeMemoryTarget {
    /** At least [bytes] are to stay free. Zero = any amount will do. */
    public data class Bytes(
        public val bytes: Long,
    ) : FreeMemoryTarget() {
        init {
            require(bytes == 0L || bytes > MEGABYTE) { "a target in bytes is 0 or above $MEGABYTE, not $bytes" }
        }

        override fun of(total: Long): Long = bytes
    }

    /** At least [fraction] of all memory is to stay free, between 0 and 1. Zero = any amount will do. */
    public data class Fraction(
        public val fraction: Double,
    ) : FreeMemoryTarget() {
        init {
            require(fraction in 0.0..1.0) { "a target as a fraction is between 0 and 1, not $fraction" }
        }

        override fun of(total: Long): Long = (total * fraction).toLong()
    }

    /** The target in bytes where there are [total] in all. */
    public abstract fun of(total: Long): Long

    /** The number that a file holds. */
    internal fun stored(): Double =
        when (this) {
            is Bytes -> bytes.toDouble() / MEGABYTE
            is Fraction -> fraction
        }

    public companion object {
        private const val MEGABYTE = 1_048_576L

        /** At least [megabytes] of 1,048,576 bytes are to stay free. */
        @JvmStatic
        public fun megabytes(megabytes: Long): FreeMemoryTarget = Bytes(Math.multiplyExact(megabytes, MEGABYTE))

        /** At least [fraction] of all memory is to stay free, between 0 and 1. */
        @JvmStatic
        public fun fraction(fraction: Double): FreeMemoryTarget = Fraction(fraction)

        /** What a file means by [number]: a fraction up to 1, megabytes above. */
        internal fun ofStored(number: Double): FreeMemoryTarget =
            when {
                !(number >= 0.0) || number.isInfinite() -> throw IllegalArgumentException(
                    "a free memory target is not negative and not $number",
                )

                number <= 1.0 -> Fraction(number)

                // A number barely above 1 is a megabyte and a bit, not none of the two.
                else -> Bytes(maxOf(MEGABYTE + 1, (number * MEGABYTE).toLong()))
            }
    }
}
