package io.github.cachetronomy.core.spi

import io.github.cachetronomy.core.MissReason
import java.util.zip.CRC32C

/**
 * A row as the store keeps it. Times are microseconds since the epoch; [NEVER] stands for «never».
 *
 * Immutable, the array by agreement: nobody writes to [data] once it is here.
 */
public class StoredEntry(
    /** The key. */
    public val key: String,
    /** The encoded value; empty in listings made without values. */
    public val data: ByteArray,
    /** The id of the format, with a suffix such as `+gzip` where the value is compressed. */
    public val format: String,
    /** The first microsecond at which the entry is expired. */
    public val expiresAt: Long,
    /** The tags in stored order, as stored. */
    public val tags: List<String>,
    /** The version stamped on the row. */
    public val version: Long,
    /** The profile that wrote the row. */
    public val profile: String,
    /** When it was written, or [UNKNOWN] for a row of another program. */
    public val createdAt: Long,
    /** The hash of the value's shape; 0 = unknown. */
    public val shape: Long,
    /** Why the row cannot be used, or null for a sound one. The other properties are then as far as they could be read. */
    public val fault: MissReason? = null,
    /** The size of the value in bytes, also where [data] was left out. */
    public val size: Int = data.size,
) {
    /** 0 = not computed yet. A race computes it twice to the same. */
    private var knownChecksum = 0

    /** The expiry as the row has it, where that is not how we would write [expiresAt]; null = it is. */
    internal var expiryText: String? = null
        private set

    /** This row, whose expiry reads [text] in the file. */
    internal fun withExpiryText(text: String?): StoredEntry = also { it.expiryText = text }

    /** The CRC-32C of [data]. */
    internal val checksum: Int
        get() {
            if (knownChecksum == 0) knownChecksum = checksumOf(data)
            return knownChecksum
        }

    /** This row, whose checksum is known already. */
    internal fun withChecksum(checksum: Int): StoredEntry = also { it.knownChecksum = checksum }

    /** Whether [other] is the same row, unchanged: what compare-and-set compares. */
    public fun sameAs(other: StoredEntry): Boolean =
        createdAt == other.createdAt && expiresAt == other.expiresAt && version == other.version && key == other.key &&
            format == other.format && profile == other.profile && tags == other.tags && data.contentEquals(other.data)

    override fun toString(): String =
        "StoredEntry(key=$key, format=$format, expiresAt=$expiresAt, tags=$tags, version=$version, fault=$fault)"

    public companion object {
        internal fun checksumOf(data: ByteArray): Int = CRC32C().apply { update(data) }.value.toInt()

        /** The expiry that never comes. */
        public const val NEVER: Long = 253_402_300_799_999_999L

        /** The creation time of a row that does not tell. */
        public const val UNKNOWN: Long = Long.MIN_VALUE
    }
}
