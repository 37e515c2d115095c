package io.github.cachetronomy.core.settings

/**
 * A setting cannot be used as it is written: where it stands and what is wrong with it are in the message.
 * Nothing has been read from that place, and nothing was changed.
 */
public class SettingsException internal constructor(
    /** The file, the environment variable or the system property that holds it. */
    public val source: String,
    /** The line in a file, from 1; null where it is no file, or the file as a whole is at fault. */
    public val line: Int?,
    /** The setting or the field, as in `production.time_to_live`; null where none can be named. */
    public val field: String?,
    problem: String,
    cause: Throwable? = null,
) : IllegalArgumentException(
        listOfNotNull(source, line?.let { "line $it" }, field).joinToString() + ": " + problem,
        cause,
    )
