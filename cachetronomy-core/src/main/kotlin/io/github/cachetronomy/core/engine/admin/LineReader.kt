package io.github.cachetronomy.core.engine.admin

import java.io.ByteArrayOutputStream
import java.io.InputStream

/** The lines of a stream as bytes, without their ends. One that is too long is passed over, never held. */
internal class LineReader(
    private val input: InputStream,
) {
    private val buffer = ByteArray(BUFFER)
    private var at = 0
    private var end = 0

    /** The number of the line read last; the first is 1. */
    var number: Long = 0L
        private set

    /** The line read last; null = it was too long. */
    var line: ByteArray? = null
        private set

    /** Reads the next line. Returns whether there was one. */
    fun next(): Boolean {
        if (at == end && !fill()) return false
        val read = ByteArrayOutputStream()
        var tooLong = false
        do {
            val stop = (at until end).firstOrNull { buffer[it] == NEWLINE } ?: end
            tooLong = tooLong || read.size() + (stop - at) > LONGEST
            if (tooLong) read.reset() else read.write(buffer, at, stop - at)
            val ended = stop < end
            at = if (ended) stop + 1 else end
        } while (!ended && fill())
        number++
        line = if (tooLong) null else withoutReturn(read.toByteArray())
        return true
    }

    private fun fill(): Boolean {
        at = 0
        end = maxOf(0, input.read(buffer))
        return end > 0
    }

    private fun withoutReturn(line: ByteArray): ByteArray =
        if (line.isNotEmpty() && line.last() == RETURN) line.copyOf(line.size - 1) else line

    companion object {
        /** The most bytes of a line: the largest value that is read, in base64 beside itself, and more. */
        const val LONGEST = 256 * 1024 * 1024
        private const val BUFFER = 64 * 1024
        private const val NEWLINE = '\n'.code.toByte()
        private const val RETURN = '\r'.code.toByte()
    }
}
