package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.CacheStats
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.HotKey
import kotlinx.html.FlowContent
import kotlinx.html.div

internal fun FlowContent.hotKeys(
    frame: Frame,
    hotKeys: List<HotKey>,
) {
    card("hot", "Hot keys") {
        val most = hotKeys.maxOfOrNull { it.reads } ?: 0
        grid(
            "Most read of the keys in memory",
            listOf(Column("Key"), Column("Reads", isNumber = true), Column("")),
            hotKeys.map { row(keyCell(frame, it.key), textCell(count(it.reads)), barCell(it.reads, most)) },
        )
    }
}

internal fun FlowContent.mostRead(
    frame: Frame,
    records: Reading<Records>,
) {
    card("most-read", "Most read") {
        unread(records)
        if (records !is Reading.Ready) return@card
        grid(
            "Most read since the file's access log began",
            listOf(Column("Key"), Column("Reads", isNumber = true), Column("Last read")),
            records.value.mostRead.map {
                row(keyCell(frame, it.key), textCell(count(it.reads)), textCell(time(it.lastAccessed)))
            },
        )
    }
}

internal fun FlowContent.evictions(
    frame: Frame,
    stats: CacheStats,
    records: Reading<Records>,
) {
    card("evictions", "Evictions") {
        div("columns unequal") {
            div { causes(stats.evictionsByCause) }
            div {
                unread(records)
                if (records is Reading.Ready) recent(frame, records.value)
            }
        }
    }
}

private fun FlowContent.causes(byCause: Map<EvictionCause, Long>) {
    val most = byCause.values.maxOrNull() ?: 0
    grid(
        "Since the cache was opened, by cause",
        listOf(Column("Cause"), Column("Entries", isNumber = true), Column("")),
        byCause.entries.sortedByDescending { it.value }.map { (cause, number) ->
            row(textCell(words(cause)), textCell(count(number)), barCell(number, most))
        },
    )
}

private fun FlowContent.recent(
    frame: Frame,
    records: Records,
) {
    grid(
        "The last ones in the file's eviction log",
        listOf(Column("Key"), Column("Cause"), Column("When"), Column("Reads", isNumber = true), Column("Profile")),
        records.evictions.map {
            row(
                keyCell(frame, it.key),
                textCell(it.cause?.let(::words) ?: cut(shown(it.reason), most = 30)),
                textCell(time(it.evictedAt)),
                textCell(count(it.reads)),
                { keyText(it.profile) },
            )
        },
    )
}
