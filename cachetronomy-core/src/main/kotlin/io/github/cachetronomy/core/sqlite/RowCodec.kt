package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.text.TagText
import io.github.cachetronomy.core.text.TimeText

/** Makes entries of rows, and says of each row whether it can be trusted. */
internal object RowCodec {
    /**
     * The entry of a row. [data] is null where the listing left values out; its checksum is then not
     * looked at.
     */
    fun entry(
        key: String,
        data: ByteArray?,
        size: Int,
        header: ByteArray?,
        labels: ByteArray,
    ): StoredEntry {
        val parsed = RowLabels.parse(labels.decodeToString()) ?: return damaged(key, data, size, null)
        if (header == null) return unsealed(key, data, size, parsed)
        val opened = RowHeader.open(header, key.encodeToByteArray(), labels)
        val sound = opened != null && (data == null || StoredEntry.checksumOf(data) == opened.dataSum)
        val tags = TagText.parse(parsed.tags)
        if (opened == null || !sound || tags == null) return damaged(key, data, size, parsed)
        return StoredEntry(
            key,
            data ?: EMPTY,
            parsed.format,
            opened.expiresAt,
            tags,
            parsed.version,
            parsed.profile,
            opened.createdAt,
            opened.shape,
            null,
            size,
        ).withChecksum(opened.dataSum)
    }

    /** A row without a header of ours: the columns are all there is. */
    private fun unsealed(
        key: String,
        data: ByteArray?,
        size: Int,
        labels: RowLabels,
    ): StoredEntry {
        val expiresAt = TimeText.parse(labels.expireAt)
        val tags = TagText.parse(labels.tags)
        if (expiresAt == null || tags == null) return damaged(key, data, size, labels)
        return StoredEntry(
            key,
            data ?: EMPTY,
            labels.format,
            expiresAt,
            tags,
            labels.version,
            labels.profile,
            StoredEntry.UNKNOWN,
            0L,
            null,
            size,
        ).withExpiryText(labels.expireAt.takeIf { it != TimeText.format(expiresAt) })
    }

    private fun damaged(
        key: String,
        data: ByteArray?,
        size: Int,
        labels: RowLabels?,
    ) = StoredEntry(
        key,
        data ?: EMPTY,
        labels?.format.orEmpty(),
        labels?.let { TimeText.parse(it.expireAt) } ?: StoredEntry.NEVER,
        labels?.let { TagText.parse(it.tags) }.orEmpty(),
        labels?.version ?: 0L,
        labels?.profile.orEmpty(),
        StoredEntry.UNKNOWN,
        0L,
        MissReason.DAMAGED,
        size,
    ).withExpiryText(labels?.expireAt)

    private val EMPTY = ByteArray(0)
}
