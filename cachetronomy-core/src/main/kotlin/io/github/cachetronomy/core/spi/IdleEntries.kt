package io.github.cachetronomy.core.spi

import java.util.PriorityQueue

/**
 * Finds the rows that are to go first among all that are [offer]ed, without holding on to the others: what is expired
 * at [now], then what was used the longest ago, as many as it takes for [bytes], and [limit] at the most.
 *
 * Rows are offered in the order of their insertion. A row that does not say when it was written is taken to be as
 * new as what was offered before it: another program inserts anew what it writes.
 */
internal class IdleEntries(
    private val now: Long,
    private val bytes: Long,
    private val limit: Int,
) {
    private val found = PriorityQueue(LAST_TO_GO_FIRST)
    private var foundBytes = 0L
    private var newest = StoredEntry.UNKNOWN

    /** [lastRead] is [StoredEntry.UNKNOWN] where nobody has read the row. */
    fun offer(
        entry: IdleEntry,
        lastRead: Long,
    ) {
        // A time that has not come yet says no more than that of this moment.
        newest = maxOf(newest, minOf(entry.writtenAt, now))
        val written = if (entry.writtenAt == StoredEntry.UNKNOWN) newest else minOf(entry.writtenAt, now)
        val used = if (entry.expiresAt <= now) EXPIRED else maxOf(written, minOf(lastRead, now), EXPIRED + 1)
        found += Candidate(entry, used)
        foundBytes += entry.bytes
        while (found.isNotEmpty() && (found.size > limit || foundBytes - found.peek().entry.bytes >= bytes)) {
            foundBytes -= found.poll().entry.bytes
        }
    }

    /** What was found, in the order in which it is to go. */
    fun inOrder(): List<IdleEntry> = found.sortedWith(LAST_TO_GO_FIRST.reversed()).map { it.entry }

    private class Candidate(
        val entry: IdleEntry,
        val used: Long,
    )

    private companion object {
        /** Before every other, even one that nobody knows the time of. */
        const val EXPIRED = Long.MIN_VALUE

        val LAST_TO_GO_FIRST: Comparator<Candidate> =
            compareByDescending<Candidate> { it.used }.thenByDescending { it.entry.place }
    }
}
