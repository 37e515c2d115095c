package io.github.cachetronomy.core.sqlite

import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.jdbc.SchemaUtils
import org.sqlite.SQLiteConnection
import java.sql.Connection

/** What a file turns out to be. */
internal sealed interface FileKind {
    /** An empty database that nobody has claimed. */
    data object Empty : FileKind

    /** A file of ours, or of the Python package. [complete] when nothing has to be added to it. */
    class Ours(
        val complete: Boolean,
    ) : FileKind

    /** A database of another application. */
    data object Foreign : FileKind

    /** A file of ours that cannot be used, or no database at all. */
    class Unusable(
        val reason: String,
    ) : FileKind
}

/** Tells files apart and brings ours up to date. Looking changes nothing. */
internal object SqliteSchema {
    /** Looks at the schema; the connection may throw SQLite's own verdict (not a database, malformed). */
    fun inspect(connection: SQLiteConnection): FileKind {
        val applicationId = connection.number("PRAGMA application_id")
        val objects = connection.schemaObjects()
        val names = objects.mapTo(HashSet()) { it.name }
        if (objects.isEmpty() &&
            (applicationId == 0L || applicationId == SqlitePragmas.APPLICATION_ID.toLong())
        ) {
            return FileKind.Empty
        }
        val ours = applicationId == SqlitePragmas.APPLICATION_ID.toLong() || "cache" in names || "profiles" in names
        if (!ours) return FileKind.Foreign
        allTables.forEach { table -> flaw(connection, table, objects)?.let { return FileKind.Unusable(it) } }
        // A first read through the table's root page: cheap at any size, and it fails here rather than later.
        if (CacheTable.tableName in names) connection.number("SELECT 1 FROM cache LIMIT 1")
        val completed =
            applicationId == SqlitePragmas.APPLICATION_ID.toLong() &&
                connection.number("PRAGMA user_version") == SqlitePragmas.SCHEMA_VERSION.toLong()
        val hasHeader = connection.columns(CacheTable.tableName).any { it.name == CacheTable.header.name }
        if (completed && !hasHeader) return FileKind.Unusable("the table cache has lost its column header")
        return FileKind.Ours(completed && allTables.all { it.tableName in names })
    }

    /**
     * Adds what is missing: tables, indexes, our column. Only in a transaction of the owner, so that
     * a process that dies in here leaves the file as it was.
     */
    fun complete(connection: SQLiteConnection) {
        val names = connection.schemaObjects().mapTo(HashSet()) { it.name }
        val cold = ColdQueries(connection)
        cold.use {
            it.run {
                allTables.filter { table -> table.tableName !in names }.forEach { table ->
                    exec(SchemaUtils.createStatements(table).first())
                }
                if ("cache" in names && CacheTable.header.name !in connection.columns("cache").map(Column::name)) {
                    exec("ALTER TABLE cache ADD COLUMN ${CacheTable.header.descriptionDdl()}")
                }
                allTables.flatMap(Table::indices).filter { index -> index.indexName !in names }.forEach { index ->
                    SchemaUtils.createIndex(index).forEach { sql -> exec(sql) }
                }
            }
        }
        connection.createStatement().use {
            it.execute("PRAGMA application_id=${SqlitePragmas.APPLICATION_ID}")
            it.execute("PRAGMA user_version=${SqlitePragmas.SCHEMA_VERSION}")
        }
    }

    /** Why an existing object called like [table] cannot serve as it, or null. */
    private fun flaw(
        connection: SQLiteConnection,
        table: Table,
        objects: List<SchemaObject>,
    ): String? {
        val name = table.tableName
        objects.find { it.type == "trigger" && it.table == name }?.let { return "a trigger on the table $name" }
        val found = objects.find { it.name == name } ?: return null
        if (found.type != "table") return "$name is a ${found.type}"
        val columns = connection.columns(name).associateBy(Column::name)
        for (wanted in table.columns) {
            val column = columns[wanted.name]
            if (column == null) {
                if (wanted == CacheTable.header) continue
                return "the table $name has no column ${wanted.name}"
            }
            if (column.hidden) return "the column $name.${wanted.name} is generated"
            val isKey = wanted in table.primaryKey?.columns.orEmpty()
            if (isKey && !column.key) return "$name.${wanted.name} is not its primary key"
        }
        val known = table.columns.mapTo(HashSet()) { it.name }
        val odd = columns.values.find { it.name !in known && it.required }
        return odd?.let { "the table $name has a column ${it.name} that every row must fill" }
    }

    private const val OBJECTS =
        "SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

    private class SchemaObject(
        val type: String,
        val name: String,
        val table: String,
    )

    private class Column(
        val name: String,
        val key: Boolean,
        val hidden: Boolean,
        val required: Boolean,
    )

    private fun Connection.schemaObjects(): List<SchemaObject> =
        createStatement().use { statement ->
            statement.executeQuery(OBJECTS).use { rows ->
                generateSequence { rows.takeIf { it.next() } }
                    .map { SchemaObject(it.getString(1), it.getString(2), it.getString(3)) }
                    .toList()
            }
        }

    private fun Connection.columns(table: String): List<Column> =
        createStatement().use { statement ->
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

    private fun Connection.number(sql: String): Long =
        createStatement().use { statement ->
            statement.executeQuery(sql).use { if (it.next()) it.getLong(1) else 0L }
        }
}
