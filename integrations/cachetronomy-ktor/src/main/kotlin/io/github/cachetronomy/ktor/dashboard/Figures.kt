package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.EvictionRecord
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.coroutines.Cachetronaut
import kotlin.time.Duration.Companion.seconds

/** Some entries that have something in common. */
internal class Share(
    val name: String,
    val entries: Long,
    val bytes: Long,
)

/** What is read from the logs and tables in no time. */
internal class Records(
    val profiles: List<Profile>,
    val mostRead: List<AccessRecord>,
    val evictions: List<EvictionRecord>,
)

/** What takes a walk through the whole table. Expired entries count until they are swept out. */
internal class Figures(
    val volume: CacheVolume,
    val byTag: List<Share>,
    val byProfile: List<Share>,
    val byFormat: List<Share>,
    val bySize: List<Share>,
)

internal suspend fun Cachetronaut.records(): Records =
    Records(profiles.list(), accessLog.top(MOST_READ), evictionLog.recent(MOST_EVICTIONS))

internal suspend fun Cachetronaut.figures(): Figures =
    Figures(
        admin.volume(),
        shares(BY_TAG),
        shares(by("saved_by_profile")),
        shares(by("fmt")),
        shares(BY_SIZE),
    )

private suspend fun Cachetronaut.shares(sql: String): List<Share> =
    admin.query(sql, limit = MOST_SHARES, timeLimit = 60.seconds).rows.map { row ->
        Share(row["name"]?.toString().orEmpty(), row["entries"] as? Long ?: 0, row["bytes"] as? Long ?: 0)
    }

private fun by(column: String) =
    "SELECT $column AS name, COUNT(*) AS entries, SUM(LENGTH(data)) AS bytes FROM cache GROUP BY 1 ORDER BY 2 DESC, 1"

/** Few rows have tags that no other row has: those are taken apart that are left once they are counted. */
private const val BY_TAG =
    "SELECT tag.value AS name, SUM(entries) AS entries, SUM(bytes) AS bytes FROM " +
        "(SELECT tags, COUNT(*) AS entries, SUM(LENGTH(data)) AS bytes FROM cache GROUP BY tags) AS alike, " +
        "json_each(CASE WHEN json_valid(alike.tags) THEN alike.tags ELSE '[]' END) AS tag " +
        "GROUP BY 1 ORDER BY 2 DESC, 1"

private const val BY_SIZE =
    "SELECT CASE WHEN size < 1024 THEN 'under 1 KiB' WHEN size < 10240 THEN '1 to 10 KiB' " +
        "WHEN size < 102400 THEN '10 to 100 KiB' WHEN size < 1048576 THEN '100 KiB to 1 MiB' " +
        "ELSE '1 MiB and more' END AS name, COUNT(*) AS entries, SUM(size) AS bytes " +
        "FROM (SELECT LENGTH(data) AS size FROM cache) GROUP BY 1 ORDER BY MIN(size)"

private const val MOST_SHARES = 20
private const val MOST_READ = 15
private const val MOST_EVICTIONS = 15
