package io.github.cachetronomy.core.sqlite

import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.jdbc.SchemaUtils
import org.jetbrains.exposed.v1.jdbc.insertIgnore
import org.sqlite.SQLiteConnection

/** Brings a new file, or one of the Python package, up to our schema. */
internal object SchemaSetup {
    /**
     * Adds what is missing: tables, indexes, our column. Only in a transaction of the owner, so that
     * a process that dies in here leaves the file as it was.
     */
    fun complete(connection: SQLiteConnection) {
        val names = SqliteSchema.objects(connection).mapTo(HashSet()) { it.name }
        val madeByPython = SqliteSchema.madeByPython(connection, names)
        val cold = ColdQueries(connection)
        cold.use {
            it.run {
                allTables.filter { table -> table.tableName !in names }.forEach { table ->
                    exec(SchemaUtils.createStatements(table).first())
                }
                if ("cache" in names &&
                    CacheTable.header.name !in SqliteSchema.columns(connection, "cache").map { it.name }
                ) {
                    exec("ALTER TABLE cache ADD COLUMN ${CacheTable.header.descriptionDdl()}")
                }
                if (madeByPython) {
                    CliConfigTable.insertIgnore {
                        it[key] = SqliteSchema.ORIGIN
                        it[value] = "python"
                        it[dbPath] = ""
                    }
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
}
