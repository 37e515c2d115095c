package io.github.cachetronomy.core.engine.reads

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.access.ReadCounts
import io.github.cachetronomy.core.engine.events.Counters
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.queue.Invalidations
import io.github.cachetronomy.core.engine.queue.PendingWrites
import io.github.cachetronomy.core.engine.queue.WriteQueue
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.memory.Traits
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.Unreadable
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.TimeText
import io.github.cachetronomy.core.text.requireKey

/**
 * Looks a key up: in memory, in what the queue has yet to commit, in the store. What the store gives
 * is checked, decoded and taken to memory, unless the key was touched while it was on its way.
 */
internal class Reader(
    private val memory: MemoryTier,
    private val claims: Claims,
    private val invalidations: Invalidations,
    private val queue: WriteQueue,
    private val slot: StoreSlot,
    private val codec: Codec,
    private val clock: CacheClock,
    private val counters: Counters,
    private val reads: ReadCounts,
    private val departures: Departures,
    private val events: EventHub,
    /** Whether what the store gives is taken to memory; without jobs nobody would notice when it is out of date. */
    private val keepsValues: Boolean,
) {
    /** Entries with a smaller order may have been changed by another process, and are checked at their next hit. */
    @Volatile
    var verifiedSince: Long = 0L

    /** The value, where memory has it live, of a plain class, and known to be current; [NOTHING] otherwise. */
    fun peek(
        key: String,
        plainClass: Class<*>,
    ): Any? {
        val entry = memory.peek(key) ?: return NOTHING
        if (entry.traits.plainClass !== plainClass) return NOTHING
        if (entry.order < verifiedSince || clock.coarseNow() >= entry.expiresAt) return NOTHING
        entry.reads++
        counters.memoryHits.increment()
        return entry.value
    }

    /** What memory alone can answer, or null where the store has to be asked. */
    fun inMemory(
        key: String,
        wanted: Wanted,
    ): Reading.Found? {
        val entry = memory.peek(key) ?: return null
        if (!isCurrent(entry) || entry.traits.type != wanted.type) return null
        if (wanted.version != null && wanted.version != entry.traits.version) return null
        return hit(key, entry, wanted)
    }

    /** Whether memory can answer a reader of [type]. Counts nothing. */
    fun hasInMemory(
        key: String,
        type: ValueType,
    ): Boolean {
        val entry = memory.peek(key) ?: return false
        return isCurrent(entry) && entry.traits.type == type
    }

    /** Whether [entry] may be served: not expired, and not perhaps changed by another process. */
    fun isCurrent(entry: MemoryEntry): Boolean = entry.order >= verifiedSince && clock.coarseNow() < entry.expiresAt

    /** Looks everywhere. Blocks. */
    fun read(
        key: String,
        wanted: Wanted,
    ): Reading {
        requireKey(key)
        inMemory(key, wanted)?.let { return it }
        val claim = claims.take(key)
        try {
            // In this order: what is removed after the number is read is noticed before the value enters memory.
            val since = queue.lastNumber
            return reading(key, wanted, row(key), claim, since)
        } finally {
            claims.release(key, claim)
        }
    }

    /** As [read], for many keys with one visit to the store, which is asked for all of them unless [fromMemory]. */
    fun readAll(
        keys: Collection<String>,
        wanted: Wanted,
        fromMemory: Boolean = true,
    ): Map<String, Reading> {
        keys.forEach(::requireKey)
        val readings = LinkedHashMap<String, Reading>()
        val elsewhere = LinkedHashSet<String>()
        for (key in keys) {
            val found = if (fromMemory) inMemory(key, wanted) else null
            if (found == null) elsewhere.add(key) else readings[key] = found
        }
        val taken = elsewhere.map { it to claims.take(it) }
        try {
            val since = queue.lastNumber
            val rows = rows(elsewhere)
            taken.forEach { (key, claim) -> readings[key] = reading(key, wanted, rows.getValue(key), claim, since) }
        } finally {
            taken.forEach { (key, claim) -> claims.release(key, claim) }
        }
        return readings
    }

    private fun reading(
        key: String,
        wanted: Wanted,
        row: Row,
        claim: Claim,
        since: Long,
    ): Reading =
        when (row) {
            is Row.Unavailable -> {
                missed(
                    key,
                    wanted,
                    Reading.Missed(MissReason.UNAVAILABLE, row.fault.message, row.fault),
                )
            }

            is Row.Present -> {
                evaluate(key, wanted, row.entry, claim, since)
            }

            is Row.Absent -> {
                fromOtherType(key, wanted) ?: gone(key, wanted, MissReason.ABSENT)
            }
        }

    /** The row of [key] as it will be when everything queued is committed; null where there is none or the store fails. */
    fun rowOrNull(key: String): StoredEntry? = (row(key) as? Row.Present)?.entry

    /** As [rowOrNull], for callers who cannot do without an answer of the store. */
    fun rowOrThrow(key: String): StoredEntry? =
        when (val row = row(key)) {
            is Row.Present -> row.entry

            is Row.Absent -> null

            is Row.Unavailable -> throw StoreUnavailableException(
                "the store cannot be read: ${row.fault.message}",
                row.fault,
            )
        }

    /** Whether what the cache has under [key] is in the file already. */
    fun isStored(key: String): Boolean = !slot.substituted && queue.pending.answer(key) !is PendingWrites.Answer.Known

    /** The metadata of what was found. */
    fun metadata(found: Reading.Found): EntryMetadata = found.metadata(!found.isAlone && isStored(found.key))

    private sealed interface Row {
        data object Absent : Row

        class Present(
            val entry: StoredEntry,
        ) : Row

        class Unavailable(
            val fault: StoreFaultException,
        ) : Row
    }

    private fun row(key: String): Row =
        when (val answer = queue.pending.answer(key)) {
            is PendingWrites.Answer.Known -> {
                answer.entry?.let { Row.Present(it) } ?: Row.Absent
            }

            is PendingWrites.Answer.AskStore -> {
                slot.read({ Row.Unavailable(it) }) { store -> present(store.entries.read(key), answer) }
            }
        }

    private fun rows(keys: Collection<String>): Map<String, Row> {
        val rows = HashMap<String, Row>()
        val asked = LinkedHashMap<String, PendingWrites.Answer.AskStore>()
        for (key in keys) {
            when (val answer = queue.pending.answer(key)) {
                is PendingWrites.Answer.Known -> rows[key] = answer.entry?.let { Row.Present(it) } ?: Row.Absent
                is PendingWrites.Answer.AskStore -> asked[key] = answer
            }
        }
        if (asked.isEmpty()) return rows
        return slot.read({ fault -> asked.keys.associateWithTo(rows) { Row.Unavailable(fault) } }) { store ->
            val found = store.entries.readAll(asked.keys)
            asked.mapValuesTo(rows) { (key, answer) -> present(found[key], answer) }
        }
    }

    private fun present(
        entry: StoredEntry?,
        answer: PendingWrites.Answer.AskStore,
    ): Row = if (entry == null || answer.hidden(entry)) Row.Absent else Row.Present(entry)

    private fun evaluate(
        key: String,
        wanted: Wanted,
        row: StoredEntry,
        claim: Claim,
        since: Long,
    ): Reading {
        val now = clock.now()
        val otherVersion = wanted.version != null && wanted.version != row.version
        when (val reason = unusable(row, now) ?: MissReason.VERSION.takeIf { otherVersion }) {
            null -> {}

            MissReason.EXPIRED -> {
                return gone(key, wanted, reason, row)
            }

            else -> {
                return missed(key, wanted, Reading.Missed(reason, row = row))
            }
        }
        unchanged(key, row, wanted, since)?.let { return it }
        val value =
            try {
                codec.decode(row, wanted.type)
            } catch (answer: Unreadable) {
                return missed(key, wanted, Reading.Missed(answer.reason, answer.detail, answer.cause, row))
            }
        count(wanted) { storeHit() }
        if (keepsValues && wanted.promote && !promote(key, wanted.type, value, row, claim, since)) reads.add(key, 1)
        return Reading.Found(value, Tier.STORE, key, null, row)
    }

    /** Stands for the removals that any process has made so far; see [io.github.cachetronomy.core.spi.EntryStore.removalMark]. */
    fun removalMark(): Long = slot.read({ 0L }) { it.entries.removalMark() }

    /** The value of a row, if it can be served now. Counts nothing. */
    fun valueOf(
        row: StoredEntry,
        type: ValueType,
    ): Reading.Found? =
        try {
            row.takeIf(::isLive)?.let { Reading.Found(codec.decode(it, type), Tier.STORE, it.key, null, it) }
        } catch (_: Unreadable) {
            null
        }

    /** Whether a row can be served to readers of some type. */
    fun isLive(row: StoredEntry): Boolean = unusable(row, clock.now()) == null

    /** Why a row cannot be served to anybody, or null. */
    fun unusable(
        row: StoredEntry,
        now: Long,
    ): MissReason? =
        when {
            row.fault != null -> MissReason.FORMAT.takeIf { ofUnknownFormat(row) } ?: row.fault
            now >= row.expiresAt -> MissReason.EXPIRED
            row.createdAt != StoredEntry.UNKNOWN && row.createdAt > now + MOST_SKEW -> MissReason.CLOCK
            else -> null
        }

    private fun ofUnknownFormat(row: StoredEntry) = row.format.isNotEmpty() && !codec.knows(row.format)

    /** A hit on the entry in memory, once its row turns out to be what it was before another process wrote. */
    private fun unchanged(
        key: String,
        row: StoredEntry,
        wanted: Wanted,
        since: Long,
    ): Reading? {
        val entry = memory.peek(key) ?: return null
        if (row.createdAt == StoredEntry.UNKNOWN || row.createdAt != entry.createdAt) return null
        if (row.expiresAt != entry.expiresAt || row.checksum != entry.checksum) return null
        if (entry.traits.type != wanted.type) return null
        entry.order = maxOf(entry.order, since)
        return hit(key, entry, wanted)
    }

    private fun promote(
        key: String,
        type: ValueType,
        value: Any?,
        row: StoredEntry,
        claim: Claim,
        since: Long,
    ): Boolean {
        val entry =
            MemoryEntry(
                value,
                memory.shared(Traits(type, row.format, row.tags, row.version, row.profile)),
                row.expiresAt,
                since,
                row.createdAt,
                row.size,
                row.checksum,
            )
        entry.reads = 1
        // A current entry of another type stays: it is what the key was last written or read as.
        val other = memory.peek(key)
        val current = other != null && other.order >= verifiedSince && other.createdAt == row.createdAt
        if (current && other.traits.type != type) return false
        val put = memory.putIf(key, entry) { !claim.stale && !invalidations.hit(since, key, row.tags, row.profile) }
        // A removal of many that began in between may have passed this key before the entry was there.
        return put && !(invalidations.hit(since, key, row.tags, row.profile) && memory.remove(key, entry))
    }

    /** A value that only memory has, in another type than it is asked for: encoded and decoded on the way. */
    private fun fromOtherType(
        key: String,
        wanted: Wanted,
    ): Reading? {
        val entry = memory.peek(key) ?: return null
        if (clock.now() >= entry.expiresAt || entry.order < verifiedSince) return null
        if (wanted.version != null && wanted.version != entry.traits.version) {
            return missed(key, wanted, Reading.Missed(MissReason.VERSION))
        }
        if (entry.traits.type == wanted.type) return hit(key, entry, wanted)
        return try {
            val encoded = codec.encode(key, entry.value, entry.traits.type, codec.writable(entry.traits.format))
            val row =
                with(entry.traits) {
                    StoredEntry(
                        key,
                        encoded.data,
                        encoded.format,
                        entry.expiresAt,
                        tags,
                        version,
                        profile,
                        entry.createdAt,
                        encoded.shape,
                    )
                }
            val value = codec.decode(row, wanted.type)
            if (wanted.promote) entry.reads++
            count(wanted) { memoryHit() }
            Reading.Found(value, Tier.MEMORY, key, entry, null)
        } catch (answer: Unreadable) {
            missed(key, wanted, Reading.Missed(answer.reason, answer.detail, answer.cause))
        } catch (unwritable: EncodingFailedException) {
            missed(key, wanted, Reading.Missed(MissReason.DECODING, unwritable.message, unwritable))
        }
    }

    private fun hit(
        key: String,
        entry: MemoryEntry,
        wanted: Wanted,
    ): Reading.Found {
        if (wanted.promote) entry.reads++
        count(wanted) { memoryHit() }
        return Reading.Found(entry.value, Tier.MEMORY, key, entry, null)
    }

    /** The store has nothing live under the key: then memory must not have it either. */
    private fun gone(
        key: String,
        wanted: Wanted,
        reason: MissReason,
        row: StoredEntry? = null,
    ): Reading {
        val entry = memory.peek(key)
        if (entry != null) {
            val expired = clock.now() >= entry.expiresAt
            val removedElsewhere = entry.order < verifiedSince
            if ((expired || removedElsewhere) && memory.remove(key, entry)) {
                reads.leaving(key, entry)
                val cause = if (expired) EvictionCause.EXPIRED else EvictionCause.FOREIGN
                departures.leftMemory(key, entry, cause)
            }
            if (expired) return missed(key, wanted, Reading.Missed(MissReason.EXPIRED, row = row))
        }
        return missed(key, wanted, Reading.Missed(reason, row = row))
    }

    private fun missed(
        key: String,
        wanted: Wanted,
        miss: Reading.Missed,
    ): Reading {
        count(wanted) { miss(miss.reason) }
        if (miss.reason !in ORDINARY) events.emit { CacheEvent.RowRejected(key, miss.reason) }
        return miss
    }

    private inline fun count(
        wanted: Wanted,
        what: Counters.() -> Unit,
    ) {
        if (!wanted.promote) return
        counters.what()
        wanted.counters?.what()
    }

    companion object {
        /** Stands for «no answer» where null is one. */
        @JvmField
        val NOTHING: Any = Any()

        /** How far another process's clock may be ahead of ours. */
        private const val MOST_SKEW = 60_000_000L

        private val ORDINARY = setOf(MissReason.ABSENT, MissReason.EXPIRED, MissReason.VERSION, MissReason.UNAVAILABLE)
    }
}

internal fun metadataOf(
    row: StoredEntry,
    stored: Boolean,
): EntryMetadata =
    EntryMetadata(
        row.key,
        row.format,
        expiryOf(row.expiresAt),
        row.tags,
        row.version,
        row.profile,
        if (row.createdAt == StoredEntry.UNKNOWN) null else TimeText.instant(row.createdAt),
        row.size,
        stored,
        row.expiryText,
    )

internal fun metadataOf(
    key: String,
    entry: MemoryEntry,
    stored: Boolean,
): EntryMetadata =
    EntryMetadata(
        key,
        entry.traits.format,
        expiryOf(entry.expiresAt),
        entry.traits.tags,
        entry.traits.version,
        entry.traits.profile,
        if (entry.createdAt == StoredEntry.UNKNOWN) null else TimeText.instant(entry.createdAt),
        entry.size,
        stored,
    )

internal fun expiryOf(micros: Long) = if (micros >= StoredEntry.NEVER) null else TimeText.instant(micros)
