package io.github.cachetronomy.testing

import io.github.cachetronomy.core.spi.StoreBackend
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach

/**
 * What every [StoreBackend] has to do, as JUnit tests. An author of a store makes a subclass that
 * opens an empty one:
 * ```
 * class MyStoreTest : StoreBackendContract() {
 *     override fun openStore(): StoreBackend = MyStore()
 * }
 * ```
 * A fresh instance serves each test, so it need not be thread-safe; the store does.
 */
public abstract class StoreBackendContract :
    EntryContract,
    RemovalContract,
    CullContract,
    ListingContract,
    TransactionContract,
    LogContract,
    LifecycleContract {
    private var opened: StoreBackend? = null

    final override val store: StoreBackend get() = checkNotNull(opened) { "the store is opened before each test" }

    /** Opens a store that holds nothing. It is closed after the test. */
    protected abstract fun openStore(): StoreBackend

    /** Called by JUnit. */
    @BeforeEach
    public fun open() {
        opened = openStore()
    }

    /** Called by JUnit. */
    @AfterEach
    public fun close() {
        opened?.close()
    }
}
