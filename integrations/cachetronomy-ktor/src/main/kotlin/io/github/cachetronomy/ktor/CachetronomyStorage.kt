package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.client.KeptResponse
import io.github.cachetronomy.ktor.client.KeptResponses
import io.ktor.client.plugins.cache.storage.CacheStorage
import io.ktor.client.plugins.cache.storage.CachedResponseData
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.Url
import io.ktor.util.date.getTimeMillis
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Keeps the responses that a Ktor client caches in a [Cachetronaut], so that a restart forgets none, and no more of
 * them than there is room for:
 *
 * ```
 * val client = HttpClient(CIO) {
 *     install(HttpCache) {
 *         publicStorage(CachetronomyStorage(cache))
 *         privateStorage(CachetronomyStorage(cache, name = "ktor-client-private"))
 *     }
 * }
 * ```
 *
 * A URL is one entry with its variants, those that `Vary` tells apart; of more than 16 the one goes that was stored
 * first. An entry leaves when the last of its variants is of no use any more, or earlier, when there are too many URLs.
 *
 * Not kept are bodies that are too large, parts of a body (206), responses that vary by everything (`*`), and those
 * that are stale when they come and could not be revalidated, having neither `ETag` nor `Last-Modified`. Such a
 * response also ends what was kept for the same request, which it has replaced.
 *
 * What the file cannot give is not found, and what it does not take is in memory only: no request fails for that, and
 * the cache tells of it in its health and its events. The client still throws
 * [InvalidCacheStateException][io.ktor.client.plugins.cache.InvalidCacheStateException], as with any storage, if a
 * response is gone when the server has just said that it is still good. A cache that was opened read-only is of no use
 * here: it refuses to store with an [IllegalStateException].
 *
 * URLs, headers and bodies are in the file as they came, for those who may read it. Thread-safe.
 */
public class CachetronomyStorage internal constructor(
    private val cache: Cachetronaut,
    private val maxBodyBytes: Int,
    private val keepStale: Duration,
    /** In milliseconds since 1970. */
    private val now: () -> Long,
) : CacheStorage {
    /**
     * @param cache has the responses in a namespace
     * @param name of the namespace. Clients of one name share their responses
     * @param maxEntries the most URLs that are kept, of which the one goes first that was not used for longest
     * @param maxBodyBytes the largest body that is kept; a URL may have one for each of its variants
     * @param keepStale how long a response that has become stale is kept, to be revalidated
     * @throws IllegalArgumentException if [name] is none for a namespace, or a number or [keepStale] is negative
     */
    public constructor(
        cache: Cachetronaut,
        name: String = "ktor-client",
        maxEntries: Int = 1_000,
        maxBodyBytes: Int = 1_048_576,
        keepStale: Duration = 7.days,
    ) : this(cache.namespace(name, maxEntries = maxEntries), maxBodyBytes, keepStale, ::getTimeMillis)

    init {
        require(maxBodyBytes >= 0) { "a body has no fewer than 0 bytes, not $maxBodyBytes" }
        require(!keepStale.isNegative()) { "a response is kept for a time that is not negative, not $keepStale" }
    }

    /** Keeps [data] in place of what there is of [url] for the same [CachedResponseData.varyKeys]. */
    override suspend fun store(
        url: Url,
        data: CachedResponseData,
    ) {
        val keptUntil = maxOf(now(), data.expires.timestamp) plusAtMost keepStale.inWholeMilliseconds
        if (keptUntil <= now() || !isWorthKeeping(data)) return remove(url, data.varyKeys)
        val new = KeptResponse(data, keptUntil)
        change(url) { kept ->
            val others = kept.filter { it.varyKeys != new.varyKeys && it.keptUntil > now() }
            (listOf(new) + others).take(MAX_VARIANTS)
        }
    }

    /** The last response stored for [url] that has all of [varyKeys], or null. */
    override suspend fun find(
        url: Url,
        varyKeys: Map<String, String>,
    ): CachedResponseData? =
        variants(url).firstOrNull { it.varyKeys.entries.containsAll(varyKeys.entries) }?.toData(url)

    /** All that is kept of [url], the last one stored first. */
    override suspend fun findAll(url: Url): Set<CachedResponseData> =
        variants(url).mapTo(LinkedHashSet()) { it.toData(url) }

    /** Removes the response for [url] that has exactly [varyKeys], if there is one. */
    override suspend fun remove(
        url: Url,
        varyKeys: Map<String, String>,
    ) {
        if (variants(url).any { it.varyKeys == varyKeys }) {
            change(url) { kept -> kept.filter { it.varyKeys != varyKeys } }
        }
    }

    /** Removes all that is kept of [url]. */
    override suspend fun removeAll(url: Url) {
        unlessRefused { cache.delete(keyOf(url)) }
    }

    private suspend fun variants(url: Url) =
        cache.get<KeptResponses>(keyOf(url)).of(url).filter { it.keptUntil > now() }

    /** Makes of the variants what [edit] says, which may be asked several times; nobody else's change is lost. */
    private suspend fun change(
        url: Url,
        edit: (List<KeptResponse>) -> List<KeptResponse>,
    ) {
        val key = keyOf(url)
        // The time to live is said before it is known what is there then: right unless somebody else came in between.
        val expected = lifeOf(edit(variants(url)))
        try {
            val kept =
                cache.update<KeptResponses>(key, expected, format = Formats.MSGPACK) { before ->
                    KeptResponses(url.toString(), edit(before.of(url)))
                }
            val life = lifeOf(kept.variants)
            if (life > expected) cache.touch(key, life)
        } catch (_: DecodingFailedException) {
            // Another edition of this library wrote what is there.
            overwrite(url, edit(emptyList()))
        } catch (_: StoreUnavailableException) {
            overwrite(url, edit(variants(url)))
        }
    }

    /** As far as the file takes it, but in any case in place of what it has. */
    private suspend fun overwrite(
        url: Url,
        variants: List<KeptResponse>,
    ) = unlessRefused {
        cache.set(
            keyOf(url),
            KeptResponses(url.toString(), variants),
            lifeOf(variants),
            format = Formats.MSGPACK,
        )
    }

    /** A cache that requires its store refuses a write that the store does not take, and tells of it besides. */
    private suspend fun unlessRefused(write: suspend () -> Unit) {
        try {
            write()
        } catch (_: StoreUnavailableException) {
            // Nothing is kept, which is no reason for a request to fail.
        }
    }

    private fun lifeOf(kept: List<KeptResponse>): Duration {
        val last = kept.maxOfOrNull { it.keptUntil } ?: return EMPTY_LIFE
        return if (last == Long.MAX_VALUE) Duration.INFINITE else (last - now()).milliseconds.coerceAtLeast(EMPTY_LIFE)
    }

    private fun isWorthKeeping(data: CachedResponseData): Boolean {
        val usable =
            data.expires.timestamp > now() || HttpHeaders.ETag in data.headers ||
                HttpHeaders.LastModified in data.headers
        return usable && data.body.size <= maxBodyBytes && data.statusCode != HttpStatusCode.PartialContent &&
            "*" !in data.varyKeys && data.texts().all(String::isUnicode)
    }

    private companion object {
        const val MAX_VARIANTS = 16

        /** Of an entry whose last variant was removed: long enough to be changed, and then it leaves by itself. */
        val EMPTY_LIFE = 1.seconds
    }
}

/** The longest URL that is its own key. */
private const val MAX_PLAIN_KEY = 2_000

/** Hides a password: keys are listed and logged. */
private fun keyOf(url: Url): String {
    val text = url.toString()
    val isPlain = text.length <= MAX_PLAIN_KEY && url.user == null && text.isUnicode()
    return if (isPlain) text else "sha256:" + sha256(text)
}

private fun KeptResponses?.of(url: Url): List<KeptResponse> =
    if (this == null || version != KeptResponses.VERSION || this.url != url.toString()) emptyList() else variants

/** Text with a lone surrogate would come back as another text. */
private fun String.isUnicode() = Charsets.UTF_8.newEncoder().canEncode(this)

private fun CachedResponseData.texts(): Sequence<String> =
    sequence {
        yield(url.toString())
        yield(statusCode.description)
        for ((name, value) in varyKeys) yieldAll(listOf(name, value))
        for ((_, values) in headers.entries()) yieldAll(values)
    }

private infix fun Long.plusAtMost(millis: Long): Long =
    if (this > Long.MAX_VALUE - millis) Long.MAX_VALUE else this + millis
