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

/**
 * A lock on `NAME-lock` beside the database, held as long as the database is open: shared with other
 * processes, exclusive for the moment in which a damaged file is set aside.
 *
 * It also refuses a second class loader. Each loader brings its own copy of SQLite, and the two do
 * not see each other's POSIX locks (https://sqlite.org/howtocorrupt.html, section 2.2.1); the JVM
 * does not let two channels of one process lock overlapping bytes, whichever loader they belong to.
 */
internal class FileGuard private constructor(
    private val channel: FileChannel,
    private var lock: FileLock,
) : AutoCloseable {
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

    override fun close() = channel.close()

    companion object {
        private val posix = "posix" in FileSystems.getDefault().supportedFileAttributeViews()

        fun acquire(database: Path): FileGuard {
            val file = database.resolveSibling("${database.fileName}-lock")
            createPrivately(file)
            val channel = FileChannel.open(file, READ, WRITE)
            try {
                val lock =
                    channel.tryLock(0, 1, true)
                        ?: throw StoreFaultException(Kind.UNAVAILABLE, "another process is setting $database aside")
                return FileGuard(channel, lock)
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
