package io.github.cachetronomy.core.engine.writes

import io.github.cachetronomy.core.CacheEvent
import io.github.cachetronomy.core.EncodingFailedException
import io.github.cachetronomy.core.engine.events.EventHub
import io.github.cachetronomy.core.engine.store.StoreSlot
import io.github.cachetronomy.core.serialization.Formats
import io.github.cachetronomy.core.spi.ValueType
import java.util.concurrent.atomic.AtomicBoolean

/** Keeps what Python cannot read out of the file, where the cache was told to; elsewhere tells of it, once. */
internal class PythonReaders(
    private val slot: StoreSlot,
    private val events: EventHub,
    /** Whether Python has to be able to read what is written. */
    @Volatile var required: Boolean,
) {
    private val told = AtomicBoolean()

    /** The format that stands for none given, or null where that is for the codec to say. */
    fun formatFor(type: ValueType): String? =
        if (required && type.rawClass == ByteArray::class.java) Formats.MSGPACK else null

    fun requireFormat(format: String) {
        require(!required || Formats.isReadableByPython(format)) {
            "Python does not read the format '$format', and pythonCompatible is set"
        }
    }

    /** A value of [key] is about to be written in [format]. */
    fun writing(
        key: String,
        format: String,
    ) {
        if (Formats.isReadableByPython(format)) return
        if (required) throw EncodingFailedException(key, "Python does not read the format $format")
        if (slot.current.madeByPython && told.compareAndSet(false, true)) {
            events.emit { CacheEvent.NotReadableByPython(key, format) }
        }
    }
}
