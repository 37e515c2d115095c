package io.github.cachetronomy.core.sqlite

/**
 * The few statements that run on every read and write, as text, so that neither Exposed nor a parser
 * stands in their way. A test renders each from the tables and compares.
 */
internal object HotSql {
    private const val LABELS =
        "cache.fmt || '\u001F' || cache.expire_at || '\u001F' || cache.version || '\u001F' || " +
            "cache.saved_by_profile || '\u001F' || cache.tags"

    /** One row by key: value, header, labels. */
    const val READ: String = "SELECT cache.\"data\", cache.header, $LABELS FROM cache WHERE cache.\"key\" = ?"

    /** Whether there is a row: by key. Answered by the index alone. */
    const val HAS: String = "SELECT cache.\"key\" FROM cache WHERE cache.\"key\" = ?"

    /** Insert or overwrite: key, data, fmt, expire_at, tags, version, saved_by_profile, header. */
    const val UPSERT: String =
        "INSERT INTO cache (\"key\", \"data\", fmt, expire_at, tags, version, saved_by_profile, header) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (\"key\") DO UPDATE SET \"data\"=EXCLUDED.\"data\", " +
            "fmt=EXCLUDED.fmt, expire_at=EXCLUDED.expire_at, tags=EXCLUDED.tags, version=EXCLUDED.version, " +
            "saved_by_profile=EXCLUDED.saved_by_profile, header=EXCLUDED.header"

    /** Delete one row by key. */
    const val DELETE: String = "DELETE FROM cache WHERE cache.\"key\" = ?"

    /** Note a removal: scope, subject. */
    const val NOTE_REMOVAL: String = "INSERT INTO cachetronomy_removals (scope, subject) VALUES (?, ?)"

    /** The last removal noted. */
    const val LAST_REMOVAL: String = "SELECT MAX(cachetronomy_removals.id) FROM cachetronomy_removals"

    /** What tells how long nobody has used the rows behind a place: place, header, expiry, room, last read. */
    const val IDLE: String =
        "SELECT cache.rowid, cache.header, cache.expire_at, LENGTH(cache.\"data\") + " +
            "2 * LENGTH(CAST(cache.\"key\" AS BLOB)) + LENGTH(cache.tags) + 150, access_log.last_accessed " +
            "FROM cache LEFT JOIN access_log ON cache.\"key\" = access_log.\"key\" " +
            "WHERE cache.rowid > ? ORDER BY cache.rowid ASC LIMIT 2000"

    /** The settings of a profile by name. */
    const val PROFILE: String =
        "SELECT profiles.time_to_live, profiles.ttl_cleanup_interval, profiles.memory_based_eviction, " +
            "profiles.free_memory_target, profiles.memory_cleanup_interval, profiles.max_items_in_memory, " +
            "profiles.tags FROM profiles WHERE profiles.\"name\" = ?"

    /** A setting of Python's command line by name. */
    const val SETTING: String = "SELECT cli_config.\"value\" FROM cli_config WHERE cli_config.\"key\" = ?"
}
