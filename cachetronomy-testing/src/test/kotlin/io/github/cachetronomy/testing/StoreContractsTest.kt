package io.github.cachetronomy.testing

import io.github.cachetronomy.core.TagMatch
import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.RemovedEntry
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.sqlite.SqliteStores
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

@Tag("fast")
class InMemoryStoreTest : StoreBackendContract() {
    override fun openStore(): StoreBackend = InMemoryStore()
}

@Tag("fast")
class SqliteStoreContractTest : StoreBackendContract() {
    @TempDir
    lateinit var folder: Path

    override fun openStore(): StoreBackend =
        SqliteStores.open(folder.resolve("cache.db"), FakeClock()) { newName, reason -> error("$newName: $reason") }
}

/** Without faults a faulty store is the store behind it. */
@Tag("fast")
class FaultyStoreContractTest : StoreBackendContract() {
    override fun openStore(): StoreBackend = FaultyStore(InMemoryStore())
}

/** A store that implements no more than it must. */
@Tag("fast")
class PlainStoreContractTest : StoreBackendContract() {
    override fun openStore(): StoreBackend = PlainStore(InMemoryStore())
}

private class PlainStore(
    store: StoreBackend,
) : StoreBackend by store {
    override val entries: EntryStore = Entries(store.entries)

    private class Entries(
        entries: EntryStore,
    ) : EntryStore by entries {
        override fun deleteByTags(
            tags: Set<String>,
            match: TagMatch,
            prefix: String,
        ): List<RemovedEntry> = super<EntryStore>.deleteByTags(tags, match, prefix)

        override fun deleteByProfile(
            profile: String,
            prefix: String,
        ): List<RemovedEntry> = super<EntryStore>.deleteByProfile(profile, prefix)

        override fun deleteExpired(
            now: Long,
            limit: Int,
            prefix: String,
        ): List<RemovedEntry> = super<EntryStore>.deleteExpired(now, limit, prefix)
    }
}
