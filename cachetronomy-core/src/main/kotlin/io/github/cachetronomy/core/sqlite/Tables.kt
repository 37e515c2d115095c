package io.github.cachetronomy.core.sqlite

import org.jetbrains.exposed.v1.core.BooleanColumnType
import org.jetbrains.exposed.v1.core.Column
import org.jetbrains.exposed.v1.core.CustomFunction
import org.jetbrains.exposed.v1.core.ExpressionWithColumnType
import org.jetbrains.exposed.v1.core.IColumnType
import org.jetbrains.exposed.v1.core.LongColumnType
import org.jetbrains.exposed.v1.core.Op
import org.jetbrains.exposed.v1.core.QueryBuilder
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.core.TextColumnType
import org.jetbrains.exposed.v1.core.append
import org.jetbrains.exposed.v1.core.appendTo

/*
 * The schema, and the only definition of it.
 *
 * The tables cache, access_log, eviction_log, profiles and cli_config are shared with the Python
 * package: names, columns, types, defaults, checks and text forms are its contract as much as ours.
 * Times are ISO texts (see TimeText), tags are JSON arrays (see TagText). What we need beyond that is
 * additive: the nullable column cache.header (see RowHeader) and tables called cachetronomy_….
 */

/** One row an entry. */
internal object CacheTable : Table("cache") {
    val key: Column<String> = text("key")
    val data: Column<ByteArray> = bytes("data")
    val fmt: Column<String> = text("fmt").default("json")
    val expireAt: Column<String> = dateTime("expire_at")
    val tags: Column<String> = text("tags").check { JsonValid(it) }
    val version: Column<Long> = int64("version").default(1)
    val savedByProfile: Column<String> = text("saved_by_profile")

    /** Null on rows that another program wrote: «unknown», never «damaged». */
    val header: Column<ByteArray?> = bytes("header").nullable()

    override val primaryKey: PrimaryKey = PrimaryKey(key)

    init {
        index("idx_cache_expire_at", false, expireAt)
    }
}

/** How often each key was read; one row a key. Rows outlive their entries. */
internal object AccessLogTable : Table("access_log") {
    val key: Column<String> = text("key")
    val accessCount: Column<Long> = int64("access_count").default(0)
    val lastAccessed: Column<String> = dateTime("last_accessed")
    val lastAccessedByProfile: Column<String> = text("last_accessed_by_profile")

    override val primaryKey: PrimaryKey = PrimaryKey(key)

    init {
        index("idx_access_log_count", false, accessCount)
        index("idx_access_log_by_profile", false, lastAccessedByProfile)
    }
}

/** What was removed, when and why (see EvictionCause for the reasons). */
internal object EvictionLogTable : Table("eviction_log") {
    val id: Column<Long> = long("id").autoIncrement()
    val key: Column<String> = text("key")
    val evictedAt: Column<String> = dateTime("evicted_at")
    val reason: Column<String> = text("reason")
    val lastAccessCount: Column<Long> = int64("last_access_count").default(1)
    val evictedByProfile: Column<String> = text("evicted_by_profile")

    override val primaryKey: PrimaryKey = PrimaryKey(id)

    init {
        index("idx_eviction_log_by_profile", false, evictedByProfile)
    }
}

/** Named settings. Intervals are seconds; free_memory_target is a fraction up to 1 and megabytes above. */
internal object ProfilesTable : Table("profiles") {
    val name: Column<String> = text("name")
    val timeToLive: Column<Long> = int64("time_to_live")
    val ttlCleanupInterval: Column<Long> = int64("ttl_cleanup_interval")
    val memoryBasedEviction: Column<Long> = int64("memory_based_eviction")
    val freeMemoryTarget: Column<Double> = real("free_memory_target")
    val memoryCleanupInterval: Column<Long> = int64("memory_cleanup_interval")
    val maxItemsInMemory: Column<Long> = int64("max_items_in_memory")
    val tags: Column<String> = text("tags").check { JsonValid(it) }

    override val primaryKey: PrimaryKey = PrimaryKey(name)
}

/** Settings of Python's command line; the row `active_profile` names the active profile. */
internal object CliConfigTable : Table("cli_config") {
    val key: Column<String> = text("key")
    val value: Column<String> = text("value")
    val dbPath: Column<String> = text("db_path")

    override val primaryKey: PrimaryKey = PrimaryKey(key)
}

/**
 * Removals, so that a load in another process that began before one is not stored after it. [scope]
 * is `key`, `any`, `all`, `exact` (of tags), `prefix`, `profile` or `everything`; [subject] the key, the tags
 * as in cache.tags, the prefix, or the profile's name. Bounded: the oldest rows go, and what reaches back
 * further counts as removed.
 */
internal object RemovalsTable : Table("cachetronomy_removals") {
    val id: Column<Long> = long("id").autoIncrement()
    val scope: Column<String> = text("scope")
    val subject: Column<String> = text("subject")

    override val primaryKey: PrimaryKey = PrimaryKey(id)
}

/** Every table, in the order in which they are made. */
internal val allTables: Array<Table> =
    arrayOf(CacheTable, AccessLogTable, EvictionLogTable, ProfilesTable, CliConfigTable, RemovalsTable)

/** The column that [RowLabels] reads, joined by SQLite. */
internal object LabelsExpression : ExpressionWithColumnType<String>() {
    override val columnType: IColumnType<String> = TextColumnType()

    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        val columns = with(CacheTable) { listOf(fmt, expireAt, version, savedByProfile, tags) }
        columns.appendTo(queryBuilder, separator = " || '${RowLabels.SEPARATOR}' || ") { append(it) }
    }
}

/** The key's bytes as they are stored, which need not be text that Java can hold. */
internal object KeyBytes : ExpressionWithColumnType<ByteArray>() {
    override val columnType: IColumnType<ByteArray> = CacheTable.data.columnType

    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append("CAST(", CacheTable.key, " AS BLOB)")
    }
}

/** What SQLite has stored as the key: `text`, `blob`, `null` … */
internal object KeyTypeExpression : ExpressionWithColumnType<String>() {
    override val columnType: IColumnType<String> = TextColumnType()

    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append("typeof(", CacheTable.key, ")")
    }
}

/** Rows whose key is a text: a row without one, or with a BLOB, is nobody's entry. */
internal object HasTextKey : Op<Boolean>() {
    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append("typeof(", CacheTable.key, ") = 'text'")
    }
}

/** Rows whose key comes behind the text that [bytes] are. */
internal class KeyBehind(
    private val bytes: ByteArray,
) : Op<Boolean>() {
    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append(CacheTable.key, " > CAST(")
        queryBuilder.registerArgument(CacheTable.data.columnType, bytes)
        queryBuilder.append(" AS TEXT)")
    }
}

/** The size of the value in bytes. */
internal object SizeExpression : ExpressionWithColumnType<Long>() {
    override val columnType: IColumnType<Long> = LongColumnType()

    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append("LENGTH(", CacheTable.data, ")")
    }
}

/**
 * The bytes that a row takes, about: its value, its key, which the primary key's index holds too, its tags, and what
 * is much the same in every row.
 */
internal object RoomExpression : ExpressionWithColumnType<Long>() {
    override val columnType: IColumnType<Long> = LongColumnType()

    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append(SizeExpression, " + 2 * LENGTH(", KeyBytes, ") + LENGTH(", CacheTable.tags, ") + 150")
    }
}

/** The order in which rows were first inserted. */
internal object RowIdExpression : ExpressionWithColumnType<Long>() {
    override val columnType: IColumnType<Long> = LongColumnType()

    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append("cache.rowid")
    }
}

/**
 * Rows that have a tag of [tags]. A row whose tags are no JSON has none, instead of ending the query.
 */
internal class HasAnyTag(
    private val tags: Collection<String>,
) : Op<Boolean>() {
    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append(
            "EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(",
            CacheTable.tags,
            ") THEN ",
            CacheTable.tags,
            " ELSE '[]' END) WHERE json_each.\"value\" IN (",
        )
        tags.appendTo(queryBuilder) { registerArgument(TextColumnType(), it) }
        queryBuilder.append("))")
    }
}

/** `json_valid(column)`, the check Python puts on its JSON columns. */
private class JsonValid(
    private val column: Column<String>,
) : Op<Boolean>() {
    override fun toQueryBuilder(queryBuilder: QueryBuilder) =
        CustomFunction("json_valid", BooleanColumnType(), column).toQueryBuilder(queryBuilder)
}

/** The place of a row of the access log. */
internal object AccessLogRowId : ExpressionWithColumnType<Long>() {
    override val columnType: IColumnType<Long> = LongColumnType()

    override fun toQueryBuilder(queryBuilder: QueryBuilder) {
        queryBuilder.append("access_log.rowid")
    }
}
