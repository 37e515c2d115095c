package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.Suspicion
import java.nio.file.Files
import java.nio.file.Path
import java.security.MessageDigest
import java.sql.Connection
import java.sql.DriverManager
import java.time.Instant
import java.time.InstantSource
import java.util.function.BiConsumer
import java.util.function.Supplier
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name

internal val NOON: InstantSource = InstantSource { Instant.parse("2030-01-01T12:00:00Z") }

/** Opens [file]; the test fails if it is set aside. */
internal fun openStore(file: Path): StoreBackend =
    SqliteStores.open(file, NOON) { newName, reason -> error("set aside as $newName: $reason") }

/** Opens [file] and notes what it is told of files set aside. */
internal class Opening(
    file: Path,
    suspicion: Suspicion? = null,
) : AutoCloseable {
    val setAside = ArrayList<Pair<Path, String>>()
    val store: StoreBackend =
        SqliteStores.open(file, NOON, suspicion, BiConsumer { newName, reason -> setAside += newName to reason })

    override fun close() = store.close()
}

internal fun row(
    key: String,
    data: ByteArray = "the value of $key".encodeToByteArray(),
    expiresAt: Long = StoredEntry.NEVER,
): StoredEntry = StoredEntry(key, data, "bytes", expiresAt, listOf("t"), 1, "default", 1_893_499_200_000_000L, 0)

internal fun <R> StoreBackend.commit(work: StoreBackend.() -> R): R =
    transaction(
        Durability.COMMITTED,
        Supplier {
            work()
        },
    )

internal fun StoreBackend.value(key: String): String? =
    entries
        .read(key)
        ?.takeIf {
            it.fault == null
        }?.data
        ?.decodeToString()

/** A connection without any of our settings. */
internal fun <R> raw(
    file: Path,
    work: Connection.() -> R,
): R = DriverManager.getConnection("jdbc:sqlite:$file").use(work)

internal fun Connection.run(vararg statements: String) {
    createStatement().use { statement -> statements.forEach(statement::execute) }
}

internal fun Connection.text(query: String): String? =
    createStatement().use { statement ->
        statement.executeQuery(query).use { if (it.next()) it.getString(1) else null }
    }

internal fun sha256(file: Path): String =
    MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)).joinToString("") { "%02x".format(it) }

internal fun Path.names(): List<String> = listDirectoryEntries().map(Path::name).sorted()

internal fun Path.with(suffix: String): Path = resolveSibling("$fileName$suffix")
