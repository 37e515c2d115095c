package io.github.cachetronomy.it.faults

import java.io.RandomAccessFile
import java.nio.channels.FileChannel
import java.nio.file.Path
import java.nio.file.StandardOpenOption

/**
 * What another process does to a file: a process that has a database open must not do it by itself,
 * for it would lose SQLite's locks.
 */
object Elsewhere {
    @JvmStatic
    fun main(args: Array<String>) {
        val (work, file) = args
        when (work) {
            "spoil" -> spoil(file)
            "spoil one page" -> spoilOnePage(file)
            "hold" -> hold(file)
        }
    }

    /** Zeroes all pages but the first few. */
    private fun spoil(file: String) {
        RandomAccessFile(file, "rw").use {
            val from = 8L * PAGE
            it.seek(from)
            it.write(ByteArray((it.length() - from).toInt()))
        }
        println("done")
    }

    /** Zeroes one page that holds rows or their keys, where SQLite, which begins at the end, comes to it late. */
    private fun spoilOnePage(file: String) {
        RandomAccessFile(file, "rw").use {
            it.seek(it.length() / PAGE / 3 * PAGE)
            it.write(ByteArray(PAGE))
        }
        println("done")
    }

    /** Holds the lock of all who have the file open, until its input ends. */
    private fun hold(file: String) {
        val lock = Path.of("$file-lock")
        FileChannel
            .open(lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)
            .use { channel ->
                channel.lock(0, 1, true).use {
                    println("held")
                    generateSequence(::readlnOrNull).forEach { _ -> }
                }
            }
    }

    private const val PAGE = 4096
}

/** Has another process do [work] to [file], and waits for its end. */
fun elsewhere(
    file: Path,
    work: String,
) {
    ChildJvm(Elsewhere::class.java, work, file).use { child ->
        child.hear()
        child.end()
    }
}
