package io.github.cachetronomy.core.engine.reads

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.spi.ValueType

/** What a caller of `cached` asks for. */
@InternalCachetronomyApi
public class LoadRequest(
    /** The type of the value. */
    public val type: ValueType,
    /** How a loaded value is written; the version also counts on reading. */
    public val options: EntryOptions,
    /** Whether a cached null is an answer. */
    public val nullable: Boolean,
) {
    internal val wanted = Wanted(type, options.version)

    internal fun accepts(value: Any?): Boolean = value != null || nullable
}
