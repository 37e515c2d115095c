package io.github.cachetronomy.core

/** What is wrong with a file, and what was done about it. Immutable. */
public class CheckReport internal constructor(
    /** How many rows were looked at: entries and rows of the two logs. */
    public val rows: Long,
    /** How many flaws there are, those beyond [findings] included. */
    public val flaws: Long,
    /** How many of them were repaired. */
    public val repaired: Long,
    /** The first thousand flaws. */
    public val findings: List<Finding>,
) {
    /** Whether nothing is wrong any more. */
    public val isSound: Boolean get() = flaws == repaired

    override fun toString(): String = "CheckReport(rows=$rows, flaws=$flaws, repaired=$repaired)"

    /** One flaw. Immutable. */
    public class Finding internal constructor(
        /** What it is a flaw of. */
        public val kind: Kind,
        /** The key or name it is about, in quotes, shortened and with control characters escaped; null = none. */
        public val subject: String?,
        /** What is wrong, in words and without values. */
        public val what: String,
        /** Whether it was repaired: the row removed, the index built anew. */
        public val repaired: Boolean,
    ) {
        override fun toString(): String =
            "$kind ${subject?.let { "$it: " }.orEmpty()}$what${if (repaired) " (repaired)" else ""}"
    }

    /** What can have a flaw. */
    public enum class Kind {
        /** The database itself. Not repaired: a cache that meets such damage sets the file aside. */
        FILE,

        /** Its tables. Not repaired. */
        SCHEMA,

        /** An index that is missing or does not fit its table. Repaired by building it anew. */
        INDEX,

        /** An entry. Repaired by removing it where nobody can ever read it; otherwise kept. */
        ENTRY,

        /** A row of a log. Kept. */
        LOG,

        /** A profile, which counts as none. Kept: it can be created anew or deleted. */
        PROFILE,
    }
}
