package io.github.cachetronomy.core.settings

import java.io.IOException
import java.nio.file.Path
import kotlin.io.path.isRegularFile
import kotlin.io.path.readBytes

/** A setting, under the names that its sources know it by. */
internal enum class Setting(
    val property: String,
    val variable: String,
) {
    DB_PATH("cachetronomy.db-path", "CACHE_DB_PATH"),
    DEFAULT_PROFILE("cachetronomy.default-profile", "CACHE_DEFAULT_PROFILE"),
}

/** The value of a setting, and where it stands. */
internal class Found(
    val value: String,
    private val source: String,
    private val line: Int? = null,
    private val field: String? = null,
) {
    fun refusal(
        problem: String,
        cause: Throwable? = null,
    ) = SettingsException(source, line, field, problem, cause)
}

/** Where settings come from, the first of them that has one: system properties, the environment, a `.env` file. */
internal class SettingsSources(
    private val properties: (String) -> String?,
    private val environment: Map<String, String>,
    /** The working folder. */
    val folder: Path,
    val home: Path,
) {
    private val dotEnvFile: Path = folder.resolve(".env")

    /** Read when a setting is asked for that nobody before it has. */
    private val dotEnv by lazy(LazyThreadSafetyMode.NONE) { readDotEnv() }

    /** The value of [setting], or null where no source has one that is not blank. */
    fun find(setting: Setting): Found? {
        val found = inProperties(setting) ?: inEnvironment(setting) ?: inDotEnv(setting) ?: return null
        if (found.value.any { it.isISOControl() || it == REPLACEMENT }) {
            throw found.refusal("it holds a control character, or is not UTF-8")
        }
        return found
    }

    private fun inProperties(setting: Setting): Found? =
        properties(setting.property)
            ?.takeIf(String::isNotBlank)
            ?.let { Found(it, "system property ${setting.property}") }

    private fun inEnvironment(setting: Setting): Found? {
        val name = setting.variable
        val value =
            environment[name] ?: environment.entries.firstOrNull { it.key.equals(name, ignoreCase = true) }?.value
        return value?.takeIf(String::isNotBlank)?.let { Found(it, "environment variable $name") }
    }

    private fun inDotEnv(setting: Setting): Found? {
        val entry = dotEnv.lastOrNull { it.name.equals(setting.variable, ignoreCase = true) } ?: return null
        val found = Found(entry.value, dotEnvFile.toString(), entry.line, setting.variable)
        if (entry.fault != null) throw found.refusal(entry.fault)
        if (entry.value.isBlank()) return null
        // Python's package replaces it: taken as it stands it would quietly be another file.
        if ("\${" in entry.value) throw found.refusal("variables in values are not replaced")
        return found
    }

    private fun readDotEnv(): List<DotEnv.Entry> {
        // A folder of that name is somebody's, too.
        if (!dotEnvFile.isRegularFile()) return emptyList()
        try {
            return DotEnv.entries(String(dotEnvFile.readBytes(), Charsets.UTF_8))
        } catch (failure: IOException) {
            throw SettingsException(dotEnvFile.toString(), null, null, "it cannot be read: $failure", failure)
        }
    }

    companion object {
        /** What bytes that are no UTF-8 are read as. */
        private const val REPLACEMENT = '\uFFFD'

        /** Those of this process. */
        fun ofProcess() =
            SettingsSources(System::getProperty, System.getenv(), Path.of("").toAbsolutePath(), homeFolder())
    }
}
