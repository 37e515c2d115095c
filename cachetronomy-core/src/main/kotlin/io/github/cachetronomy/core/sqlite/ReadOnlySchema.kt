package io.github.cachetronomy.core.sqlite

import org.sqlite.SQLiteConnection

/**
 * Makes a file that lacks something, such as one of the Python package, look complete to one connection
 * that only reads. What is missing is made in the connection's own temporary database, whose names come
 * before those of the file (https://sqlite.org/lang_naming.html).
 */
internal object ReadOnlySchema {
    fun complete(connection: SQLiteConnection) {
        val names = SqliteSchema.objects(connection).mapTo(HashSet()) { it.name }
        connection.createStatement().use { statement ->
            for ((table, columns) in SqliteSchema.EXPECTED) {
                if (table !in names) {
                    statement.execute("CREATE TEMP TABLE $table (${columns.joinToString { "\"$it\"" }})")
                } else if (columns.contains(HEADER) &&
                    SqliteSchema.columns(connection, table).none { it.name == HEADER }
                ) {
                    statement.execute("CREATE TEMP VIEW $table AS SELECT rowid, *, NULL AS $HEADER FROM main.$table")
                }
            }
        }
    }

    private const val HEADER = SqliteSchema.HEADER
}
