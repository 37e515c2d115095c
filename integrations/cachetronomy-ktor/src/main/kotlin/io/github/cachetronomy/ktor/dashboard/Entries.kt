package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.coroutines.Cachetronaut
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.firstOrNull
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList

/** One key, as a reader would find it now. */
internal class Entry(
    val key: String,
    /** What a reader gets; null where there is a live entry and its value was not wanted. */
    val lookup: Lookup<Any?>?,
    /** Of the live entry; null where there is none. */
    val metadata: EntryMetadata?,
    /** What the row says that no reader gets; null where there is no row, or where it is not needed. */
    val row: Map<String, Any?>?,
    /** Null where none are counted, or the file cannot be read. */
    val reads: AccessRecord?,
    val isInMemory: Boolean,
)

/** Looking counts as no read, and moves nothing into memory. */
internal suspend fun Cachetronaut.entry(
    key: String,
    withValue: Boolean,
): Entry {
    val metadata = metadata(key)
    val lookup = if (metadata == null || withValue) find<Any?>(key, promote = false) else null
    val isUnused = lookup is Lookup.Miss && lookup.reason != MissReason.ABSENT
    val row = if (isUnused) ifReadable { row(key) } else null
    return Entry(key, lookup, metadata, row, ifReadable { accessLog.find(key) }, isInMemory(key))
}

private suspend fun <T> ifReadable(read: suspend () -> T?): T? =
    try {
        read()
    } catch (_: StoreUnavailableException) {
        // The page says so anyway, and what memory knows is worth showing.
        null
    }

/** Memory knows the value as its class, which is not known here: what answers `find` is the file. */
private suspend fun Cachetronaut.isInMemory(key: String): Boolean = keys(Tier.MEMORY, prefix = key).firstOrNull() == key

/** A store that takes no SQL has nothing more to say. */
private suspend fun Cachetronaut.row(key: String): Map<String, Any?>? =
    try {
        admin.query(ROW, listOf(key), limit = 1).rows.firstOrNull()
    } catch (_: UnsupportedOperationException) {
        null
    }

private const val ROW =
    "SELECT fmt AS format, expire_at, tags, version, saved_by_profile, LENGTH(data) AS bytes FROM cache WHERE key = ?"

/** Some of the entries that were asked for. */
internal class Found(
    val entries: List<FoundEntry>,
    /** How many come before them. */
    private val before: Int,
    /** Whether others follow. */
    val more: Boolean,
) {
    /** The number of the first of [entries], from 1. */
    val first: Int get() = before + 1
    val last: Int get() = before + entries.size
}

internal class FoundEntry(
    val key: String,
    /** Null where it went meanwhile. */
    val metadata: EntryMetadata?,
)

/** The hundred entries of [page], which is counted from 0, by key. */
internal suspend fun Cachetronaut.byPrefix(
    prefix: String,
    page: Int,
): Found = found(keys(prefix = prefix), page)

/** As [byPrefix], with [tag]. */
internal suspend fun Cachetronaut.byTag(
    tag: String,
    page: Int,
): Found = found(keysByTags(setOf(tag)), page)

private suspend fun Cachetronaut.found(
    keys: Flow<String>,
    page: Int,
): Found {
    val before = page * A_PAGE
    val some = keys.drop(before).take(A_PAGE + 1).toList()
    return Found(some.take(A_PAGE).map { FoundEntry(it, metadata(it)) }, before, some.size > A_PAGE)
}

private const val A_PAGE = 100
