package io.github.cachetronomy.core.engine.groups

import io.github.cachetronomy.core.InternalCachetronomyApi

/** What the entries of a group have in common. Immutable. */
@InternalCachetronomyApi
public sealed interface Members {
    /** What the keys of all of them begin with. */
    public val prefix: String

    /** Their keys begin with [prefix]. */
    @InternalCachetronomyApi
    public data class Prefixed(
        override val prefix: String,
    ) : Members

    /** They have [tag], and keys that begin with [prefix]. */
    @InternalCachetronomyApi
    public data class Tagged(
        /** The tag. */
        public val tag: String,
        override val prefix: String = "",
    ) : Members
}

/** The same where each key has [prefix] in front. */
internal fun Members.behind(prefix: String): Members =
    when (this) {
        is Members.Prefixed -> Members.Prefixed(prefix + this.prefix)
        is Members.Tagged -> Members.Tagged(tag, prefix + this.prefix)
    }
