package io.github.cachetronomy.testing

import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.KeyOrder
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.EntryPage
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoredEntry
import org.junit.jupiter.api.Assertions.assertAll
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import java.util.function.Supplier

/** A time to put things before and after: 17 March 2030, 17:46:40 UTC, in microseconds. */
internal const val SOME_TIME: Long = 1_900_000_000_000_000L

/** U+10FFFF, behind which there is no code point. */
internal const val LAST_CODE_POINT: String = "\uDBFF\uDFFF"

/** Keys that different mistakes would confuse with each other or refuse. */
internal val oddKeys: List<String> =
    listOf(
        "a",
        "A",
        "a ",
        " a",
        "aa",
        "a\u0000b",
        "a\u0000c",
        "a\nb",
        "key with ' quote",
        "\"quoted\"",
        "back\\slash",
        "100%",
        "100_",
        "10*",
        "[a]",
        "\u00e9",
        "e\u0301",
        "\uD7FF",
        "\uE000",
        "\uFFFD",
        "\uFFFF",
        "\uD83D\uDE00",
        "\uD83D\uDE00 and more",
        "a\uD83D\uDE01",
        LAST_CODE_POINT,
        LAST_CODE_POINT + "a",
        "k".repeat(65_536),
    )

internal fun entry(
    key: String,
    data: ByteArray = "the value of $key".encodeToByteArray(),
    format: String = "json",
    expiresAt: Long = StoredEntry.NEVER,
    tags: List<String> = emptyList(),
    version: Long = 1,
    profile: String = "default",
    createdAt: Long = SOME_TIME,
    shape: Long = 0,
): StoredEntry = StoredEntry(key, data, format, expiresAt, tags, version, profile, createdAt, shape)

internal fun <R> StoreBackend.commit(work: StoreBackend.() -> R): R =
    transaction(Durability.COMMITTED, Supplier { work() })

internal fun StoreBackend.commitAll(vararg rows: StoredEntry): Unit = commit { rows.forEach(entries::put) }

internal fun StoreBackend.keys(order: KeyOrder = KeyOrder.SORTED): List<String> =
    entries.page(page(order = order)).map { it.entry.key }

internal fun page(
    after: String? = null,
    limit: Int = 1_000,
    order: KeyOrder = KeyOrder.SORTED,
    prefix: String = "",
    liveAt: Long? = null,
    withData: Boolean = true,
    tags: Set<String>? = null,
    match: TagMatch = TagMatch.ANY,
): EntryPage = EntryPage(after, limit, order, prefix, liveAt, withData, tags, match)

internal fun assertSameRow(
    expected: StoredEntry,
    actual: StoredEntry?,
) {
    checkNotNull(actual) { "no row for ${expected.key.take(50)}" }
    assertAll(
        { assertEquals(expected.key, actual.key, "key") },
        { assertArrayEquals(expected.data, actual.data, "data") },
        { assertEquals(expected.data.size, actual.size, "size") },
        { assertEquals(expected.format, actual.format, "format") },
        { assertEquals(expected.expiresAt, actual.expiresAt, "expiresAt") },
        { assertEquals(expected.tags, actual.tags, "tags") },
        { assertEquals(expected.version, actual.version, "version") },
        { assertEquals(expected.profile, actual.profile, "profile") },
        { assertEquals(expected.createdAt, actual.createdAt, "createdAt") },
        { assertEquals(expected.shape, actual.shape, "shape") },
        { assertEquals(null, actual.fault, "fault") },
    )
}
