package io.github.cachetronomy.core.settings

import java.nio.file.Path
import kotlin.io.path.exists

/** The name of a cache file that nobody has named. */
private const val FILE_NAME = "cachetronomy.db"

/** What marks the folder of a project. */
private val PROJECT_MARKS = listOf(".git", "pyproject.toml")

/** The home folder of whoever runs this JVM. */
internal fun homeFolder(): Path = Path.of(System.getProperty("user.home"))

/** [path] with a first name of `~` replaced by [home]; `~name` is a name like any other. */
internal fun expandHome(
    path: Path,
    home: Path = homeFolder(),
): Path {
    if (path.isAbsolute || path.nameCount == 0 || path.getName(0).toString() != "~") return path
    return if (path.nameCount == 1) home else home.resolve(path.subpath(1, path.nameCount))
}

/**
 * Where the cache is when nobody says so: in the nearest folder, from [folder] upwards, that holds `.git` or
 * `pyproject.toml`, and in [folder] itself where there is none.
 */
internal fun defaultFile(folder: Path): Path {
    val marked = { above: Path -> PROJECT_MARKS.any { above.resolve(it).exists() } }
    return (generateSequence(folder, Path::getParent).firstOrNull(marked) ?: folder).resolve(FILE_NAME)
}
