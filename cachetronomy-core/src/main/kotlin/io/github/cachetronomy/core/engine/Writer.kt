package io.github.cachetronomy.core.engine

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.Durability
import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.EntryMetadata
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.EvictionCause
import io.github.cachetronomy.core.ExpiredEntry
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.Tier
import io.github.cachetronomy.core.access.ReadCounts
import io.github.cachetronomy.core.eviction.Departures
import io.github.cachetronomy.core.memory.CacheClock
import io.github.cachetronomy.core.memory.MemoryEntry
import io.github.cachetronomy.core.memory.MemoryTier
import io.github.cachetronomy.core.memory.Traits
import io.github.cachetronomy.core.serialization.Codec
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.TimeText
import io.github.cachetronomy.core.text.requireKey
import io.github.cachetronomy.core.text.requireTag
import java.time.Duration

/**
 * Every change of an entry, prepared here and put into the queue. Memory changes in the same moment
 * in which a write takes its place in the queue, so both always agree on the order.
 */
internal class Writer(
    private val memory: MemoryTier,
    private val claims: Claims,
    private val invalidations: Invalidations,
    private val flights: Flights,
    private val queue: WriteQueue,
    private val reader: Reader,
    private val codec: Codec,
    private val clock: CacheClock,
    private val counters: Counters,
    private val reads: ReadCounts,
    private val departures: Departures,
    private val events: EventHub,
    private val durability: Durability,
    private val requireStore: Boolean,
    private val substituted: () -> Boolean,
    private val profile: () -> Profile,
    private val isClosed: () -> Boolean,
) {
    /** A value on its way in: the row and what memory will show. */
    private class Ready(
        val row: StoredEntry,
        val entry: MemoryEntry,
    )

    /** What a load holds while it runs, to find out whether its result is still wanted. */
    class Claimed(
        val key: String,
        val claim: Claim,
        val since: Long,
    ) {
        /** The store's own mark of that moment, for what other processes remove; null = not asked. */
        var mark: Long? = null

        /** The row that was there and could not be used. */
        var seen: StoredEntry? = null
    }

    fun tagsOf(options: EntryOptions): Set<String> = options.tags ?: profile().tags

    /** Refuses what no write could take. */
    fun check(
        key: String,
        options: EntryOptions,
    ) {
        requireKey(key)
        options.format?.let(codec::requireWritable)
    }

    fun set(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<EntryMetadata> {
        val ready = ready(key, value, type, options)
        return setAll(listOf(ready)).map { stored -> metadataOf(ready.row, stored) }
    }

    fun setMany(
        values: Map<String, Any?>,
        typeOf: (Any?) -> ValueType,
        options: EntryOptions,
    ): Write<Unit> = setAll(values.map { (key, value) -> ready(key, value, typeOf(value), options) }).map { }

    /** Gives whether the rows are stored. */
    private fun setAll(all: List<Ready>): Write<Boolean> {
        val behind = durability == Durability.WRITE_BEHIND
        return Write(
            queue,
            behind,
            { room -> if (all.isEmpty()) null else put(all, room) },
            { !behind && !substituted() },
            { fault -> unlessRequired(fault) { false } },
        )
    }

    private fun put(
        all: List<Ready>,
        room: Boolean,
    ): WriteOp<*>? {
        refuseIfClosed()
        val op = PutOp(all.map(Ready::row), durability)
        if (!room) {
            dropped(all)
            return null
        }
        queue.enqueue(op) { number -> all.forEach { show(it, number) } }
        return op
    }

    /** Memory shows what is being written; whoever was on the way with something older has come too early. */
    private fun show(
        ready: Ready,
        number: Long,
    ) {
        val key = ready.row.key
        claims.touch(key)
        flights.detach(key)
        ready.entry.order = number
        memory.put(key, ready.entry)
    }

    /** There is no room for the rows: memory takes them alone. */
    private fun dropped(all: List<Ready>) {
        queue.orderly { number ->
            all.forEach { show(it, number) }
            queue.owe(all.map { it.row.key })
        }
        counters.droppedWrites.add(all.size.toLong())
        all.forEach { ready -> events.emit { CacheEvent.WriteDropped(ready.row.key, "the write queue is full") } }
    }

    inline fun <R> claiming(
        key: String,
        block: (Claimed) -> R,
    ): R {
        val claimed = claim(key)
        try {
            return block(claimed)
        } finally {
            release(claimed)
        }
    }

    fun claim(key: String): Claimed {
        val claim = claims.take(key)
        return Claimed(key, claim, queue.lastNumber)
    }

    fun release(claimed: Claimed) = claims.release(claimed.key, claimed.claim)

    /**
     * Keeps what a load brought, unless it was overtaken. Returns its row, or null where it has none.
     * Never throws for the value: its callers get it either way.
     */
    fun keep(
        key: String,
        value: Any?,
        request: LoadRequest,
        claimed: Claimed,
    ): StoredEntry? = keepAll(mapOf(key to value), request, mapOf(key to claimed))[key]

    fun keepAll(
        values: Map<String, Any?>,
        request: LoadRequest,
        claimed: Map<String, Claimed>,
    ): Map<String, StoredEntry> {
        val all = values.mapNotNull { (key, value) -> readyOrNull(key, value, request) }
        val room = queue.room() == null
        val kept = ArrayList<Ready>()
        queue.orderly { number ->
            all.filterTo(kept) { ready ->
                val claim = claimed.getValue(ready.row.key)
                !isClosed() && !claim.claim.stale && !invalidations.hit(claim.since, ready.row.key, ready.row.tags)
            }
            kept.forEach { show(it, number) }
            val rows = kept.map(Ready::row)
            if (rows.isNotEmpty()) {
                if (room) {
                    queue.place(keepOp(kept, claimed))
                } else {
                    queue.owe(rows.map(StoredEntry::key))
                }
            }
        }
        if (!room) counters.droppedWrites.add(kept.size.toLong())
        if (kept.isNotEmpty()) queue.kick()
        (all - kept.toSet()).forEach { notKept(it.row.key, "it was overtaken by a write or removal") }
        return all.associate { it.row.key to it.row }
    }

    /** The last word is the store's: another process may have removed or written the key since the load began. */
    private fun keepOp(
        kept: List<Ready>,
        claimed: Map<String, Claimed>,
    ): KeepOp =
        KeepOp(
            kept.map(Ready::row),
            wanted = { store, row ->
                val began = claimed.getValue(row.key)
                val mark = began.mark
                mark == null ||
                    (
                        isStillAs(began.seen, store.entries.read(row.key)) &&
                            !store.entries.removedSince(mark, row.key, row.tags)
                    )
            },
            refused = { rows ->
                val unwanted = rows.mapTo(HashSet(), StoredEntry::key)
                kept.filter { it.row.key in unwanted }.forEach { ready ->
                    memory.remove(ready.row.key, ready.entry)
                    notKept(ready.row.key, "another process removed or wrote the key meanwhile")
                }
            },
        )

    private fun isStillAs(
        seen: StoredEntry?,
        present: StoredEntry?,
    ): Boolean = if (seen == null || present == null) seen == null && present == null else present.sameAs(seen)

    private fun readyOrNull(
        key: String,
        value: Any?,
        request: LoadRequest,
    ): Ready? =
        try {
            ready(key, value, request.type, request.options)
        } catch (failure: EncodingFailedException) {
            notKept(key, failure.message.orEmpty())
            null
        }

    private fun notKept(
        key: String,
        reason: String,
    ) {
        counters.notKept.increment()
        events.emit { CacheEvent.NotKept(key, reason) }
    }

    fun delete(keys: Collection<String>): Write<Set<String>> {
        keys.forEach(::requireKey)
        val inMemory = HashSet<String>()
        return Write(
            queue,
            false,
            {
                refuseIfClosed()
                val op = RemoveOp(LinkedHashSet(keys), durability)
                queue.enqueue(op) { _ ->
                    for (key in op.keys) {
                        claims.touch(key)
                        flights.detach(key)
                        forget(key, EvictionCause.DELETED)?.let { inMemory += key }
                    }
                }
                op
            },
            { removed ->
                val now = clock.now()
                val live = removedFrom(removed).filterValues { it > now }.keys
                (live - inMemory).forEach { departures.left(it, EvictionCause.DELETED, Tier.STORE, 0) }
                live
            },
            { fault -> unlessRequired(fault) { inMemory } },
        )
    }

    @Suppress("UNCHECKED_CAST")
    private fun removedFrom(result: Any?): Map<String, Long> = (result as Map<String, Long>?).orEmpty()

    fun clear(): Write<Long> =
        bulk(Selection.Everything, EvictionCause.CLEARED, { it.entries.deleteAll() }) { count, _ ->
            (count as Long?)?.also { cleared ->
                counters.evicted(EvictionCause.CLEARED, cleared)
                events.emit { CacheEvent.Cleared(cleared) }
            } ?: 0L
        }

    fun clearByTags(
        tags: Set<String>,
        match: TagMatch,
    ): Write<Long> {
        tags.forEach(::requireTag)
        return bulk(Selection.Tagged(tags, match), EvictionCause.TAG, {
            it.entries.deleteByTags(tags, match)
        }, removals(EvictionCause.TAG))
    }

    fun clearByPrefix(prefix: String): Write<Long> =
        bulk(Selection.Prefixed(prefix), EvictionCause.PREFIX, {
            it.entries.deleteByPrefix(prefix)
        }, removals(EvictionCause.PREFIX))

    private fun removals(cause: EvictionCause): (Any?, Set<String>) -> Long =
        { result, inMemory ->
            @Suppress("UNCHECKED_CAST")
            val removed = (result as List<RemovedEntry>?).orEmpty()
            removed.forEach { if (it.key !in inMemory) departures.left(it.key, cause, Tier.STORE, 0) }
            removed.size.toLong()
        }

    private fun bulk(
        selection: Selection,
        cause: EvictionCause,
        remove: (StoreBackend) -> Any,
        result: (Any?, inMemory: Set<String>) -> Long,
    ): Write<Long> {
        val inMemory = HashSet<String>()
        return Write(
            queue,
            false,
            {
                refuseIfClosed()
                val op = BulkOp(selection, durability, remove)
                queue.enqueue(op) { number ->
                    invalidations.add(number, selection)
                    flights.detach(selection)
                }
                // Whatever enters memory from here on knows of the removal; what is in there goes.
                memory.forEach { key, entry ->
                    if (entry.order <= op.number && selection.selects(key, entry.traits.tags) &&
                        memory.remove(key, entry)
                    ) {
                        inMemory += key
                        reads.leaving(key, entry)
                        if (selection !is Selection.Everything) departures.left(key, cause, Tier.MEMORY, entry.reads)
                    }
                }
                op
            },
            { result(it, inMemory) },
            { fault -> unlessRequired(fault) { inMemory.size.toLong() } },
        )
    }

    /** Removes up to [limit] expired rows. */
    fun removeExpired(limit: Int): Write<List<ExpiredEntry>> {
        val now = clock.now()
        val inMemory = LinkedHashMap<String, Long>()
        return Write(
            queue,
            false,
            {
                refuseIfClosed()
                memory.forEach { key, entry ->
                    if (now >= entry.expiresAt && memory.remove(key, entry)) {
                        inMemory[key] = entry.expiresAt
                        reads.leaving(key, entry)
                        departures.left(key, EvictionCause.EXPIRED, Tier.MEMORY, entry.reads)
                    }
                }
                ChoreOp { it.entries.deleteExpired(now, limit) }.also { op -> queue.enqueue(op) { } }
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                val removed = (result as List<RemovedEntry>?).orEmpty()
                removed.forEach {
                    if (it.key !in
                        inMemory
                    ) {
                        departures.left(it.key, EvictionCause.EXPIRED, Tier.STORE, 0)
                    }
                }
                val all = inMemory + removed.associate { it.key to it.expiresAt }
                all.map { (key, expiresAt) -> ExpiredEntry(key, TimeText.instant(expiresAt)) }
            },
            { fault ->
                unlessRequired(fault) {
                    inMemory.map { (key, at) ->
                        ExpiredEntry(key, TimeText.instant(at))
                    }
                }
            },
        )
    }

    fun touch(
        key: String,
        timeToLive: Duration?,
    ): Write<Boolean> {
        val now = clock.now()
        val expiresAt = expiry(now, timeToLive)
        return atomic(key, {
            val row = it.entries.read(key)
            row != null && reader.unusable(row, now) == null && it.entries.touch(key, expiresAt)
        }) { touched ->
            if (touched) {
                memory.peek(key)?.let { old ->
                    val moved = MemoryEntry(old.value, old.traits, expiresAt, queue.lastNumber, old.createdAt, old.size)
                    memory.put(key, moved)
                }
            }
        }
    }

    fun setIfAbsent(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> {
        val ready = ready(key, value, type, options)
        return atomic(
            key,
            { store -> usable(store, key) == null && true.also { store.entries.put(ready.row) } },
        ) { set ->
            if (set) admit(ready)
        }
    }

    /** Replaces the row [expected] with a value, or does nothing when the row has changed. */
    fun replace(
        expected: StoredEntry,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> {
        val ready = ready(expected.key, value, type, options)
        return atomic(expected.key, { store ->
            isStill(store, expected) &&
                true.also {
                    store.entries.put(ready.row)
                }
        }) { replaced ->
            if (replaced) admit(ready)
        }
    }

    /** Removes the row [expected], or does nothing when the row has changed. */
    fun remove(expected: StoredEntry): Write<Boolean> =
        atomic(
            expected.key,
            { store -> isStill(store, expected) && store.entries.delete(expected.key) != null },
        ) { removed ->
            if (removed && forget(expected.key, EvictionCause.DELETED) == null) {
                departures.left(expected.key, EvictionCause.DELETED, Tier.STORE, 0)
            }
        }

    fun increment(
        key: String,
        by: Long,
        initial: Long,
        options: EntryOptions,
    ): Write<Long> {
        check(key, options)
        val now = clock.now()
        val fresh = ready(key, initial, LONG, options.withFormat(Formats.JSON)).row
        return atomic(key, { store ->
            val row = usable(store, key)
            val before = if (row == null) initial else Counter.read(row) ?: throw notANumber(key)
            val after = Math.addExact(before, by)
            val like = row ?: fresh
            store.entries.put(Counter.row(like, after, now))
            after
        }) { memory.remove(key)?.let { reads.leaving(key, it) } }
    }

    private fun notANumber(key: String) =
        DecodingFailedException(key, MissReason.DECODING, "only a whole number can be incremented")

    /** Takes a number and nothing else: done when everything before it is. */
    fun flush(): Write<Unit> =
        Write(
            queue,
            false,
            { ChoreOp { }.also { op -> queue.enqueue(op) { } } },
            { },
            { fault -> throw StoreUnavailableException("not everything could be written: ${fault.message}", fault) },
        )

    /** Out of memory only. A value that is on its way in may still arrive. */
    fun evict(key: String): Boolean = forget(key, EvictionCause.EVICTED) != null

    fun evictAll() =
        memory.forEach { key, entry ->
            if (memory.remove(key, entry)) {
                reads.leaving(key, entry)
                departures.left(key, EvictionCause.CLEARED, Tier.MEMORY, entry.reads)
            }
        }

    private fun forget(
        key: String,
        cause: EvictionCause,
    ): MemoryEntry? =
        memory.remove(key)?.also { entry ->
            reads.leaving(key, entry)
            departures.left(key, cause, Tier.MEMORY, entry.reads)
        }

    /** Decides about one key inside of the store's transaction; [show] then makes memory agree, unless somebody came later. */
    private fun <R : Any> atomic(
        key: String,
        decide: (StoreBackend) -> R,
        show: (R) -> Unit,
    ): Write<R> {
        requireKey(key)
        var claimed: Claimed? = null
        return Write(
            queue,
            false,
            {
                refuseIfClosed()
                val op =
                    AtomicOp(key, durability, decide) { result: R? ->
                        val claim = claimed!!
                        if (result != null && !claim.claim.stale &&
                            !invalidations.hit(claim.since, key, emptyList())
                        ) {
                            show(result)
                        }
                        release(claim)
                    }
                queue.enqueue(op) { _ ->
                    claims.touch(key)
                    flights.detach(key)
                    claimed = claim(key)
                }
                op
            },
            { result ->
                @Suppress("UNCHECKED_CAST")
                result as R
            },
            { fault ->
                throw StoreUnavailableException("the store cannot decide about the key now: ${fault.message}", fault)
            },
        )
    }

    /** A value that the store has just taken enters memory. */
    private fun admit(ready: Ready) {
        ready.entry.order = queue.lastNumber
        memory.put(ready.row.key, ready.entry)
    }

    private fun usable(
        store: StoreBackend,
        key: String,
    ): StoredEntry? = store.entries.read(key)?.takeIf { reader.unusable(it, clock.now()) == null }

    private fun isStill(
        store: StoreBackend,
        expected: StoredEntry,
    ): Boolean = usable(store, expected.key)?.sameAs(expected) == true

    private fun ready(
        key: String,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Ready {
        requireKey(key)
        val encoded = codec.encode(key, value, type, options.format)
        val now = clock.now()
        val profile = profile()
        val tags = (options.tags ?: profile.tags).toList()
        val version = options.version ?: 1L
        val row =
            StoredEntry(
                key,
                encoded.data,
                encoded.format,
                expiry(now, options.timeToLive),
                tags,
                version,
                profile.name,
                now,
                encoded.shape,
            )
        val traits = Traits(type, encoded.format, tags, version, profile.name)
        return Ready(row, MemoryEntry(value, reader.shared(traits), row.expiresAt, 0L, now, row.size))
    }

    /** The first microsecond at which an entry written at [now] is expired. What lies beyond the year 9999 never is. */
    private fun expiry(
        now: Long,
        timeToLive: Duration?,
    ): Long {
        val lives = timeToLive ?: profile().timeToLive
        if (lives.seconds >= StoredEntry.NEVER / MICROS) return StoredEntry.NEVER
        // A part of a microsecond counts as a whole one: a positive time to live never becomes zero.
        val micros = lives.seconds * MICROS + (lives.nano + 999) / 1_000
        return if (micros >= StoredEntry.NEVER - now) StoredEntry.NEVER else now + micros
    }

    private fun <R> unlessRequired(
        fault: StoreFaultException,
        otherwise: () -> R,
    ): R {
        if (fault.kind == StoreFaultException.Kind.REJECTED ||
            requireStore
        ) {
            throw StoreUnavailableException("the store did not take the write: ${fault.message}", fault)
        }
        return otherwise()
    }

    private fun refuseIfClosed() {
        if (isClosed()) throw CacheClosedException()
    }

    private companion object {
        const val MICROS = 1_000_000L
        val LONG = ValueType.of(Long::class.javaObjectType)
    }
}
