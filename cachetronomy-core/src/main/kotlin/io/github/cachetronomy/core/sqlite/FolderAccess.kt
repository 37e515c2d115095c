package io.github.cachetronomy.core.sqlite

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermission

/** Looks at the folder of a cache file. */
internal object FolderAccess {
    private val ofOthers = setOf(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)

    /** What is wrong with the folder of [file], or null: others who may write there can put another file in its place. */
    fun weakness(file: Path): String? {
        val folder = file.toAbsolutePath().parent ?: return null
        return try {
            val writers = Files.getPosixFilePermissions(folder).intersect(ofOthers)
            if (writers.isEmpty()) null else "others may write to the folder of the file, $folder"
        } catch (_: UnsupportedOperationException) {
            null
        } catch (_: IOException) {
            // What keeps us from looking keeps us from opening the file, and is told there.
            null
        }
    }
}
