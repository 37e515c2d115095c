package io.github.cachetronomy.core

/** What a query gave: rows that are all there, with nothing left open. Immutable, the byte arrays by agreement. */
public class QueryResult(
    /** The names of the columns in their order. A name that comes again has `_2`, `_3` … behind it. */
    public val columns: List<String>,
    /** The rows: by column, in the order of [columns], null, Long, Double, String or ByteArray. */
    public val rows: List<Map<String, Any?>>,
    /** Whether there were more rows than were asked for. */
    public val truncated: Boolean,
) {
    /** Without the values. */
    override fun toString(): String = "QueryResult(columns=$columns, ${rows.size} rows, truncated=$truncated)"
}
