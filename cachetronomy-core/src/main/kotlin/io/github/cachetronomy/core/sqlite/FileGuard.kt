package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.channels.FileLock
import java.nio.channels.OverlappingFileLockException
import java.nio.file.FileAlreadyExistsException
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.FileAttribute
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * A lock on `NAME-lock` beside the database, held as long as the database is open: shared with other
 * processes, exclusive for the moment in which a damaged file is set aside.
 *
 * It also refuses a second class loader. Each loader brings its own copy of SQLite, and the two do
 * not see each other's POSIX locks (https://sqlite.org/howtocorrupt.html, section 2.2.1); the JVM
 * does not let two channels of one process lock overlapping bytes, whichever loader they belong to.
 */
internal class FileGuard private constructor(
    private val file: Path,
    private val channel: FileChannel,
    private var lock: FileLock,
    private val isNew: Boolean,
) : AutoCloseable {
    /** How many have the database open through this class loader. Guarded by [holding]. */
    private var holders = 1

    /** Runs [block] while no other process has the database open, or fails if one has. */
    fun <R> exclusively(block: () -> R): R {
        lock.release()
        val exclusive = channel.tryLock(0, 1, false)
        try {
            if (exclusive != null) return block()
            throw StoreFaultException(Kind.UNAVAILABLE, "damaged, and other processes have it open")
        } finally {
            exclusive?.release()
            lock =
                channel.tryLock(0, 1, true)
                    ?: throw StoreFaultException(Kind.UNAVAILABLE, "another process is setting the file aside")
        }
    }

    /** Takes the lock's file away where it was made for this opening: the database turned out to be somebody else's. */
    fun withdraw() {
        if (isNew) Files.deleteIfExists(file)
    }

    override fun close(): Unit =
        holding.withLock {
            if (--holders > 0) return
            guards.remove(file)
            channel.close()
        }

    companion object {
        private val posix = "posix" in FileSystems.getDefault().supportedFileAttributeViews()

        private val holding = ReentrantLock()

        /** Guarded by [holding]: the locks that are held, by their real path. */
        private val guards = HashMap<Path, FileGuard>()

        fun acquire(database: Path): FileGuard {
            val name = lockOf(database)
            val isNew = createPrivately(name)
            val file = name.toRealPath()
            holding.withLock {
                val held = guards[file]?.also { it.holders++ }
                return held ?: lock(database, file, isNew).also { guards[file] = it }
            }
        }

        /**
         * As [acquire]; but where the lock cannot be made or written, nobody else in this JVM can have
         * done it, so there is nothing to guard against.
         */
        fun acquireForReading(database: Path): AutoCloseable =
            try {
                acquire(database)
            } catch (_: IOException) {
                AutoCloseable { }
            }

        private fun lockOf(database: Path) = database.resolveSibling("${database.fileName}-lock")

        private fun lock(
            database: Path,
            file: Path,
            isNew: Boolean,
        ): FileGuard {
            val channel = FileChannel.open(file, READ, WRITE)
            try {
                val lock =
                    channel.tryLock(0, 1, true)
                        ?: throw StoreFaultException(Kind.UNAVAILABLE, "another process is setting $database aside")
                return FileGuard(file, channel, lock, isNew)
            } catch (_: OverlappingFileLockException) {
                channel.close()
                throw StoreUnavailableException(
                    "$database is open in this JVM already, through another class loader; two copies of SQLite would corrupt it",
                )
            } catch (failure: Throwable) {
                channel.close()
                throw failure
            }
        }

        /** Makes an empty file that only its owner may read, unless there is one. Returns whether it did. */
        fun createPrivately(file: Path): Boolean =
            try {
                Files.createFile(file, *attributes("rw-------"))
                true
            } catch (_: FileAlreadyExistsException) {
                false
            }

        /** Makes the missing folders above [file], each for its owner alone. */
        @Throws(IOException::class)
        fun createFolders(file: Path) {
            val folder = file.parent ?: return
            Files.createDirectories(folder, *attributes("rwx------"))
        }

        private fun attributes(mode: String): Array<FileAttribute<*>> =
            if (!posix) {
                emptyArray()
            } else {
                arrayOf(PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))
            }
    }
}
