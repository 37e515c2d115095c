package io.github.cachetronomy.core.keys

import java.util.concurrent.atomic.AtomicReferenceArray

/**
 * Keys made lately, by the argument they were made of: a key that is the very text an entry was found by before is found
 * by again in half the time, as its hash is known and nothing has to be compared.
 *
 * One place for each hash, and whoever comes last has it. Thread-safe.
 */
internal class RecentKeys(
    /** Equal arguments have equal keys. */
    private val make: (Any) -> String,
) {
    // Racing threads may each make one, and one of them is lost.
    private var places: AtomicReferenceArray<Made>? = null

    /** The key of [argument], which must not change. */
    fun of(argument: Any): String {
        val places = this.places ?: AtomicReferenceArray<Made>(PLACES).also { this.places = it }
        val at = placeOf(argument)
        val made = places.getPlain(at)
        if (made != null && made.argument == argument) return made.key
        return make(argument).also { places.setRelease(at, Made(argument, it)) }
    }

    /** Multiplied by the golden ratio, neighbours are far apart: D. Knuth, The Art of Computer Programming 3, 6.4. */
    private fun placeOf(argument: Any): Int = (argument.hashCode() * GOLDEN) ushr (Int.SIZE_BITS - BITS)

    private class Made(
        val argument: Any,
        val key: String,
    )

    private companion object {
        const val BITS = 12
        const val PLACES = 1 shl BITS
        const val GOLDEN = -0x61c88647
    }
}
