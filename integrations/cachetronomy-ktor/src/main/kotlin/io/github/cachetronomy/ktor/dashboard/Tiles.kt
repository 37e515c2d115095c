package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheStats
import kotlinx.html.FlowContent
import kotlinx.html.id
import kotlinx.html.li
import kotlinx.html.span
import kotlinx.html.strong
import kotlinx.html.ul

/** A number that is worth a large type. */
internal class Tile(
    val id: String,
    val label: String,
    val value: String,
)

internal fun tiles(stats: CacheStats): List<Tile> {
    val loads = stats.loads + stats.loadFailures
    return listOf(
        Tile("tile-ratio", "Hit ratio", if (stats.hits + stats.misses == 0L) "–" else percent(stats.hitRatio)),
        Tile("tile-reads", "Reads", count(stats.hits + stats.misses)),
        Tile("tile-memory", "Entries in memory", count(stats.memoryEntries)),
        Tile("tile-load", "Mean load time", if (loads == 0L) "–" else millis(stats.loadTime.toNanos() / 1e6 / loads)),
        Tile("tile-evictions", "Evictions", count(stats.evictionsByCause.values.sum())),
        Tile("tile-failures", "Failed loads, lost writes", count(stats.loadFailures + stats.droppedWrites)),
    )
}

internal fun FlowContent.tileRow(stats: CacheStats) {
    ul("tiles") {
        tiles(stats).forEach { tile ->
            li("tile") {
                span { +tile.label }
                strong {
                    id = tile.id
                    +tile.value
                }
            }
        }
    }
}
