package io.github.cachetronomy.core.engine.admin

import io.github.cachetronomy.core.ExportReport
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.PagedEntry
import io.github.cachetronomy.core.spi.StoredEntry
import java.io.OutputStream

/**
 * Writes entries as lines of JSON, in the order in which they were first written. Keys are read page by page and
 * values by the megabyte, so that the size of the file does not matter.
 */
internal class Export(
    private val source: Source,
    private val out: OutputStream,
    /** Only entries that are not expired at this time; null = all. */
    private val liveAt: Long?,
    private val progress: ProgressListener,
) {
    /** Where the entries are. */
    interface Source {
        fun count(): Long

        fun page(page: EntryPage): List<PagedEntry>

        fun rows(keys: List<String>): Map<String, StoredEntry>
    }

    private var written = 0L
    private var damaged = 0L

    fun run(): ExportReport {
        val total = source.count()
        var after: String? = null
        do {
            val page = source.page(EntryPage(after, PAGE, KeyOrder.INSERTION, "", liveAt, withData = false))
            after = page.lastOrNull()?.cursor
            pieces(page.map(PagedEntry::entry)).forEach { keys ->
                export(keys)
                progress.progressed(written + damaged, maxOf(total, written + damaged))
            }
        } while (page.size == PAGE)
        out.flush()
        return ExportReport(written, damaged)
    }

    private fun export(keys: List<String>) {
        val rows = source.rows(keys)
        // What was removed meanwhile is not missed.
        for (row in keys.mapNotNull(rows::get)) {
            when {
                row.fault != null -> {
                    damaged++
                }

                liveAt == null || row.expiresAt > liveAt -> {
                    out.write(ExportLine.of(row).encodeToByteArray())
                    out.write('\n'.code)
                    written++
                }
            }
        }
    }

    /** The keys of [entries] in pieces whose values are not too large together. */
    private fun pieces(entries: List<StoredEntry>): List<List<String>> {
        val pieces = ArrayList<ArrayList<String>>()
        var room = 0L
        for (entry in entries) {
            if (pieces.isEmpty() || room < entry.size) {
                pieces += ArrayList<String>()
                room = PIECE_BYTES
            }
            room -= entry.size
            pieces.last() += entry.key
        }
        return pieces
    }

    private companion object {
        const val PAGE = 500
        const val PIECE_BYTES = 4L * 1024 * 1024
    }
}
