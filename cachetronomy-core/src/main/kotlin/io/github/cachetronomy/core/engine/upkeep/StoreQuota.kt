package io.github.cachetronomy.core.engine.upkeep

import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.engine.events.HealthBoard
import io.github.cachetronomy.core.engine.events.HealthBoard.Topic
import io.github.cachetronomy.core.engine.logs.LogBook
import io.github.cachetronomy.core.engine.queue.StoreGrowth
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.writes.Removals
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.spi.IdleEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.StoreSpace
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import java.time.Duration

/**
 * Keeps the store within a number of bytes: what is expired goes first, then what was used the longest ago, and the
 * room that gets free is given back where it has to be.
 *
 * Removing begins a little below the quota. The pages that get free are filled by the next writes then, and a store
 * that has reached its quota neither grows nor has to be made smaller.
 */
internal class StoreQuota(
    private val slot: StoreSlot,
    private val queue: WriteQueue,
    private val removals: Removals,
    private val book: LogBook,
    private val scope: EngineScope,
    private val growth: StoreGrowth,
    private val health: HealthBoard,
    private val clock: CacheClock,
) {
    /** The most bytes that the store may take; null = any number. */
    @Volatile
    var maxBytes: Long? = null
        set(bytes) {
            field = bytes
            growth.much = bytes?.let { maxOf(it / LOOKS_A_QUOTA, LEAST_WRITTEN) }
            book.mostRows = bytes?.let { it / BYTES_A_LOG_ROW }
        }

    /** The store that the rest is about. Of a job, as what follows. */
    private var looked: StoreBackend? = null

    /**
     * Bytes of rows that were removed without a page getting free: others share their pages. They count as free, or
     * each look would remove as many again; making the store smaller gets them back.
     */
    private var hidden = 0L

    /** When to try again to make the store smaller, in ticks; null = at any time. */
    private var nextAttempt: Long? = null

    /** How long to wait when that fails. */
    private var pause = FIRST_PAUSE

    /** Waits until it is time to look. */
    suspend fun rest() = growth.await()

    /** Looks once, and does what has to be done. */
    suspend fun look() {
        val quota = maxBytes ?: return
        val found = measured() ?: return
        val due = nextAttempt?.let { clock.ticks() - it >= 0 } ?: true
        // Often it is only the log that has grown.
        val isSmall = found.isSmall(quota) || (due && shortened(quota))
        var culled = if (!isSmall || measured()?.isFull(quota) == true) cull(quota) else 0
        val fits = isSmall || (due && shrunk(quota))
        // Made anew, the store has nothing hidden any more, and more may have to go than it seemed.
        if (!fits && due && culled == 0) culled = cull(quota)
        when {
            fits -> {
                met()
            }

            culled > 0 -> {}

            due -> {
                notMet(quota)
            }
        }
        if (culled > 0) growth.wake()
    }

    private fun StoreSpace.isSmall(quota: Long) = bytesTaken <= quota

    private fun StoreSpace.isFull(quota: Long) = bytesUsed - hidden > quota - quota / 20

    private fun met() {
        pause = FIRST_PAUSE
        nextAttempt = null
        health.clear(Topic.SPACE)
    }

    private fun notMet(quota: Long) {
        nextAttempt = clock.ticks() + pause.toNanos()
        pause = minOf(pause.multipliedBy(2), LONGEST_PAUSE)
        health.raise(Topic.SPACE, "the store takes more than maxBytesInStore ($quota) and cannot be made smaller now")
    }

    /** The room that the store takes at the moment, or null where it cannot be had. */
    private suspend fun measured(): StoreSpace? =
        asked { store ->
            if (store !== looked) hidden = 0
            looked = store
            store.maintenance.space()
        }

    /**
     * Removes what was used least, until the store is a tenth below its quota. Gives how many rows that were. The last
     * reads are in the log before, and what left is in the log afterwards, so that all of it is measured.
     */
    private suspend fun cull(quota: Long): Int {
        if (!isLogged()) return 0
        val space = measured() ?: return 0
        val store = looked
        var tooMany = space.bytesUsed - hidden - (quota - quota / 10)
        if (store == null || tooMany <= 0) return 0
        val now = clock.now()
        val idle = asked { if (it === store) it.entries.leastUsed(now, tooMany, MOST_FOUND) else null }.orEmpty()
        var count = 0
        // A transaction each, so that writers get their turn in between; small ones, to see what a row really takes.
        for (piece in pieces(idle, (quota / PIECES_A_QUOTA).coerceIn(LEAST_PIECE_BYTES, MOST_PIECE_BYTES))) {
            if (tooMany <= 0) break
            val culled = removals.cull(store, piece).awaitSuspending() ?: return count
            val gone = piece.sumOf { it.bytes } * culled.count / piece.size
            hidden = maxOf(0, hidden + gone - culled.freed)
            tooMany -= maxOf(gone, culled.freed)
            count += culled.count
        }
        isLogged()
        return count
    }

    /** Whether the logs have what came before, and no more rows than they may. */
    private suspend fun isLogged(): Boolean {
        try {
            queue.awaitSuspending(book.barrier())
        } catch (_: StoreFaultException) {
            // Whoever writes hears of it.
            return false
        }
        book.trim()
        return true
    }

    private fun pieces(
        rows: List<IdleEntry>,
        most: Long,
    ): List<List<IdleEntry>> =
        buildList {
            var bytes = 0L
            var piece = ArrayList<IdleEntry>()
            for (row in rows) {
                if (piece.size == MOST_PIECE_ROWS || bytes >= most) {
                    add(piece)
                    piece = ArrayList()
                    bytes = 0
                }
                piece += row
                bytes += row.bytes
            }
            if (piece.isNotEmpty()) add(piece)
        }

    /** Whether the store is small enough without what it keeps beside itself, as far as that could be given up. */
    private suspend fun shortened(quota: Long): Boolean = asked { isLogShort(it) && isSmallNow(it, quota) } ?: false

    /**
     * Whether the store is small enough now, made anew if need be. While somebody reads for long that would make its
     * log larger and nothing smaller, so it is left alone.
     */
    private suspend fun shrunk(quota: Long): Boolean {
        val context = currentCoroutineContext()
        val watch =
            ProgressListener { _, _ ->
                context.ensureActive()
                if (queue.isKeptWaiting) throw StoreFaultException(Kind.BUSY, "others wait for the store")
            }
        val fits =
            asked { store ->
                isLogShort(store) &&
                    (isSmallNow(store, quota) || (madeAnew(store, watch) && isSmallNow(store, quota)))
            }
        return fits ?: false
    }

    private fun isLogShort(store: StoreBackend) = store.maintenance.shortenLog(LOG_PATIENCE)

    private fun madeAnew(
        store: StoreBackend,
        watch: ProgressListener,
    ): Boolean {
        store.maintenance.vacuum(queue.patience, watch)
        hidden = 0
        return true
    }

    private fun isSmallNow(
        store: StoreBackend,
        quota: Long,
    ): Boolean = store.maintenance.space()?.isSmall(quota) ?: true

    /** The store's answer, or null where it has none now, or cannot do it at all. Reads and writes tell what is wrong. */
    private suspend fun <R : Any> asked(ask: (StoreBackend) -> R?): R? =
        scope.onStore {
            try {
                ask(slot.current)
            } catch (_: StoreFaultException) {
                null
            } catch (_: UnsupportedOperationException) {
                null
            }
        }

    private companion object {
        /** How often to look while a quota's bytes are written, and after how many of them at the least. */
        const val LOOKS_A_QUOTA = 32
        const val LEAST_WRITTEN = 64L * 1024

        /** So that the logs take no more than a third of the store, or a little less. */
        const val BYTES_A_LOG_ROW = 1_024

        const val MOST_FOUND = 100_000
        const val MOST_PIECE_ROWS = 1_000
        const val PIECES_A_QUOTA = 64
        const val LEAST_PIECE_BYTES = 64L * 1024
        const val MOST_PIECE_BYTES = 4L * 1024 * 1024

        /** Nobody can write meanwhile. */
        val LOG_PATIENCE: Duration = Duration.ofMillis(100)
        val FIRST_PAUSE: Duration = Duration.ofSeconds(5)
        val LONGEST_PAUSE: Duration = Duration.ofMinutes(10)
    }
}
