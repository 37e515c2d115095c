package io.github.cachetronomy.core.engine.queue

import io.github.cachetronomy.core.TagMatch

/** Which entries a removal of many is about. */
internal sealed interface Selection {
    fun selects(
        key: String,
        tags: Collection<String>,
        profile: String,
    ): Boolean

    class Tagged(
        val tags: Set<String>,
        val match: TagMatch,
    ) : Selection {
        override fun selects(
            key: String,
            tags: Collection<String>,
            profile: String,
        ): Boolean = match.selects(this.tags, tags)
    }

    class Prefixed(
        val prefix: String,
    ) : Selection {
        override fun selects(
            key: String,
            tags: Collection<String>,
            profile: String,
        ): Boolean = key.startsWith(prefix)
    }

    class SavedBy(
        val profile: String,
    ) : Selection {
        override fun selects(
            key: String,
            tags: Collection<String>,
            profile: String,
        ): Boolean = profile == this.profile
    }

    /** What [selection] selects among the keys that begin with [prefix]. */
    class Within(
        val prefix: String,
        val selection: Selection,
    ) : Selection {
        override fun selects(
            key: String,
            tags: Collection<String>,
            profile: String,
        ): Boolean = key.startsWith(prefix) && selection.selects(key, tags, profile)
    }

    data object Everything : Selection {
        override fun selects(
            key: String,
            tags: Collection<String>,
            profile: String,
        ): Boolean = true
    }
}

/**
 * The last removals of many, by their numbers. Whoever read or loaded something asks here whether it
 * was removed since. The log is bounded; what reaches further back than it counts as removed.
 */
internal class Invalidations {
    private class Mark(
        val number: Long,
        val selection: Selection,
    )

    /** Replaced as a whole, newest last. */
    @Volatile
    private var marks: List<Mark> = emptyList()

    /** The number of the last mark that fell out of the log. */
    @Volatile
    private var forgotten = 0L

    /** Only under the write queue's lock, in the order of numbers. */
    fun add(
        number: Long,
        selection: Selection,
    ) {
        val kept = if (marks.size < MOST) marks else marks.drop(1).also { forgotten = marks.first().number }
        marks = kept + Mark(number, selection)
    }

    /** Whether an entry with [key], [tags] and [profile], known as it was at [since], was removed after that. */
    fun hit(
        since: Long,
        key: String,
        tags: Collection<String>,
        profile: String,
    ): Boolean {
        if (since < forgotten) return true
        val marks = marks
        for (i in marks.indices.reversed()) {
            if (marks[i].number <= since) return false
            if (marks[i].selection.selects(key, tags, profile)) return true
        }
        return since < forgotten
    }

    private companion object {
        const val MOST = 256
    }
}
