package io.github.cachetronomy.core.sqlite

import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.spi.ProfileStore
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.text.TagText
import org.jetbrains.exposed.v1.jdbc.upsert
import java.sql.ResultSet
import java.time.Duration

/** The table `profiles`. */
internal class SqliteProfiles(
    private val readers: SqliteReaders,
    private val writer: SqliteWriter,
) : ProfileStore {
    override fun find(name: String): Profile? =
        readers.read { connection ->
            val statement = connection.prepared(HotSql.PROFILE)
            statement.setString(1, name)
            statement.executeQuery().use { rows -> if (rows.next()) profile(name, rows) else null }
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
}
