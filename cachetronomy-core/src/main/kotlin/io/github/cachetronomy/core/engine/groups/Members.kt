package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.InternalCachetronomyApi

/** What the entries of a group have in common. Immutable. */
@InternalCachetronomyApi
public sealed interface Members {
    /** Their keys begin with [prefix]. */
    public data class Prefixed(
        /** The beginning. */
        public val prefix: String,
    ) : Members

    /** They have [tag]. */
    public data class Tagged(
        /** The tag. */
        public val tag: String,
    ) : Members
}
