package io.github.cachetronomy.core

import io.github.cachetronomy.core.text.TimeText
import java.time.Instant

/** What is known of an entry beside its value. Immutable. */
public class EntryMetadata internal constructor(
    /** The key. */
    public val key: String,
    /** The id of the stored format, for example `json` or `cbor+gzip`. */
    public val format: String,
    /** The first instant at which the entry is expired; null = it never is. */
    public val expiresAt: Instant?,
    /** The tags in the order they were written, as stored. */
    public val tags: List<String>,
    /** The version stamped on the entry, at least 1 on entries that we wrote. */
    public val version: Long,
    /** The name of the profile that was active at the last write. */
    public val savedByProfile: String,
    /** When the value was written; null for a row that this library did not write. */
    public val createdAt: Instant?,
    /** The size of the stored value in bytes. */
    public val size: Int,
    /**
     * Whether the entry was in the file when this was made. False for a write that the file has yet
     * to take (write-behind) or could not take; memory holds it then.
     */
    public val stored: Boolean,
    expiresAtText: String? = null,
) {
    /**
     * [expiresAt] as the file has it, to the letter. Other programs write times with other offsets, or what is no
     * time at all; such a row is listed as damaged.
     */
    public val expiresAtText: String =
        expiresAtText ?: TimeText.format(expiresAt?.let(TimeText::micros) ?: TimeText.NEVER)

    /** The same of an entry that is called [key]. */
    internal fun of(key: String): EntryMetadata =
        EntryMetadata(
            key,
            format,
            expiresAt,
            tags,
            version,
            savedByProfile,
            createdAt,
            size,
            stored,
            expiresAtText,
        )

    override fun equals(other: Any?): Boolean =
        other is EntryMetadata && key == other.key && format == other.format && expiresAt == other.expiresAt &&
            tags == other.tags && version == other.version && savedByProfile == other.savedByProfile &&
            createdAt == other.createdAt && size == other.size && stored == other.stored

    override fun hashCode(): Int = (key.hashCode() * 31 + expiresAt.hashCode()) * 31 + version.hashCode()

    override fun toString(): String =
        "EntryMetadata(key=$key, format=$format, expiresAt=${expiresAt ?: "never"}, tags=$tags, version=$version, " +
            "savedByProfile=$savedByProfile, createdAt=$createdAt, size=$size, stored=$stored)"
}
