package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.text.TimeText
import org.jetbrains.exposed.v1.core.Op
import org.jetbrains.exposed.v1.core.and
import org.jetbrains.exposed.v1.core.count
import org.jetbrains.exposed.v1.core.lessEq
import org.jetbrains.exposed.v1.core.like
import org.jetbrains.exposed.v1.core.notLike
import org.jetbrains.exposed.v1.core.sum
import org.jetbrains.exposed.v1.jdbc.select
import org.jetbrains.exposed.v1.jdbc.selectAll

/** How many entries there are, and how many bytes their values have. */
internal class RowCount private constructor(
    val live: Long,
    val expired: Long,
    val bytes: Long,
) {
    companion object {
        private const val UTC = "%T%+00:00"

        /** Counts inside of a transaction of Exposed. What is expired at [now] is counted as that. */
        fun at(now: Long): RowCount {
            val rows = RowIdExpression.count()
            val bytes = SizeExpression.sum()
            val all = CacheTable.select(rows, bytes).single()
            // Times in UTC sort as text; those with another offset are read one by one.
            val inUtc = expired((CacheTable.expireAt lessEq TimeText.format(now)) and (CacheTable.expireAt like UTC))
            val elsewhere =
                CacheTable.select(CacheTable.expireAt).where { CacheTable.expireAt notLike UTC }.count { row ->
                    TimeText.parse(row[CacheTable.expireAt])?.let { it <= now } ?: false
                }
            val expired = inUtc + elsewhere
            return RowCount(all[rows] - expired, expired, all.getOrNull(bytes) ?: 0L)
        }

        private fun expired(due: Op<Boolean>): Long = CacheTable.selectAll().where { due }.count()
    }
}
