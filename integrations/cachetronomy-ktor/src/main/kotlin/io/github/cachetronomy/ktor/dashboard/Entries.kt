package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.core.AccessRecord
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.coroutines.Cachetronaut
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

/**
 * Looking counts as no read of the key and moves nothing into memory. The cache's totals have one hit or miss more
 * where the value is wanted, or there is no live entry.
 */
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
    val more: Boolean,
)

internal class FoundEntry(
    val key: String,
    /** Null where it went meanwhile. */
    val metadata: EntryMetadata?,
)

internal suspend fun Cachetronaut.byPrefix(prefix: String): Found = found(keys(prefix = prefix).take(MOST + 1).toList())

internal suspend fun Cachetronaut.byTag(tag: String): Found = found(keysByTags(setOf(tag)).take(MOST + 1).toList())

private suspend fun Cachetronaut.found(keys: List<String>): Found =
    Found(keys.take(MOST).map { FoundEntry(it, metadata(it)) }, keys.size > MOST)

private const val MOST = 100
