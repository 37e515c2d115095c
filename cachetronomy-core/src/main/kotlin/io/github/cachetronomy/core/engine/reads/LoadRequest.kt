package io.github.cachetronomy.core.engine.reads

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.spi.ValueType
import java.util.function.Predicate

/** What a caller of `cached` asks for. */
@InternalCachetronomyApi
public class LoadRequest
    @JvmOverloads
    constructor(
        /** The type of the value. */
        public val type: ValueType,
        /** How a loaded value is written; the version also counts on reading. */
        public val options: EntryOptions,
        /** Whether a cached null is an answer. */
        public val nullable: Boolean,
        /** Whether a loaded value is to be kept; its callers get it either way. Called by the loader's thread, under no lock. */
        internal val keeps: Predicate<Any?>? = null,
    ) {
        internal val wanted = Wanted(type, options.version)

        internal fun accepts(value: Any?): Boolean = value != null || nullable
    }
