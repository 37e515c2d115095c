package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.tasks.Ending
import io.github.cachetronomy.core.engine.tasks.Endings
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.engine.writes.Drafts
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.core.serialization.JsonPiece
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import kotlinx.coroutines.Job
import org.slf4j.LoggerFactory
import java.time.Duration

/** What the state of an object needs of the engine beside its reads and writes. Thread-safe. */
@InternalCachetronomyApi
public class StateTools internal constructor(
    private val codec: Codec,
    private val drafts: Drafts,
    private val reader: Reader,
    private val clock: CacheClock,
    private val scope: EngineScope,
    private val endings: Endings,
    private val events: EventHub,
) {
    /** The JSON text of [value]. Throws [io.github.cachetronomy.core.EncodingFailedException] where it has none. */
    internal fun json(
        key: String,
        value: Any,
        type: ValueType,
    ): ByteArray = codec.json(key, value, type)

    /** What [text] says. Throws [io.github.cachetronomy.core.serialization.Unreadable] where that is no [type]. */
    internal fun valueOf(
        key: String,
        text: ByteArray,
        type: ValueType,
    ): Any? {
        // Without a shape: what the class has become decides, not what it was.
        val row = StoredEntry(key, text, Formats.JSON, StoredEntry.NEVER, emptyList(), 1, "", StoredEntry.UNKNOWN, 0)
        return codec.decode(row, type)
    }

    /** The JSON text in a row, if it can be served now. */
    internal fun pieceOf(row: StoredEntry): JsonPiece? = reader.valueOf(row, JsonPiece.TYPE)?.value as JsonPiece?

    /** When something is expired that is written now to live for [timeToLive]. */
    internal fun expiry(timeToLive: Duration): Long = drafts.expiry(clock.now(), timeToLive)

    /** Begins [work], which may block on the store, in the cache's own scope. */
    internal fun launch(work: suspend () -> Unit): Job = scope.launch(work)

    /** [owner] will not close the cache before [ending] is over. */
    internal fun addEnding(
        owner: Any,
        ending: Ending,
    ) = endings.add(owner, ending)

    internal fun removeEnding(ending: Ending) = endings.remove(ending)

    /** Nobody may be waiting for a save that failed. */
    internal fun tellNotSaved(
        key: String,
        failure: Throwable,
    ) {
        // The cause is in the event's reason and the waiters' exception; the log is for whoever has neither.
        log.warn("a state was not saved: {}", failure.toString())
        events.emit { CacheEvent.WriteDropped(key, failure.toString()) }
    }

    internal fun tellRejected(
        key: String,
        reason: MissReason,
    ) = events.emit { CacheEvent.RowRejected(key, reason) }

    private companion object {
        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
