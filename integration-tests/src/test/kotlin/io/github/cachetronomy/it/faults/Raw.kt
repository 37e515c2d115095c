package io.github.cachetronomy.it.faults

import org.sqlite.SQLiteConfig
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Path
import java.sql.Connection
import java.util.Locale
import java.util.concurrent.locks.LockSupport
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name

/** The file as another program sees it. */
fun <R> raw(
    file: Path,
    work: Connection.() -> R,
): R = SQLiteConfig().createConnection("jdbc:sqlite:$file").use(work)

fun Connection.run(vararg statements: String) {
    createStatement().use { statement -> statements.forEach(statement::execute) }
}

/** The first column of all rows. */
fun Connection.texts(query: String): List<String?> =
    createStatement().use { statement ->
        statement.executeQuery(query).use { rows -> buildList { while (rows.next()) add(rows.getString(1)) } }
    }

/** Changes the bytes of one column of one row. */
fun Connection.alter(
    key: String,
    column: String,
    change: (ByteArray) -> Unit,
) {
    val bytes =
        prepareStatement("SELECT $column FROM cache WHERE key = ?").use { statement ->
            statement.setString(1, key)
            statement.executeQuery().use { rows -> if (rows.next()) rows.getBytes(1) else null }
        }
    checkNotNull(bytes) { "no row $key" }
    change(bytes)
    prepareStatement("UPDATE cache SET $column = ? WHERE key = ?").use { statement ->
        statement.setBytes(1, bytes)
        statement.setString(2, key)
        check(statement.executeUpdate() == 1)
    }
}

/** The names of what lies in a folder, in order. */
fun Path.names(): List<String> = listDirectoryEntries().map(Path::name).sorted()

fun Path.with(suffix: String): Path = resolveSibling("$fileName$suffix")

/** The warnings and errors that are logged while [work] runs and that speak of [file]. */
fun warningsAbout(
    file: Path,
    work: () -> Unit,
): List<String> {
    val before = System.err
    val caught = ByteArrayOutputStream()
    System.setErr(PrintStream(caught, true, Charsets.UTF_8))
    try {
        work()
    } finally {
        System.setErr(before)
    }
    val (ours, others) = caught.toString(Charsets.UTF_8).lines().partition { file.toString() in it }
    others.filter(String::isNotEmpty).forEach(before::println)
    return ours.filter { " WARN " in it || " ERROR " in it }
}

/** Looks until [condition] holds: for what another process or thread does and does not tell. */
fun awaitUntil(
    what: String,
    seconds: Long = 20,
    condition: () -> Boolean,
) {
    val end = System.nanoTime() + seconds * 1_000_000_000
    while (!condition()) {
        check(System.nanoTime() < end) { String.format(Locale.ROOT, "waited %d s for: %s", seconds, what) }
        LockSupport.parkNanos(5_000_000)
    }
}
