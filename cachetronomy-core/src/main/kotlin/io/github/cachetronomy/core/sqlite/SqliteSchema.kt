package io.github.cachetronomy.core.sqlite

import org.sqlite.SQLiteConnection
import java.sql.Connection

/** What a file turns out to be. */
internal sealed interface FileKind {
    /** An empty database that nobody has claimed. */
    data object Empty : FileKind

    /** A file of ours, or of the Python package. [complete] when nothing has to be added to it. */
    class Ours(
        val complete: Boolean,
        /** Whether the Python package made it, also when it was opened by us since. */
        val madeByPython: Boolean,
    ) : FileKind

    /** A database of another application. */
    data object Foreign : FileKind

    /** A file of ours that cannot be used, or no database at all. */
    class Unusable(
        val reason: String,
    ) : FileKind
}

/**
 * Tells files apart. Looking changes nothing, and needs nothing but names: a file that is complete is
 * opened without the classes that define the tables.
 */
internal object SqliteSchema {
    /** The columns of the tables by name, keys first. A test compares them with the tables. */
    val EXPECTED: Map<String, List<String>> =
        mapOf(
            "cache" to listOf("key", "data", "fmt", "expire_at", "tags", "version", "saved_by_profile", HEADER),
            "access_log" to listOf("key", "access_count", "last_accessed", "last_accessed_by_profile"),
            "eviction_log" to listOf("id", "key", "evicted_at", "reason", "last_access_count", "evicted_by_profile"),
            "profiles" to
                listOf(
                    "name",
                    "time_to_live",
                    "ttl_cleanup_interval",
                    "memory_based_eviction",
                    "free_memory_target",
                    "memory_cleanup_interval",
                    "max_items_in_memory",
                    "tags",
                ),
            "cli_config" to listOf("key", "value", "db_path"),
            "cachetronomy_removals" to listOf("id", "scope", "subject"),
        )

    /** The column that only our files have. */
    const val HEADER = "header"

    /** The key of a row in `cli_config` that only files of the Python package have, once we have opened them. */
    const val ORIGIN = "cachetronomy_origin"

    /** Looks at the schema; the connection may throw SQLite's own verdict (not a database, malformed). */
    fun inspect(connection: SQLiteConnection): FileKind {
        val applicationId = connection.number("PRAGMA application_id")
        val objects = objects(connection)
        val names = objects.mapTo(HashSet()) { it.name }
        if (objects.isEmpty() &&
            (applicationId == 0L || applicationId == SqlitePragmas.APPLICATION_ID.toLong())
        ) {
            return FileKind.Empty
        }
        val ours = applicationId == SqlitePragmas.APPLICATION_ID.toLong() || "cache" in names || "profiles" in names
        if (!ours) return FileKind.Foreign
        for ((table, columns) in EXPECTED) {
            flaw(connection, table, columns, objects)?.let { return FileKind.Unusable(it) }
        }
        // A first read through the table's root page: cheap at any size, and it fails here rather than later.
        if ("cache" in names) connection.number("SELECT 1 FROM cache LIMIT 1")
        val completed =
            applicationId == SqlitePragmas.APPLICATION_ID.toLong() &&
                connection.number("PRAGMA user_version") == SqlitePragmas.SCHEMA_VERSION.toLong()
        val hasHeader = columns(connection, "cache").any { it.name == HEADER }
        if (completed && !hasHeader) return FileKind.Unusable("the table cache has lost its column header")
        return FileKind.Ours(completed && names.containsAll(EXPECTED.keys), madeByPython(connection, names))
    }

    /** A file without our mark was not made by us; what was added to it says so from then on. */
    fun madeByPython(
        connection: Connection,
        names: Set<String>,
    ): Boolean {
        if ("cache" !in names && "profiles" !in names) return false
        if (connection.number("PRAGMA application_id") != SqlitePragmas.APPLICATION_ID.toLong()) return true
        return "cli_config" in names && connection.number("SELECT count(*) FROM cli_config WHERE key = '$ORIGIN'") > 0L
    }

    /** The objects of a database that are not SQLite's own. */
    fun objects(connection: Connection): List<SchemaObject> =
        connection.createStatement().use { statement ->
            statement.executeQuery(OBJECTS).use { rows ->
                generateSequence { rows.takeIf { it.next() } }
                    .map { SchemaObject(it.getString(1), it.getString(2), it.getString(3)) }
                    .toList()
            }
        }

    /** The columns of [table], as they are. */
    fun columns(
        connection: Connection,
        table: String,
    ): List<Column> =
        connection.createStatement().use { statement ->
            statement.executeQuery("PRAGMA table_xinfo($table)").use { rows ->
                buildList {
                    while (rows.next()) {
                        val required = rows.getInt("notnull") != 0 && rows.getString("dflt_value") == null
                        val hidden = rows.getInt("hidden") != 0
                        add(Column(rows.getString("name"), rows.getInt("pk") != 0, hidden, required))
                    }
                }
            }
        }

    /** Why the object called [table], if there is one, cannot serve as that table, or null. */
    private fun flaw(
        connection: SQLiteConnection,
        table: String,
        expected: List<String>,
        objects: List<SchemaObject>,
    ): String? {
        objects.find { it.type == "trigger" && it.table == table }?.let { return "a trigger on the table $table" }
        val found = objects.find { it.name == table } ?: return null
        if (found.type != "table") return "$table is a ${found.type}"
        val columns = columns(connection, table).associateBy(Column::name)
        for (name in expected) {
            val column = columns[name]
            when {
                column == null -> if (name != HEADER) return "the table $table has no column $name"
                column.hidden -> return "the column $table.$name is generated"
                name == expected.first() && !column.key -> return "$table.$name is not its primary key"
            }
        }
        val odd = columns.values.find { it.name !in expected && it.required }
        return odd?.let { "the table $table has a column ${it.name} that every row must fill" }
    }

    private const val OBJECTS =
        "SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

    /** What a database is made of: a table, an index, a view or a trigger. */
    class SchemaObject(
        val type: String,
        val name: String,
        /** The table that it belongs to. */
        val table: String,
    )

    /** A column as it is. */
    class Column(
        val name: String,
        val key: Boolean,
        val hidden: Boolean,
        /** Whether every new row has to fill it. */
        val required: Boolean,
    )

    private fun Connection.number(sql: String): Long =
        createStatement().use { statement ->
            statement.executeQuery(sql).use { if (it.next()) it.getLong(1) else 0L }
        }
}
