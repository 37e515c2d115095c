package io.github.cachetronomy.it.python

import io.kotest.core.test.Enabled
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.exists

/** Where files of the Python package lie, and what judges ours by its rules. The project has no copy of them. */
internal object PythonSamples {
    private const val VARIABLE = "CACHETRONOMY_PYTHON_SAMPLES"

    val folder: Path? = System.getenv(VARIABLE)?.takeIf(String::isNotBlank)?.let(::Path)

    private val judge: Path? =
        folder
            ?.toAbsolutePath()
            ?.parent
            ?.resolveSibling("tools/check_python_compat.py")
            ?.takeIf(Path::exists)

    private val python: Boolean by lazy {
        runCatching { ProcessBuilder("python3", "--version").start().waitFor() == 0 }.getOrDefault(false)
    }

    fun enabled(): Enabled = if (folder != null) Enabled.enabled else Enabled.disabled("$VARIABLE names no folder")

    fun canJudge(): Enabled =
        when {
            judge == null -> Enabled.disabled("$VARIABLE names no folder with a judge beside it")
            !python -> Enabled.disabled("there is no python3")
            else -> Enabled.enabled
        }

    /** What Python would find wrong with [file]; empty where it can read it all. */
    fun findings(file: Path): String {
        val process = ProcessBuilder("python3", "$judge", "$file").redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        return if (process.waitFor() == 0) "" else said.ifEmpty { "exit code ${process.exitValue()}" }
    }

    /** What Python would read of [file], as JSON. */
    fun read(file: Path): String {
        val process =
            ProcessBuilder(
                "python3",
                "$judge",
                "$file",
                "--json",
            ).redirectError(ProcessBuilder.Redirect.DISCARD).start()
        return process.inputStream.bufferedReader().readText()
    }
}
