package io.github.cachetronomy.core.state

import java.io.ByteArrayOutputStream

/**
 * A piece of a state's JSON form that is written by itself: some members of the object that the state is, or all of a
 * state that is no object. Holds on to the whole text, and copies of it no more than is written.
 */
internal class Piece(
    /** The name of its first member, as JSON has it; empty where the state is no object. */
    val name: String,
    private val isObject: Boolean,
    private val text: ByteArray,
    private val from: Int,
    private val to: Int,
) {
    /** Of [writeTo]. */
    val size: Int get() = to - from + if (isObject) 2 else 0

    /** Writes the JSON that it is. */
    fun writeTo(out: ByteArrayOutputStream) {
        if (isObject) out.write('{'.code)
        out.write(text, from, to - from)
        if (isObject) out.write('}'.code)
    }

    fun toByteArray(): ByteArray = ByteArrayOutputStream(size).also(::writeTo).toByteArray()

    /** Whether [other] has, from [at] on, what this writes. */
    fun isIn(
        other: ByteArray,
        at: Int,
    ): Boolean {
        val inside = at + if (isObject) 1 else 0
        return at + size <= other.size &&
            java.util.Arrays.equals(text, from, to, other, inside, inside + to - from)
    }
}

/** A state's JSON form, cut into pieces such that a change of one field changes one piece. Immutable. */
internal class Image private constructor(
    val isObject: Boolean,
    val pieces: List<Piece>,
) {
    private val size = pieces.sumOf(Piece::size)

    /** Whether [piece] costs nothing more in the head's own row. */
    fun isInline(piece: Piece): Boolean = size <= ONE_PAGE || piece.size <= REFERENCE

    companion object {
        /** SQLite writes a page of so many bytes, however little of it has changed. */
        private const val ONE_PAGE = 4_096

        /** As long as what would stand in the head instead. */
        private const val REFERENCE = 64

        /** Up to so many fields are pieces of their own; more are put together, for a head that names all is large. */
        private const val MOST_PIECES = 128

        fun of(text: ByteArray): Image {
            val fields = JsonSlices.members(text) ?: return whole(text)
            val mask = if (fields.size <= MOST_PIECES) 0 else Integer.highestOneBit(fields.size / (MOST_PIECES / 2)) - 1
            // The name says where a piece begins, so that a field that comes or goes moves its own piece only.
            val first = fields.indices.filter { it == 0 || mask == 0 || spread(fields[it].name) and mask == 0 }
            val pieces =
                first.mapIndexed { i, begin ->
                    val last = first.getOrElse(i + 1) { fields.size } - 1
                    Piece(fields[begin].name, true, text, fields[begin].from, fields[last].to)
                }
            // Of two fields of one name nobody knows which counts.
            val isUnclear = pieces.distinctBy(Piece::name).size < pieces.size
            return if (isUnclear) whole(text) else Image(true, pieces)
        }

        private fun whole(text: ByteArray) = Image(false, listOf(Piece("", false, text, 0, text.size)))

        /** Names that differ little have hashes that do; these are as good as random (MurmurHash3's last step). */
        private fun spread(name: String): Int {
            var hash = name.hashCode()
            hash = (hash xor (hash ushr 16)) * -0x7a143595
            hash = (hash xor (hash ushr 13)) * -0x3d4d51cb
            return hash xor (hash ushr 16)
        }
    }
}
