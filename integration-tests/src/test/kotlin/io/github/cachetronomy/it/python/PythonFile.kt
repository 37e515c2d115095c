package io.github.cachetronomy.it.python

import io.github.cachetronomy.it.faults.raw
import io.github.cachetronomy.it.faults.run
import java.nio.file.Path

/** The table by which a file of the Python package is known; what it lacks is added at opening. */
internal fun pythonFile(folder: Path): Path {
    val file = folder.resolve("python.db")
    raw(file) {
        run(
            """CREATE TABLE cache (key TEXT PRIMARY KEY, data BLOB NOT NULL, fmt TEXT NOT NULL DEFAULT 'json',
               expire_at DATETIME NOT NULL, tags TEXT NOT NULL CHECK(json_valid(tags)), version INTEGER NOT NULL DEFAULT 1,
               saved_by_profile TEXT NOT NULL)""",
        )
    }
    return file
}
