package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.ForeignFileException
import io.github.cachetronomy.core.SqliteOptions
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.Suspicion
import org.sqlite.NativeLibraryNotFoundException
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.attribute.BasicFileAttributes
import java.sql.SQLException
import java.time.InstantSource
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.util.function.BiConsumer

/** Opens SQLite files as stores. Stateless and thread-safe. */
public object SqliteStores {
    private val STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC)

    /**
     * Opens [file], making it and the folders above it where they are missing.
     *
     * A file of ours that is damaged, and a file that is no database, is renamed with a time stamp
     * from [clock], its -wal and -shm with it, and a new one is begun; [setAside] is told the new name
     * and the reason.
     *
     * @throws ForeignFileException for a database of another application, which is left untouched
     * @throws io.github.cachetronomy.core.StoreUnavailableException if this JVM has the file open
     * through another class loader
     * @throws StoreFaultException if the file cannot be opened for another reason
     */
    @JvmStatic
    public fun open(
        file: Path,
        clock: InstantSource,
        setAside: BiConsumer<Path, String>,
    ): StoreBackend = open(file, clock, suspicion = null, setAside)

    /**
     * As above; under [suspicion] all of the file is read first. What cannot be read through in time counts as
     * damaged. A damaged file that must not be set aside is a [StoreFaultException].
     */
    internal fun open(
        path: Path,
        clock: InstantSource,
        suspicion: Suspicion?,
        setAside: BiConsumer<Path, String>,
        mayBeSetAside: Boolean = true,
        options: SqliteOptions = SqliteOptions.defaults(),
    ): StoreBackend =
        opening(path) { file ->
            if (Files.isDirectory(file)) throw StoreFaultException(Kind.UNAVAILABLE, "$file is a directory")
            FileGuard.createFolders(file)
            guarded(FileGuard.acquire(file)) { guard ->
                openGuarded(file, guard, clock, suspicion, setAside.takeIf { mayBeSetAside }, options)
            }
        }

    /**
     * Opens [file] to be looked at: nothing in it is changed, nothing set aside, and every transaction is
     * refused. What a file of the Python package lacks is taken for empty.
     *
     * SQLite may leave its own `-wal` and `-shm` beside the file. Where the folder does not allow that,
     * the file is read as one that nobody changes meanwhile.
     *
     * @throws ForeignFileException for a database of another application
     * @throws io.github.cachetronomy.core.StoreUnavailableException if this JVM has the file open
     * through another class loader
     * @throws StoreFaultException if there is no cache, or it is damaged or cannot be opened
     */
    @JvmStatic
    public fun openReadOnly(file: Path): StoreBackend =
        opening(file) { absolute ->
            if (!Files.isRegularFile(absolute)) throw StoreFaultException(Kind.UNAVAILABLE, "there is no file $file")
            guarded(FileGuard.acquireForReading(absolute)) { guard -> openReadOnly(absolute, guard) }
        }

    private fun openReadOnly(
        file: Path,
        guard: AutoCloseable,
    ): StoreBackend {
        when (val kind = FileLook.inspect(file, suspicion = null)) {
            is FileKind.Foreign -> {
                throw foreign(file, guard)
            }

            is FileKind.Empty -> {
                throw StoreFaultException(Kind.UNAVAILABLE, "there is no cache in $file")
            }

            is FileKind.Unusable -> {
                throw damaged(file, kind)
            }

            is FileKind.Ours -> {}
        }
        val open = { FileLook.open(file).also(ReadOnlySchema::complete) }
        return SqliteStore(file, guard, open, open)
    }

    private inline fun opening(
        path: Path,
        open: (Path) -> StoreBackend,
    ): StoreBackend {
        val optionless = '?' !in path.toString() && '\u0000' !in path.toString()
        require(optionless) { "a cache file's name has no '?' and no NUL: $path" }
        // SQLite has a meaning of its own for names like `:memory:` and `file:x`; an absolute path is only a path.
        val file = path.toAbsolutePath()
        try {
            return open(file)
        } catch (failure: SQLException) {
            val causes = generateSequence<Throwable>(failure) { it.cause }
            causes.find { it is NativeLibraryNotFoundException }?.let { throw withoutNativeLibrary(it) }
            throw SqliteFaults.translate(failure)
        } catch (failure: IOException) {
            throw StoreFaultException(Kind.UNAVAILABLE, "$file cannot be opened: $failure", failure)
        } catch (failure: LinkageError) {
            throw withoutNativeLibrary(failure)
        }
    }

    /** What is opened holds on to [guard]; what is not lets it go. */
    private inline fun <G : AutoCloseable> guarded(
        guard: G,
        open: (G) -> StoreBackend,
    ): StoreBackend {
        try {
            return open(guard)
        } catch (failure: Throwable) {
            guard.close()
            throw failure
        }
    }

    private fun withoutNativeLibrary(failure: Throwable) =
        StoreFaultException(
            Kind.UNAVAILABLE,
            "SQLite's native library cannot be loaded: $failure (org.sqlite.tmpdir names the folder " +
                "it is unpacked to; newer JVMs want --enable-native-access)",
            failure,
        )

    private fun openGuarded(
        file: Path,
        guard: FileGuard,
        clock: InstantSource,
        suspicion: Suspicion?,
        setAside: BiConsumer<Path, String>?,
        options: SqliteOptions,
    ): StoreBackend {
        val inode = fileKey(file)
        var madeByPython = false
        when (val kind = FileLook.inspect(file, suspicion)) {
            is FileKind.Foreign -> {
                throw foreign(file, guard)
            }

            is FileKind.Unusable -> {
                if (setAside == null) throw damaged(file, kind)
                val renamed =
                    guard.exclusively {
                        // Another process may have mended it, or put another in its place, between the look and the lock.
                        val same = FileLook.inspect(file, suspicion) is FileKind.Unusable && fileKey(file) == inode
                        if (same) rename(file, clock) else null
                    }
                if (renamed == null) return openGuarded(file, guard, clock, suspicion, setAside, options)
                setAside.accept(renamed, kind.reason)
                create(file, options)
            }

            is FileKind.Empty -> {
                create(file, options)
            }

            is FileKind.Ours -> {
                if (!kind.complete) complete(file, options)
                madeByPython = kind.madeByPython
            }
        }
        val openWriter = { SqlitePragmas.openWriter(file, options) }
        val openReader = { SqlitePragmas.openReader(file, options) }
        return SqliteStore(file, guard, openWriter, openReader, madeByPython)
    }

    private fun foreign(
        file: Path,
        guard: AutoCloseable,
    ): ForeignFileException {
        if (guard is FileGuard) guard.withdraw()
        return ForeignFileException(file.toString())
    }

    private fun damaged(
        file: Path,
        kind: FileKind.Unusable,
    ) = StoreFaultException(Kind.DAMAGED, "$file is damaged, or no cache: ${kind.reason}")

    /** What tells this file from another of its name, where the system has such a thing. */
    private fun fileKey(file: Path): Any? =
        if (Files.exists(file)) Files.readAttributes(file, BasicFileAttributes::class.java).fileKey() else null

    private fun create(
        file: Path,
        options: SqliteOptions,
    ) {
        FileGuard.createPrivately(file)
        SqlitePragmas.begin(file, options)
        complete(file, options)
    }

    /** Brings the schema up to date in one transaction. Processes that open a new file together wait for each other here. */
    private fun complete(
        file: Path,
        options: SqliteOptions,
    ) {
        SqlitePragmas.openWriter(file, options).use { connection ->
            connection.createStatement().use { statement ->
                statement.execute("PRAGMA busy_timeout=5000")
                statement.execute("BEGIN IMMEDIATE")
                var done = false
                try {
                    SchemaSetup.complete(connection)
                    statement.execute("COMMIT")
                    done = true
                } finally {
                    if (!done) runCatching { statement.execute("ROLLBACK") }
                }
            }
        }
    }

    private fun rename(
        file: Path,
        clock: InstantSource,
    ): Path {
        val name = "${file.fileName}.damaged-${STAMP.format(clock.instant())}"
        val names = sequenceOf(name) + generateSequence(2) { it + 1 }.map { "$name-$it" }
        val target = names.map(file::resolveSibling).first { Files.notExists(it) }
        for (suffix in listOf("-wal", "-shm", "")) {
            val part = file.resolveSibling("${file.fileName}$suffix")
            val newPart = target.resolveSibling("${target.fileName}$suffix")
            if (Files.exists(part)) Files.move(part, newPart, StandardCopyOption.ATOMIC_MOVE)
        }
        return target
    }
}
