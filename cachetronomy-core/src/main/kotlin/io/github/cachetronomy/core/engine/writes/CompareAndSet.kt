package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.DecodingFailedException
import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.MissReason
import io.github.cachetronomy.core.engine.queue.Write
import io.github.cachetronomy.core.engine.reads.Reader
import io.github.cachetronomy.core.engine.tasks.EngineScope
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.core.spi.ValueType
import io.github.cachetronomy.core.text.requireKey

/**
 * The operations that look at a value, decide, and write if nothing has changed since; otherwise they
 * look again. The decision is the caller's and runs between two transactions, under no lock. Each
 * operation is here twice, for callers that block and for those that suspend.
 */
internal class CompareAndSet(
    private val reader: Reader,
    private val drafts: Drafts,
    private val writes: AtomicWrites,
    private val scope: EngineScope,
) {
    private class Present(
        val value: Any?,
        val row: StoredEntry,
    )

    fun replaceBlocking(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean {
        drafts.check(key, options)
        while (true) {
            val present = look(key, type)
            if (present == null || present.value != expected) return false
            if (writes.replace(present.row, value, type, options).await()) return true
        }
    }

    suspend fun replace(
        key: String,
        expected: Any?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Boolean {
        drafts.check(key, options)
        while (true) {
            val present = scope.onStore { look(key, type) }
            if (present == null || present.value != expected) return false
            if (writes.replace(present.row, value, type, options).awaitSuspending()) return true
        }
    }

    fun updateBlocking(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: (Any?) -> Any?,
    ): Any? {
        drafts.check(key, options)
        while (true) {
            val present = lookOrRefuse(key, type)
            val value = change(present?.value)
            if (writing(key, present, value, type, options).await()) return value
        }
    }

    suspend fun update(
        key: String,
        type: ValueType,
        options: EntryOptions,
        change: suspend (Any?) -> Any?,
    ): Any? {
        drafts.check(key, options)
        while (true) {
            val present = scope.onStore { lookOrRefuse(key, type) }
            val value = change(present?.value)
            if (writing(key, present, value, type, options).awaitSuspending()) return value
        }
    }

    /** The value that was removed, or [Reader.NOTHING]. */
    fun removeBlocking(
        key: String,
        type: ValueType,
    ): Any? {
        while (true) {
            val present = look(key, type) ?: return Reader.NOTHING
            if (writes.remove(present.row).await()) return present.value
        }
    }

    /** The value that was removed, or [Reader.NOTHING]. */
    suspend fun remove(
        key: String,
        type: ValueType,
    ): Any? {
        while (true) {
            val present = scope.onStore { look(key, type) } ?: return Reader.NOTHING
            if (writes.remove(present.row).awaitSuspending()) return present.value
        }
    }

    private fun writing(
        key: String,
        present: Present?,
        value: Any?,
        type: ValueType,
        options: EntryOptions,
    ): Write<Boolean> =
        if (present == null) {
            writes.setIfAbsent(key, value, type, options)
        } else {
            writes.replace(present.row, value, type, options)
        }

    private fun look(
        key: String,
        type: ValueType,
    ): Present? {
        val row = reader.rowOrThrow(requireKey(key)) ?: return null
        return reader.valueOf(row, type)?.let { Present(it.value, row) }
    }

    /** As [look], for an update: a live value of another type can neither be handed over nor counts as absent. */
    private fun lookOrRefuse(
        key: String,
        type: ValueType,
    ): Present? {
        val row = reader.rowOrThrow(requireKey(key)) ?: return null
        reader.valueOf(row, type)?.let { return Present(it.value, row) }
        if (reader.isLive(row)) throw DecodingFailedException(key, MissReason.DECODING, "the value is no $type")
        return null
    }
}
