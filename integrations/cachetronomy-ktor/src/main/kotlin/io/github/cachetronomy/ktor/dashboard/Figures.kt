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

internal suspend fun Cachetronaut.figures(): Figures {
    val shares =
        admin.query(SHARES, limit = 4 * MOST_SHARES, timeLimit = 60.seconds).rows.groupBy({ it["kind"] }) { row ->
            Share(row["name"]?.toString().orEmpty(), row["entries"] as? Long ?: 0, row["bytes"] as? Long ?: 0)
        }
    return Figures(
        admin.volume(),
        byTag = shares["tag"].orEmpty(),
        byProfile = shares["profile"].orEmpty(),
        byFormat = shares["format"].orEmpty(),
        bySize = shares["size"].orEmpty(),
    )
}

/**
 * Walks through the table once and counts what is alike in everything; of the groups that are left, few beside the
 * rows, it makes each table of the page.
 */
private val SHARES =
    """
    WITH alike AS MATERIALIZED (
      SELECT tags, saved_by_profile, fmt,
             CASE WHEN LENGTH(data) < 1024 THEN 1 WHEN LENGTH(data) < 10240 THEN 2
                  WHEN LENGTH(data) < 102400 THEN 3 WHEN LENGTH(data) < 1048576 THEN 4 ELSE 5 END AS size,
             COUNT(*) AS entries, SUM(LENGTH(data)) AS bytes
      FROM cache GROUP BY 1, 2, 3, 4
    )
    SELECT * FROM (
      SELECT 'tag' AS kind, tag.value AS name, SUM(entries) AS entries, SUM(bytes) AS bytes
      FROM alike, json_each(CASE WHEN json_valid(alike.tags) THEN alike.tags ELSE '[]' END) AS tag
      GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT $MOST_SHARES)
    UNION ALL SELECT * FROM (
      SELECT 'profile', saved_by_profile, SUM(entries), SUM(bytes)
      FROM alike GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT $MOST_SHARES)
    UNION ALL SELECT * FROM (
      SELECT 'format', fmt, SUM(entries), SUM(bytes)
      FROM alike GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT $MOST_SHARES)
    UNION ALL SELECT * FROM (
      SELECT 'size', CASE size WHEN 1 THEN 'under 1 KiB' WHEN 2 THEN '1 to 10 KiB' WHEN 3 THEN '10 to 100 KiB'
                               WHEN 4 THEN '100 KiB to 1 MiB' ELSE '1 MiB and more' END, SUM(entries), SUM(bytes)
      FROM alike GROUP BY size ORDER BY size)
    """

private const val MOST_SHARES = 20
private const val MOST_READ = 15
private const val MOST_EVICTIONS = 15
