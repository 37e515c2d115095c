package io.github.cachetronomy.ktor.responses

import io.github.cachetronomy.core.CachetronomyException
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.http.Response
import io.ktor.http.Headers
import io.ktor.server.application.Application
import io.ktor.util.AttributeKey
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import org.slf4j.LoggerFactory
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes

/** What the cache has for a request. */
internal class Found(
    val address: String,
    /** What is kept under the address itself. */
    val kept: Kept?,
    /** Null = there is none for this request. */
    val response: Response?,
    /** Where those meet who want the same response. */
    val gate: String,
)

/** The responses in the cache. Thread-safe. */
internal class ResponseStore private constructor(
    private val cache: Cachetronaut,
) {
    /** Once for as long as it lasts: each request would tell of it. */
    private val isTold = AtomicBoolean()

    /** By the keys of their addresses. */
    private val reserved = ConcurrentHashMap<String, Reservation>()

    /** [isAgain] = the same caller has looked before, and the cache's figures have it already. */
    suspend fun find(
        address: String,
        request: Headers,
        isAgain: Boolean = false,
    ): Found {
        val key = ResponseKeys.of(address)
        val kept = cache.get<Kept>(key, promote = !isAgain)?.takeIf { it.address == address }
        val names = kept?.varying ?: return Found(address, kept, kept?.response, key)
        val selected = Kept.select(names, request)
        val variantKey = ResponseKeys.variant(address, kept.id, selected)
        val variant =
            cache.get<Kept>(variantKey, promote = !isAgain)?.takeIf {
                it.address == address &&
                    it.selected == selected
            }
        return Found(address, kept, variant?.response, variantKey)
    }

    /** Removes what is kept for [address], whatever it depends on. */
    suspend fun forget(address: String) {
        orOnlyTold { cache.delete(ResponseKeys.of(address)) }
    }

    /**
     * A place for the response that [found] has not, or not any more: from when this returns, removals of [tags] concern
     * it. It waits in [scope], as the call itself may be over before a stream is.
     */
    suspend fun reserve(
        scope: CoroutineScope,
        found: Found,
        tags: Set<String>,
    ): Reservation {
        val reservation = Reservation(found, tags)
        if (found.kept == null) reservation.begin(scope)
        return reservation
    }

    inner class Reservation(
        private val found: Found,
        private val tags: Set<String>,
    ) {
        private val key = ResponseKeys.of(found.address)
        private val first = CompletableDeferred<Kept>()

        /**
         * The cache looks after removals while it waits for a load; where there is an entry it is compared. Null also
         * where another call has the place: a load that waits for another one may begin when it is too late.
         */
        private var loading: Deferred<Kept>? = null

        /** Comes back when the cache looks after removals: what the handler reads from then on is not older than they are. */
        suspend fun begin(scope: CoroutineScope) {
            if (reserved.putIfAbsent(key, this) != null) return
            val begun = CompletableDeferred<Unit>()
            val loading =
                scope.async(start = CoroutineStart.UNDISPATCHED) {
                    cache.cached<Kept>(key, SHORT, tags, format = Formats.CBOR) {
                        begun.complete(Unit)
                        first.await()
                    }
                }
            loading.invokeOnCompletion {
                reserved.remove(key, this)
                begun.complete(Unit)
            }
            this.loading = loading
            try {
                begun.await()
            } catch (failure: Throwable) {
                cancel()
                throw failure
            }
        }

        /** Keeps [response], unless what it was made of was removed meanwhile; gives what others may use now. */
        suspend fun keep(
            response: Response,
            varying: List<String>,
            request: Headers,
            lives: Duration,
        ): Kept {
            val old = found.kept
            val id = if (old?.varying == varying) old.id else UUID.randomUUID().toString()
            val selected = Kept.select(varying, request)
            val whole = Kept(id, found.address, null, selected, response)
            val atAddress = if (varying.isEmpty()) whole else Kept(id, found.address, varying, emptyList(), null)
            orOnlyTold {
                val isIn = if (old == null) enter(atAddress, lives) else replace(old, atAddress, lives)
                if (isIn && varying.isNotEmpty()) {
                    val variantKey = ResponseKeys.variant(found.address, id, selected)
                    cache.set(variantKey, whole, lives, tags, format = Formats.CBOR)
                }
            }
            return if (varying.isEmpty()) whole else Kept(id, found.address, varying, selected, response)
        }

        private suspend fun enter(
            kept: Kept,
            lives: Duration,
        ): Boolean {
            first.complete(kept)
            if (loading?.await()?.id != kept.id) return false
            cache.touch(key, lives)
            return true
        }

        private suspend fun replace(
            old: Kept,
            new: Kept,
            lives: Duration,
        ): Boolean {
            try {
                cache.update<Kept?>(key, lives, tags, format = Formats.CBOR) { present ->
                    if (present?.id != old.id) throw Gone()
                    new
                }
                return true
            } catch (_: Gone) {
                return false
            }
        }

        /** Nothing will be kept. */
        fun cancel() {
            first.cancel()
            loading?.cancel()
        }
    }

    /** A cache that cannot be written is no reason to fail a request; its health tells of it, too. */
    private suspend fun orOnlyTold(change: suspend () -> Unit) {
        try {
            change()
            isTold.set(false)
        } catch (failure: CachetronomyException) {
            if (!isTold.getAndSet(true)) LOG.warn("responses are not kept or not removed: {}", failure.message)
        }
    }

    /** What was to be replaced is not there any more. */
    private class Gone : RuntimeException(null, null, false, false)

    companion object {
        private val STORES = AttributeKey<ConcurrentHashMap<Cachetronaut, ResponseStore>>("Cachetronomy.responses")

        /** Until it is known how long it lives. */
        private val SHORT = 1.minutes
        private val LOG = LoggerFactory.getLogger("io.github.cachetronomy")

        /** One for each cache: routes of different terms may answer at one address. */
        fun of(
            application: Application,
            cache: Cachetronaut,
        ): ResponseStore =
            application.attributes
                .computeIfAbsent(STORES) { ConcurrentHashMap() }
                .computeIfAbsent(cache, ::ResponseStore)
    }
}
