package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.core.spi.StoredEntry

/** A number in a row, for `increment`: JSON text without a shape, so that it reads as any whole number type that is wide enough. */
internal object Counter {
    fun read(row: StoredEntry): Long? =
        row
            .takeIf { it.format == Formats.JSON || it.format == Formats.ORJSON }
            ?.run { data.decodeToString().toLongOrNull() }

    /** [like] with [number] as its value; expiry, tags and version stay. */
    fun row(
        like: StoredEntry,
        number: Long,
        now: Long,
    ): StoredEntry =
        StoredEntry(
            like.key,
            number.toString().encodeToByteArray(),
            Formats.JSON,
            like.expiresAt,
            like.tags,
            like.version,
            like.profile,
            now,
            0L,
        )
}
