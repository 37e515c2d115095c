package io.github.cachetronomy.core.engine.admin

import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.ImportReport
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.spi.StoredEntry
import java.io.InputStream

/** Reads lines of an export and has their entries written, some hundreds at a time. A wrong line costs itself. */
internal class Import(
    input: InputStream,
    private val lines: ImportLines,
    private val progress: ProgressListener,
    private val write: (List<StoredEntry>) -> Unit,
) {
    private val source = LineReader(input)
    private val waiting = ArrayList<StoredEntry>()
    private var waitingBytes = 0L
    private var read = 0L
    private var written = 0L
    private var expired = 0L
    private var wrong = 0L
    private val wrongLines = ArrayList<ImportReport.WrongLine>()

    fun run(): ImportReport {
        while (source.next()) {
            take()
            if (waiting.size >= MOST_ROWS || waitingBytes >= MOST_BYTES) flush()
        }
        flush()
        return ImportReport(read, written, expired, wrong, wrongLines.toList())
    }

    private fun take() {
        val line = source.line
        if (line != null && line.all { it == SPACE }) return
        read++
        try {
            requireNotNull(line) { "it has more than ${LineReader.LONGEST} bytes" }
            val entry = lines.entry(line)
            if (entry == null) {
                expired++
            } else {
                waiting += entry
                waitingBytes += entry.size
            }
        } catch (refused: IllegalArgumentException) {
            wrong(refused)
        } catch (refused: EncodingFailedException) {
            wrong(refused)
        }
    }

    private fun wrong(refused: RuntimeException) {
        wrong++
        if (wrongLines.size < MOST_LISTED) {
            wrongLines += ImportReport.WrongLine(source.number, refused.message.orEmpty())
        }
    }

    private fun flush() {
        // Before it is written: whoever has gone wants no more of it.
        progress.progressed(read, UNKNOWN)
        if (waiting.isNotEmpty()) write(waiting.toList())
        written += waiting.size
        waiting.clear()
        waitingBytes = 0
    }

    private companion object {
        const val MOST_ROWS = 500
        const val MOST_BYTES = 4L * 1024 * 1024
        const val MOST_LISTED = 1_000
        const val UNKNOWN = -1L
        const val SPACE = ' '.code.toByte()
    }
}
