package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.memory.Traits
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requireKey
import java.time.Duration

/** A value on its way in: the row to be, and what memory will show. */
internal class Draft(
    val row: StoredEntry,
    val entry: MemoryEntry,
) {
    val key: String get() = row.key
}

/** Makes of a value and its options what will be written. Nothing is changed yet. */
internal class Drafts(
    private val memory: MemoryTier,
    private val codec: Codec,
    private val clock: CacheClock,
    val pythonReaders: PythonReaders,
    private val profile: () -> Profile,
) {
    /** Refuses what no write could take. */
    fun check(
        key: String,
        options: EntryOptions,
    ) {
        requireKey(key)
        options.format?.let(::requireFormat)
    }

    /** Refuses a format that nothing can be written in. */
    fun requireFormat(format: String) {
        codec.requireWritable(format)
        pythonReaders.requireFormat(format)
    }

    fun tagsOf(options: EntryOptions): Set<String> = options.tags ?: profile().tags

    /** The name of the profile that a write would be of. */
    val profileName: String get() = profile().name

    fun draft(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Draft {
        check(key, options)
        val encoded = codec.encode(key, value, type, options.format ?: pythonReaders.formatFor(type))
        pythonReaders.writing(key, encoded.format)
        val now = clock.now()
        // Asked once: what is in force may change, and an entry is to have all of one profile.
        val profile = profile()
        val tags = (options.tags ?: profile.tags).toList()
        val version = options.version ?: 1L
        val expiresAt = expiry(now, options.timeToLive ?: profile.timeToLive)
        val row =
            with(encoded) { StoredEntry(key, data, format, expiresAt, tags, version, profile.name, now, shape) }
        val traits = memory.shared(Traits(type, encoded.format, tags, version, profile.name))
        return Draft(row, MemoryEntry(value, traits, expiresAt, 0L, now, row.size, row.checksum))
    }

    /** The first microsecond at which an entry written at [now] is expired. What lies beyond the year 9999 never is. */
    fun expiry(
        now: Long,
        timeToLive: Duration?,
    ): Long {
        val lives = timeToLive ?: profile().timeToLive
        if (lives.seconds >= StoredEntry.NEVER / MICROS) return StoredEntry.NEVER
        // A part of a microsecond counts as a whole one: a positive time to live never becomes zero.
        val micros = lives.seconds * MICROS + (lives.nano + 999) / 1_000
        return if (micros >= StoredEntry.NEVER - now) StoredEntry.NEVER else now + micros
    }

    private companion object {
        const val MICROS = 1_000_000L
    }
}
