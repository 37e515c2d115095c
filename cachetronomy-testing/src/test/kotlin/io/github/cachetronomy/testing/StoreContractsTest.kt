package io.github.cachetronomy.testing

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
