package io.github.cachetronomy.core.engine.reads

import io.github.cachetronomy.core.EntryOptions
import io.github.cachetronomy.core.InternalCachetronomyApi
import io.github.cachetronomy.core.engine.events.Counters
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
        /** Those of the namespace that the caller asks through; null = it asks the whole cache. */
        internal var counters: Counters? = null
            private set

        internal var wanted = Wanted(type, options.version)
            private set

        /** The same with what its namespace adds. */
        internal fun within(
            options: EntryOptions,
            counters: Counters,
        ): LoadRequest {
            val request = LoadRequest(type, options, nullable, keeps)
            request.counters = counters
            request.wanted = Wanted(type, options.version, counters = counters)
            return request
        }

        /** Whether [value] is to be kept, now that it was loaded. */
        internal fun isKept(value: Any?): Boolean = keeps == null || keeps.test(value)

        internal fun accepts(value: Any?): Boolean = value != null || nullable
    }
