package io.github.cachetronomy.core.sqlite

import java.nio.ByteBuffer
import java.util.zip.CRC32C

/**
 * The BLOB in `cache.header`: what we know of a row beyond Python's columns, and the checksums that
 * make a damaged row a miss. All numbers are big-endian.
 *
 * ```
 * offset  size
 *  0      1    layout, 1; a row with another layout is not trusted
 *  1      3    zero
 *  4      4    CRC-32C of `data`
 *  8      8    expiry, microseconds since the epoch
 * 16      8    creation, microseconds since the epoch
 * 24      8    hash of the value's shape, 0 = unknown
 * 32      4    CRC-32C of the key (UTF-8), the labels (UTF-8) and bytes 0 to 31
 * ```
 *
 * The labels are the other columns in one text (see [RowLabels]), so that a change of any column by
 * another program is noticed. CRC-32C (RFC 3720, appendix B.4) costs some 50 ns for a kilobyte.
 */
internal class RowHeader(
    val dataSum: Int,
    val expiresAt: Long,
    val createdAt: Long,
    val shape: Long,
) {
    /** The bytes, sealed over [key] and [labels]. */
    fun seal(
        key: ByteArray,
        labels: ByteArray,
    ): ByteArray {
        val bytes = ByteArray(SIZE)
        val buffer = ByteBuffer.wrap(bytes)
        buffer
            .putInt(LAYOUT shl 24)
            .putInt(dataSum)
            .putLong(expiresAt)
            .putLong(createdAt)
            .putLong(shape)
        buffer.putInt(sumOf(key, labels, bytes))
        return bytes
    }

    companion object {
        private const val LAYOUT = 1
        private const val SEALED = 32
        private const val SIZE = 36

        /** The header that [bytes] hold, or null where its checksum does not fit [key] and [labels]. */
        fun open(
            bytes: ByteArray,
            key: ByteArray,
            labels: ByteArray,
        ): RowHeader? {
            if (bytes.size != SIZE) return null
            val buffer = ByteBuffer.wrap(bytes)
            if (buffer.getInt(0) != LAYOUT shl 24) return null
            if (buffer.getInt(SEALED) != sumOf(key, labels, bytes)) return null
            return RowHeader(buffer.getInt(4), buffer.getLong(8), buffer.getLong(16), buffer.getLong(24))
        }

        /** When the row was written, as [bytes] say and nobody has checked; null where they say nothing. */
        fun writtenAt(bytes: ByteArray?): Long? =
            if (bytes?.size == SIZE && bytes[0].toInt() == LAYOUT) ByteBuffer.wrap(bytes).getLong(16) else null

        private fun sumOf(
            key: ByteArray,
            labels: ByteArray,
            header: ByteArray,
        ): Int =
            CRC32C()
                .apply {
                    update(key)
                    update(labels)
                    update(header, 0, SEALED)
                }.value
                .toInt()
    }
}
