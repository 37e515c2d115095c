package io.github.cachetronomy.core

/** Which entries a set of tags selects. */
public enum class TagMatch {
    /** Entries with at least one of the tags. An empty set selects nothing. */
    ANY,

    /** Entries with every one of the tags, and perhaps others. An empty set selects nothing. */
    ALL,

    /** Entries whose tags are exactly these, as sets. An empty set selects the untagged. */
    EXACT,
    ;

    internal fun selects(
        wanted: Set<String>,
        tags: Collection<String>,
    ): Boolean =
        when (this) {
            ANY -> wanted.any(tags::contains)
            ALL -> wanted.isNotEmpty() && tags.containsAll(wanted)
            EXACT -> tags.toSet() == wanted
        }
}
