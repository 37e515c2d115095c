package io.github.cachetronomy.core.settings

import io.github.cachetronomy.core.Profile
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.nio.file.Path
import java.util.Collections
import kotlin.io.path.inputStream

/**
 * Reads profiles from a YAML file in the form of the Python package: a mapping of names to the fields that it
 * and the cache's file call `time_to_live`, `ttl_cleanup_interval`, `memory_based_eviction`, `free_memory_target`,
 * `memory_cleanup_interval`, `max_items_in_memory` and `tags`.
 *
 * ```yaml
 * production:
 *   time_to_live: 7200
 *   free_memory_target: 0.25
 *   tags: [prod, cache]
 * ```
 *
 * Times are in whole seconds; a target for free memory is a fraction up to 1 and megabytes above. A field that is
 * not there has the value that Python gives it: that of [Profile], but for `max_items_in_memory`, which is 100.
 * Numbers and truth values may be written as Python lets them be: `"60"` and `60.0` are 60, `yes` is true.
 *
 * Thread-safe.
 */
public object ProfileFile {
    /** More than any list of profiles needs, and little enough to be held as often as a parser likes to. */
    private const val MAX_BYTES = 1_048_576

    /**
     * The profiles in [file] by name, in its order; none where the file is empty. They are not stored, and nothing
     * is switched to one. Blocks while it reads. A first name of `~` in the path is the home folder.
     *
     * A field that no profile has is ignored, with a warning in the log.
     *
     * @throws SettingsException if the file cannot be read, is larger than a megabyte, is not UTF-8 or not YAML
     * (references with `&` and `*` and tags with `!` are left out of it), or says something that no profile can
     * have; file, line and field are in it
     */
    @JvmStatic
    public fun read(file: Path): Map<String, Profile> =
        Collections.unmodifiableMap(ProfileYaml(file.toString(), text(file)).profiles())

    private fun text(file: Path): String {
        val name = file.toString()
        val bytes =
            try {
                expandHome(file).inputStream().use { it.readNBytes(MAX_BYTES + 1) }
            } catch (failure: IOException) {
                throw SettingsException(name, null, null, "it cannot be read: $failure", failure)
            }
        if (bytes.size > MAX_BYTES) throw SettingsException(name, null, null, "it is larger than $MAX_BYTES bytes")
        try {
            return Charsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString()
                .removePrefix("\uFEFF")
        } catch (failure: CharacterCodingException) {
            throw SettingsException(name, null, null, "it is not UTF-8", failure)
        }
    }
}
