package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.text.TagText
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.lessEq
import org.jetbrains.exposed.v1.jdbc.deleteWhere
import org.jetbrains.exposed.v1.jdbc.select
import org.jetbrains.exposed.v1.jdbc.selectAll

/** The table `cachetronomy_removals`: tells loads in other processes what was removed while they ran. */
internal class SqliteRemovals(
    private val readers: SqliteReaders,
    private val writer: SqliteWriter,
) {
    /** Touched only in transactions. */
    private var noted = 0

    fun mark(): Long = if (writer.inTransaction) last(writer.connection()) else readers.read(::last)

    private fun last(connection: SqliteConnection): Long =
        connection.prepared(HotSql.LAST_REMOVAL).executeQuery().use { rows -> if (rows.next()) rows.getLong(1) else 0L }

    fun noteKey(key: String) = note(KEY, key)

    fun noteTags(
        tags: Set<String>,
        match: TagMatch,
    ) = note(match.name.lowercase(), TagText.format(tags.toList()))

    fun noteTags(
        tags: Set<String>,
        match: TagMatch,
        prefix: String,
    ) = noteWithin(prefix, match.name.lowercase(), tags.toList())

    fun notePrefix(prefix: String) = note(PREFIX, prefix)

    fun noteProfile(profile: String) = note(PROFILE, profile)

    fun noteProfile(
        profile: String,
        prefix: String,
    ) = noteWithin(prefix, PROFILE, listOf(profile))

    /** The subject is a list with the prefix in front of what the scope is about. */
    private fun noteWithin(
        prefix: String,
        scope: String,
        subjects: List<String>,
    ) = note(WITHIN + scope, TagText.format(listOf(prefix) + subjects))

    fun noteEverything() = note(EVERYTHING, "")

    fun since(
        mark: Long,
        key: String,
        tags: Collection<String>,
        profile: String,
    ): Boolean {
        if (mark() == mark) return false
        return writer.cold {
            val newestFirst = RemovalsTable.selectAll().orderBy(RemovalsTable.id to SortOrder.DESC)
            val rows = newestFirst.takeWhile { it[RemovalsTable.id] > mark }
            rows.size >= MOST ||
                rows.any { concerns(it[RemovalsTable.scope], it[RemovalsTable.subject], key, tags, profile) }
        }
    }

    private fun concerns(
        scope: String,
        subject: String,
        key: String,
        tags: Collection<String>,
        profile: String,
    ): Boolean =
        when (scope) {
            KEY -> {
                subject == key
            }

            PREFIX -> {
                key.startsWith(subject)
            }

            PROFILE -> {
                subject == profile
            }

            else -> {
                val isWithin = scope.startsWith(WITHIN)
                val subjects = TagText.parse(subject).orEmpty()
                val prefix = if (isWithin) subjects.firstOrNull().orEmpty() else ""
                val wanted = if (isWithin) subjects.drop(1).toSet() else subjects.toSet()
                key.startsWith(prefix) && selected(scope.removePrefix(WITHIN), wanted, tags, profile)
            }
        }

    /** A scope that we do not know counts for every load: what is dropped is loaded again. */
    private fun selected(
        scope: String,
        wanted: Set<String>,
        tags: Collection<String>,
        profile: String,
    ): Boolean {
        if (scope == PROFILE) return profile in wanted
        return TagMatch.entries.find { it.name.lowercase() == scope }?.selects(wanted, tags) ?: true
    }

    private fun note(
        scope: String,
        subject: String,
    ) {
        writer.connection().prepared(HotSql.NOTE_REMOVAL).run {
            setString(1, scope)
            setString(2, subject)
            executeUpdate()
        }
        if (++noted % TRIM_EVERY == 0) trim()
    }

    private fun trim() {
        writer.cold {
            val newest = RemovalsTable.select(RemovalsTable.id).orderBy(RemovalsTable.id to SortOrder.DESC).first()
            RemovalsTable.deleteWhere { id lessEq newest[id] - MOST }
        }
    }

    private companion object {
        const val KEY = "key"
        const val PREFIX = "prefix"
        const val PROFILE = "profile"
        const val EVERYTHING = "everything"

        /** In front of a scope that is about keys with a certain beginning only. */
        const val WITHIN = "prefix+"
        const val MOST = 1_024
        const val TRIM_EVERY = 256
    }
}
