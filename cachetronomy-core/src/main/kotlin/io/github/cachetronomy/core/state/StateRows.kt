package io.github.cachetronomy.core.state

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.StoreUnavailableException
import io.github.cachetronomy.core.engine.CacheEngine
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.writes.WriteBatch
import io.github.cachetronomy.core.keys.Keys
import io.github.cachetronomy.core.serialization.JsonPiece
import java.time.Duration

/** A state as it is in the store, as far as is known. */
internal class Saved(
    val head: Head,
    /** What the rows of its parts have, by the names of the parts. */
    val texts: Map<String, ByteArray>,
)

/**
 * The rows of one state: a head, and one for each part that the head does not hold itself.
 *
 * A save writes the head and what has changed, in one transaction, and only if the head is still the one it began with
 * and nothing it counts on has gone; otherwise it begins anew with the head that is there. Head and row name the save
 * that wrote the row, so that a reader who comes in between two saves sees that, and reads again.
 *
 * The rows of parts live twice as long as the head. A save writes anew those that would go before it. Thread-safe.
 */
internal class StateRows(
    private val engine: CacheEngine,
    id: String,
    private val options: EntryOptions,
) {
    private val tools get() = engine.stateTools

    /** Of the head. */
    val key: String = Keys.of("state", id)

    /** Stands for the id in the keys of parts: a long one would be hashed for each of them. */
    private val short: Any = if (id.length <= LONGEST_ID) id else listOf(digest(id))

    class Found(
        val saved: Saved,
        /** All of the state. */
        val text: ByteArray,
    )

    /** A save on its way: whether it could be made, and what the store has then. */
    class Step(
        val write: Write<Boolean>,
        val saved: Saved,
    )

    /** The state, if memory has all of it. Never blocks. */
    fun inMemory(): Found? {
        val piece = engine.getInMemory(key, JsonPiece.TYPE, options.version, promote = true) as? JsonPiece
        val head = piece?.let { Head.parse(it.text) } ?: return null
        val keys = keysOf(head)
        val pieces = if (keys.isEmpty()) emptyMap() else engine.getManyInMemory(keys.values, JsonPiece.TYPE)
        return pieces?.let { found(head, keys, it) }
    }

    /** The state as the store has it; null where there is none, or a row of it has gone. */
    fun inStore(): Found? {
        var head = head(options.version)
        repeat(MOST_TRIES) {
            val present = head ?: return null
            val keys = keysOf(present)
            val pieces =
                if (keys.isEmpty()) emptyMap() else engine.getManyFromStore(keys.values, JsonPiece.TYPE, null)
            found(present, keys, pieces)?.let { return it }
            head = head(options.version)
            // If nobody has saved meanwhile, a row has gone.
            if (head?.save == present.save) return null
        }
        throw StoreUnavailableException("the state is saved by others again and again")
    }

    /** The head as the store has it, or null. */
    fun head(version: Long? = null): Head? =
        engine.getManyFromStore(listOf(key), JsonPiece.TYPE, version)[key]?.let { Head.parse((it as JsonPiece).text) }

    /**
     * Writes [image] over the state of which the store has the head [before], or none. Counts on rows that are there
     * only where [texts] says what they have.
     */
    fun saving(
        image: Image,
        before: Head?,
        texts: Map<String, ByteArray>,
    ): Step {
        val profile = engine.profile
        val tags = (options.tags ?: profile.tags).toList()
        val labels = digest((tags + profile.name).joinToString("\u0000"))
        val lives = options.timeToLive ?: profile.timeToLive
        val headUntil = tools.expiry(lives)
        val partUntil = tools.expiry(twice(lives))
        val partOptions = options.withTags(tags).withTimeToLive(twice(lives))
        val known = if (before?.labels == labels) before.rows else emptyMap()
        val save = Part.newSave()
        val batch = engine.newBatch()
        val written = HashMap<String, ByteArray>()
        val parts =
            image.pieces.map { piece ->
                if (image.isInline(piece)) return@map Part.Inline(piece.toByteArray())
                val row = known[piece.name]
                val text = texts[piece.name]
                if (row != null && row.until in headUntil..partUntil && Head.isRow(piece, row, text)) {
                    batch.expectPresent(keyOf(piece.name))
                    written[piece.name] = checkNotNull(text)
                    row
                } else {
                    val fresh = Part.row(save, piece)
                    batch.set(keyOf(piece.name), JsonPiece(fresh), JsonPiece.TYPE, partOptions)
                    written[piece.name] = fresh
                    Part.Row(piece.name, save, partUntil)
                }
            }
        before?.rows?.keys?.forEach { name -> if (name !in written) batch.delete(keyOf(name)) }
        val head = Head(save, labels, image.isObject, parts)
        val headOptions = options.withTags(tags).withTimeToLive(lives)
        batch.set(key, JsonPiece(head.text()), JsonPiece.TYPE, headOptions)
        return Step(committed(batch, before), Saved(head, written))
    }

    /** Removes the state of which the store has the head [before]. */
    fun removing(before: Head): Write<Boolean> {
        val batch = engine.newBatch()
        batch.delete(key)
        before.rows.keys.forEach { batch.delete(keyOf(it)) }
        return committed(batch, before)
    }

    private fun committed(
        batch: WriteBatch,
        before: Head?,
    ): Write<Boolean> {
        batch.expect(key) { row -> row?.let(tools::pieceOf)?.let { Head.parse(it.text) }?.save == before?.save }
        return engine.commit(batch)
    }

    private fun found(
        head: Head,
        keys: Map<String, String>,
        pieces: Map<String, Any?>,
    ): Found? {
        val texts = HashMap<String, ByteArray>()
        for ((name, key) in keys) texts[name] = (pieces[key] as JsonPiece? ?: return null).text
        return head.assembled(texts)?.let { Found(Saved(head, texts), it) }
    }

    /** By the names of the parts. */
    private fun keysOf(head: Head): Map<String, String> = head.rows.mapValues { keyOf(it.key) }

    private fun keyOf(part: String): String = Keys.of("state", short, part)

    private fun twice(lives: Duration): Duration =
        if (lives >= SOME_THOUSAND_YEARS) EntryOptions.NEVER_EXPIRES else lives.multipliedBy(2)

    private companion object {
        const val LONGEST_ID = 100

        /** Each time somebody else has saved in between two reads; so often in a row nobody does. */
        const val MOST_TRIES = 100

        val SOME_THOUSAND_YEARS: Duration = Duration.ofDays(3_000_000)
    }
}
