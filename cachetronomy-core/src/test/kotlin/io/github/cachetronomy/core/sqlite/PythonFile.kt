package io.github.cachetronomy.core.sqlite

import java.nio.file.Path

/** What the Python package runs on a new file, to the letter. */
private val pythonSchema =
    listOf(
        """CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, data BLOB NOT NULL, fmt TEXT NOT NULL DEFAULT 'json',
           expire_at DATETIME NOT NULL, tags TEXT NOT NULL CHECK(json_valid(tags)), version INTEGER NOT NULL DEFAULT 1,
           saved_by_profile TEXT NOT NULL)""",
        """CREATE TABLE IF NOT EXISTS access_log (key TEXT PRIMARY KEY, access_count INTEGER NOT NULL DEFAULT 0,
           last_accessed DATETIME NOT NULL, last_accessed_by_profile TEXT NOT NULL)""",
        """CREATE TABLE IF NOT EXISTS profiles (name TEXT PRIMARY KEY, time_to_live INTEGER NOT NULL,
           ttl_cleanup_interval INTEGER NOT NULL, memory_based_eviction INTEGER NOT NULL,
           free_memory_target REAL NOT NULL, memory_cleanup_interval INTEGER NOT NULL,
           max_items_in_memory INTEGER NOT NULL, tags TEXT NOT NULL CHECK(json_valid(tags)))""",
        """CREATE TABLE IF NOT EXISTS eviction_log (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL,
           evicted_at DATETIME NOT NULL, reason TEXT NOT NULL, last_access_count INTEGER NOT NULL DEFAULT 1,
           evicted_by_profile TEXT NOT NULL)""",
        "CREATE INDEX IF NOT EXISTS idx_cache_expire_at ON cache(expire_at)",
        "CREATE INDEX IF NOT EXISTS idx_access_log_count ON access_log(access_count)",
        "CREATE INDEX IF NOT EXISTS idx_access_log_by_profile ON access_log(last_accessed_by_profile)",
        "CREATE INDEX IF NOT EXISTS idx_eviction_log_by_profile ON eviction_log(evicted_by_profile)",
    )

private const val CLI_CONFIG =
    "CREATE TABLE IF NOT EXISTS cli_config (key TEXT PRIMARY KEY, value TEXT NOT NULL, db_path TEXT NOT NULL)"

/** Makes a file as Python's releases since 0.2 do, or as the older ones did, without `cli_config`. */
internal fun writePythonFile(
    file: Path,
    since02: Boolean = true,
) {
    raw(file) {
        run("PRAGMA journal_mode=WAL")
        run(*pythonSchema.toTypedArray())
        if (since02) run(CLI_CONFIG, "INSERT INTO cli_config VALUES ('active_profile', 'production', '$file')")
        run(
            """INSERT INTO cache VALUES ('user:7', CAST('{"name": "Ann"}' AS BLOB), 'orjson',
               '2099-12-31T23:59:59.516821+00:00', '["users", "\u00fc"]', 3, 'production')""",
            """INSERT INTO cache (key, data, expire_at, tags, saved_by_profile) VALUES
               ('whole', CAST('1' AS BLOB), '2100-01-01T00:00:00+00:00', '[]', 'default')""",
            """INSERT INTO cache VALUES ('abroad', x'81A161', 'msgpack', '2030-01-01T14:00:00+02:00', '["a", "a"]', 1,
               'default')""",
            "INSERT INTO access_log VALUES ('user:7', 12, '2025-06-01T10:00:00.000001+00:00', 'production')",
            "INSERT INTO access_log VALUES ('gone', 3, '2025-06-01T10:00:00+00:00', 'default')",
            "INSERT INTO eviction_log VALUES (5, 'old', '2025-06-01T10:00:00+00:00', 'time_eviction', 4, 'default')",
            "INSERT INTO eviction_log VALUES (9, 'odd', '2025-06-02T10:00:00.5+00:00', 'memory_eviction', 1, 'p')",
            "INSERT INTO profiles VALUES ('production', 600, 30, 0, 0.25, 9, 500, '[\"prod\"]')",
        )
    }
}
