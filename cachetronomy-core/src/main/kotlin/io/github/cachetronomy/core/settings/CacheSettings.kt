package io.github.cachetronomy.core.settings

import java.nio.file.InvalidPathException
import java.nio.file.Path

/**
 * Where the cache's file is and which profile is asked for, as the surroundings of the program say it. Made by
 * [load], by the names of the Python package and with its order: the first of these that says something, for each
 * setting on its own.
 *
 * | source | the file | the profile |
 * |---|---|---|
 * | arguments of [load] | `dbPath` | `defaultProfile` |
 * | system properties | `cachetronomy.db-path` | `cachetronomy.default-profile` |
 * | environment variables | `CACHE_DB_PATH` | `CACHE_DEFAULT_PROFILE` |
 * | the file `.env` in the working folder | `CACHE_DB_PATH` | `CACHE_DEFAULT_PROFILE` |
 * | nobody | see [dbPath] | null |
 *
 * A value that is empty or blank says nothing. Upper and lower case make no difference in the names of variables.
 * In `.env`, lines of others are passed over, whatever they look like; `export`, comments and quotes are
 * understood; the last line with a name counts.
 *
 * Immutable, and so safe to share between threads.
 */
public class CacheSettings private constructor(
    /**
     * The file, absolute. A path that was given is relative to the working folder, and a first name of `~` is the
     * home folder. Where nobody names a file it is `cachetronomy.db`, in the nearest folder from the working folder
     * upwards that holds `.git` or `pyproject.toml`, and in the working folder where there is none.
     */
    public val dbPath: Path,
    /** The name of the profile to begin with, or null where nobody asks for one. */
    public val defaultProfile: String?,
) {
    override fun equals(other: Any?): Boolean =
        other is CacheSettings && dbPath == other.dbPath && defaultProfile == other.defaultProfile

    override fun hashCode(): Int = dbPath.hashCode()

    override fun toString(): String = "CacheSettings(dbPath=$dbPath, defaultProfile=$defaultProfile)"

    public companion object {
        /**
         * The settings as they are now. Reads files; what changes later is not seen.
         *
         * @param dbPath the file; null = as the surroundings say
         * @param defaultProfile the profile; null or blank = as the surroundings say
         * @throws SettingsException if a value that would count cannot be used, naming its place; or if there is a
         * `.env` that cannot be read, and a setting to be looked up in it
         */
        @JvmStatic
        @JvmOverloads
        public fun load(
            dbPath: Path? = null,
            defaultProfile: String? = null,
        ): CacheSettings = load(SettingsSources.ofProcess(), dbPath, defaultProfile)

        internal fun load(
            sources: SettingsSources,
            dbPath: Path? = null,
            defaultProfile: String? = null,
        ): CacheSettings {
            val file = dbPath ?: sources.find(Setting.DB_PATH)?.let(::path)
            val profile = defaultProfile?.ifBlank { null } ?: sources.find(Setting.DEFAULT_PROFILE)?.value
            val folder = sources.folder
            val place = if (file == null) defaultFile(folder) else folder.resolve(expandHome(file, sources.home))
            return CacheSettings(place.normalize(), profile)
        }

        private fun path(found: Found): Path =
            try {
                Path.of(found.value)
            } catch (invalid: InvalidPathException) {
                throw found.refusal("it is no path: ${invalid.reason}", invalid)
            }
    }
}
