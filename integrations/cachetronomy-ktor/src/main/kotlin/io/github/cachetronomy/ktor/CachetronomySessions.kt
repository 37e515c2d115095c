package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.Lookup
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.ktor.server.sessions.SessionStorage
import java.time.Instant
import java.time.InstantSource
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Keeps the sessions of an application in [cache], so that a restart signs nobody out:
 *
 * ```
 * install(Cachetronomy) { file = Path("app.db") }
 * val sessions = CachetronomySessions(cachetronomy, timeToLive = 2.hours)
 * install(Sessions) { cookie<UserSession>("SESSION", sessions) }
 * ```
 *
 * Sessions are a namespace of their own, under the SHA-256 of their ids: neither listings nor logs nor the file tell an
 * id, and no id leads to another entry. Their values are in the file as they are, for those who may read it.
 *
 * A session that the file cannot be asked about counts as none. One that the file does not take is in memory, as all
 * that is written to a cache, and so lasts until the next restart; where the cache requires its store, [write] and
 * [invalidate] throw [StoreUnavailableException] instead. Thread-safe.
 *
 * @param timeToLive how long a session lives without being written
 * @param sliding whether a session that is read lives for [timeToLive] again. It is renewed when less than half of its
 * time is left, so that few reads write
 * @param name of the namespace. Applications that share a file and not their sessions need names of their own
 * @param clock of the cache, where it was opened with one of its own
 * @throws IllegalArgumentException if [timeToLive] is not positive, or [name] is none for a namespace
 */
public class CachetronomySessions(
    cache: Cachetronaut,
    private val timeToLive: Duration,
    private val sliding: Boolean = true,
    name: String = "ktor-sessions",
    private val clock: InstantSource = InstantSource.system(),
) : SessionStorage {
    private val sessions = cache.namespace(name, timeToLive)

    /**
     * Keeps [value] as the session [id], for its whole time to live.
     *
     * @throws IllegalArgumentException if [id] is empty, longer than 1,024 chars, or has others than visible ones of ASCII
     */
    override suspend fun write(
        id: String,
        value: String,
    ) {
        require(isSessionId(id)) { "a session id has 1 to $MAX_SESSION_ID visible chars of ASCII" }
        sessions.set(sha256(id), value)
    }

    /**
     * The value of the session [id].
     *
     * @throws NoSuchElementException if there is none, or its time is over
     */
    override suspend fun read(id: String): String {
        if (!isSessionId(id)) throw noSuchSession()
        val key = sha256(id)
        val found = sessions.find<String>(key) as? Lookup.Hit ?: throw noSuchSession()
        if (sliding) found.metadata.expiresAt?.let { renew(key, it) }
        return found.value
    }

    /** Ends the session [id], if there is one. */
    override suspend fun invalidate(id: String) {
        if (isSessionId(id)) sessions.delete(sha256(id))
    }

    private suspend fun renew(
        key: String,
        expiresAt: Instant,
    ) {
        if (clock.instant() + (timeToLive / 2).toJavaDuration() <= expiresAt) return
        try {
            sessions.touch(key, timeToLive)
        } catch (_: StoreUnavailableException) {
            // The session is as good as before, the next read tries again, and the cache tells of its store.
        }
    }

    private fun noSuchSession() = NoSuchElementException("there is no such session")
}

/** Longer than any id that is made, short enough for an id from outside to cost nothing. */
private const val MAX_SESSION_ID = 1_024

private fun isSessionId(id: String) = id.length in 1..MAX_SESSION_ID && id.all { it in '!'..'~' }
