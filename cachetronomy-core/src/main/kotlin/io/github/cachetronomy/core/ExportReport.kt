package io.github.cachetronomy.core

/** What an export gave. Immutable. */
public class ExportReport internal constructor(
    /** How many entries were written, a line each. */
    public val written: Long,
    /** How many entries were left out because their rows are damaged. */
    public val damaged: Long,
) {
    override fun toString(): String = "ExportReport(written=$written, damaged=$damaged)"
}
