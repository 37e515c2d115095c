package io.github.cachetronomy.core.sqlite

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** What a file is checked against is text; the tables are the definition. Here they meet. */
@Tags("fast")
class SqliteSchemaSpec :
    FunSpec({
        test("the columns looked for are those of the tables, keys first") {
            allTables.associate { table ->
                val keys =
                    table.primaryKey
                        ?.columns
                        ?.toList()
                        .orEmpty()
                table.tableName to (keys + (table.columns - keys.toSet())).map { it.name }
            } shouldBe SqliteSchema.EXPECTED
        }
    })
