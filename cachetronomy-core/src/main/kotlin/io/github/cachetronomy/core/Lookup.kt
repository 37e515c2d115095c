package io.github.cachetronomy.core

/** The answer of `find`: a value, which may be null, or the reason why there is none. Immutable. */
public sealed class Lookup<out T> {
    /** The value was there. */
    public class Hit<out T> internal constructor(
        /** The value; a cached null is a hit. */
        public val value: T,
        /** The entry's metadata. */
        public val metadata: EntryMetadata,
        /** The tier that answered. */
        public val source: Tier,
    ) : Lookup<T>() {
        override fun toString(): String = "Hit(source=$source, metadata=$metadata)"
    }

    /** There was no usable value. */
    public class Miss internal constructor(
        /** Why. */
        public val reason: MissReason,
    ) : Lookup<Nothing>() {
        override fun equals(other: Any?): Boolean = other is Miss && reason == other.reason

        override fun hashCode(): Int = reason.hashCode()

        override fun toString(): String = "Miss($reason)"
    }

    /** Whether this is a [Hit]. */
    public val isHit: Boolean get() = this is Hit
}
