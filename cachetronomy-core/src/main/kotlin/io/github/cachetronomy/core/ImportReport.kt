package io.github.cachetronomy.core

/** What an import did. Immutable. */
public class ImportReport internal constructor(
    /** How many lines there were, empty ones apart. */
    public val read: Long,
    /** How many entries were written. */
    public val written: Long,
    /** How many lines were passed over because their entries are expired. */
    public val expired: Long,
    /** How many lines could not be used. */
    public val wrong: Long,
    /** The first thousand of them. */
    public val wrongLines: List<WrongLine>,
) {
    override fun toString(): String = "ImportReport(read=$read, written=$written, expired=$expired, wrong=$wrong)"

    /** A line that could not be used. Immutable. */
    public class WrongLine internal constructor(
        /** Its number; the first line is 1. */
        public val line: Long,
        /** Why, in words and without values. */
        public val reason: String,
    ) {
        override fun toString(): String = "line $line: $reason"
    }
}
