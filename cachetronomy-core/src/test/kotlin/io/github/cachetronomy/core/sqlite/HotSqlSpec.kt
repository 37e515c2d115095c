package io.github.cachetronomy.core.sqlite

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.jetbrains.exposed.v1.core.JoinType
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.core.greater
import org.jetbrains.exposed.v1.core.max
import org.jetbrains.exposed.v1.core.statements.DeleteStatement
import org.jetbrains.exposed.v1.core.statements.InsertStatement
import org.jetbrains.exposed.v1.core.statements.UpsertStatement
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import org.jetbrains.exposed.v1.jdbc.select
import java.sql.DriverManager

/** The hot statements are text; the tables are the definition. Here they meet. */
@Tags("fast")
class HotSqlSpec :
    FunSpec({
        test("READ is what Exposed makes of the table") {
            rendered {
                CacheTable
                    .select(CacheTable.data, CacheTable.header, LabelsExpression)
                    .where { CacheTable.key eq "" }
                    .prepareSQL(this, true)
            } shouldBe HotSql.READ
        }

        test("HAS is what Exposed makes of the table") {
            rendered {
                CacheTable.select(CacheTable.key).where { CacheTable.key eq "" }.prepareSQL(this, true)
            } shouldBe HotSql.HAS
        }

        test("UPSERT is what Exposed makes of the table") {
            rendered {
                val upsert = UpsertStatement<Long>(CacheTable, CacheTable.key, onUpdateExclude = null, where = null)
                upsert[CacheTable.key] = ""
                upsert[CacheTable.data] = ByteArray(0)
                upsert[CacheTable.fmt] = ""
                upsert[CacheTable.expireAt] = ""
                upsert[CacheTable.tags] = ""
                upsert[CacheTable.version] = 1
                upsert[CacheTable.savedByProfile] = ""
                upsert[CacheTable.header] = null
                upsert.prepareSQL(this, true)
            } shouldBe HotSql.UPSERT
        }

        test("DELETE is what Exposed makes of the table") {
            rendered { DeleteStatement(CacheTable, CacheTable.key eq "").prepareSQL(this, true) } shouldBe HotSql.DELETE
        }

        test("NOTE_REMOVAL is what Exposed makes of the table") {
            rendered {
                val insert = InsertStatement<Long>(RemovalsTable)
                insert[RemovalsTable.scope] = ""
                insert[RemovalsTable.subject] = ""
                insert.prepareSQL(this, true)
            } shouldBe HotSql.NOTE_REMOVAL
        }

        test("LAST_REMOVAL is what Exposed makes of the table") {
            rendered { RemovalsTable.select(RemovalsTable.id.max()).prepareSQL(this, true) } shouldBe
                HotSql.LAST_REMOVAL
        }

        test("IDLE is what Exposed makes of the tables") {
            rendered {
                CacheTable
                    .join(AccessLogTable, JoinType.LEFT, CacheTable.key, AccessLogTable.key)
                    .select(
                        RowIdExpression,
                        CacheTable.header,
                        CacheTable.expireAt,
                        RoomExpression,
                        AccessLogTable.lastAccessed,
                    ).where { RowIdExpression greater 0L }
                    .orderBy(RowIdExpression to SortOrder.ASC)
                    .limit(2_000)
                    .prepareSQL(this, true)
            } shouldBe HotSql.IDLE
        }

        test("PROFILE is what Exposed makes of the table") {
            rendered {
                with(ProfilesTable) {
                    select(
                        timeToLive,
                        ttlCleanupInterval,
                        memoryBasedEviction,
                        freeMemoryTarget,
                        memoryCleanupInterval,
                        maxItemsInMemory,
                        tags,
                    )
                }.where { ProfilesTable.name eq "" }
                    .prepareSQL(this, true)
            } shouldBe HotSql.PROFILE
        }

        test("SETTING is what Exposed makes of the table") {
            rendered {
                CliConfigTable.select(CliConfigTable.value).where { CliConfigTable.key eq "" }.prepareSQL(this, true)
            } shouldBe HotSql.SETTING
        }
    })

private fun rendered(statement: JdbcTransaction.() -> String): String =
    DriverManager.getConnection("jdbc:sqlite::memory:").use { connection ->
        ColdQueries(connection).use { it.run(statement) }
    }
