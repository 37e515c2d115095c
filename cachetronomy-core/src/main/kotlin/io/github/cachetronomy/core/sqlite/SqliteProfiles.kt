package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.ProfileStore
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.text.TagText
import org.jetbrains.exposed.v1.core.SortOrder
import org.jetbrains.exposed.v1.core.eq
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import org.jetbrains.exposed.v1.jdbc.deleteWhere
import org.jetbrains.exposed.v1.jdbc.select
import org.jetbrains.exposed.v1.jdbc.upsert
import java.nio.file.Path
import java.sql.ResultSet
import java.time.Duration
import java.util.function.Consumer

/** The tables `profiles` and `cli_config`. */
internal class SqliteProfiles(
    private val readers: SqliteReaders,
    private val writer: SqliteWriter,
    private val listing: SqliteListing,
    /** The file, as Python notes it beside the name of the active profile. */
    private val file: Path,
) : ProfileStore {
    override fun find(name: String): Profile? = first(HotSql.PROFILE, name) { profile(name, it) }

    override fun list(unreadable: Consumer<String>): List<Profile> =
        names().mapNotNull { name ->
            try {
                // Null where it was deleted meanwhile.
                find(name)
            } catch (fault: StoreFaultException) {
                if (fault.kind != StoreFaultException.Kind.REJECTED) throw fault
                unreadable.accept(fault.message.orEmpty())
                null
            }
        }

    private fun names(): List<String> {
        val query: JdbcTransaction.() -> List<String> = {
            val rows = ProfilesTable.select(ProfilesTable.name).orderBy(ProfilesTable.name to SortOrder.ASC)
            rows.mapNotNull { row ->
                val name: String? = row.getOrNull(ProfilesTable.name)
                name
            }
        }
        return if (writer.inTransaction) writer.cold(query) else listing.run(query)
    }

    override fun active(): String? = first(HotSql.SETTING, ACTIVE_PROFILE) { it.getString(1) }

    override fun setActive(name: String) {
        writer.cold {
            CliConfigTable.upsert(CliConfigTable.key) {
                it[key] = ACTIVE_PROFILE
                it[value] = name
                it[dbPath] = file.toString()
            }
        }
    }

    override fun delete(name: String): Boolean =
        writer.cold { ProfilesTable.deleteWhere { ProfilesTable.name eq name } > 0 }

    private inline fun <R> first(
        sql: String,
        argument: String,
        crossinline map: (ResultSet) -> R,
    ): R? {
        val query = { connection: SqliteConnection ->
            val statement = connection.prepared(sql)
            statement.setString(1, argument)
            statement.executeQuery().use { rows -> if (rows.next()) map(rows) else null }
        }
        return if (writer.inTransaction) query(writer.connection()) else readers.read(query)
    }

    override fun put(profile: Profile) {
        writer.cold {
            ProfilesTable.upsert(ProfilesTable.name) {
                it[name] = profile.name
                it[timeToLive] = profile.timeToLive.seconds
                it[ttlCleanupInterval] = profile.cleanupInterval.seconds
                it[maxItemsInMemory] = profile.maxItemsInMemory.toLong()
                it[tags] = TagText.format(profile.tags.toList())
                it[memoryBasedEviction] = if (profile.memoryBasedEviction) 1 else 0
                it[freeMemoryTarget] = profile.freeMemoryTarget.stored()
                it[memoryCleanupInterval] = profile.memoryCleanupInterval.seconds
            }
        }
    }

    private fun profile(
        name: String,
        row: ResultSet,
    ): Profile =
        try {
            Profile
                .Builder(name)
                .timeToLive(Duration.ofSeconds(row.getLong(1)))
                .cleanupInterval(Duration.ofSeconds(row.getLong(2)))
                .memoryBasedEviction(row.getLong(3) != 0L)
                .freeMemoryTarget(FreeMemoryTarget.ofStored(row.getDouble(4)))
                .memoryCleanupInterval(Duration.ofSeconds(row.getLong(5)))
                .maxItemsInMemory(Math.toIntExact(row.getLong(6)))
                .tags(requireNotNull(TagText.parse(row.getString(7).orEmpty())) { "its tags are no list of texts" })
                .build()
        } catch (failure: RuntimeException) {
            throw StoreFaultException(
                StoreFaultException.Kind.REJECTED,
                "the profile '$name' cannot be read: ${failure.message}",
                failure,
            )
        }

    private companion object {
        const val ACTIVE_PROFILE = "active_profile"
    }
}
