package io.github.cachetronomy.testing

import io.github.cachetronomy.core.engine.store.HeapStore
import io.github.cachetronomy.core.spi.StoreBackend

/**
 * A store without a file, for tests that want neither a folder nor the time SQLite takes. It passes
 * [StoreBackendContract] and forgets everything when it is closed.
 *
 * Thread-safe. Readers wait for a transaction that is open.
 */
public class InMemoryStore private constructor(
    heap: HeapStore,
) : StoreBackend by heap {
    /** An empty store without bounds. */
    public constructor() : this(HeapStore(Int.MAX_VALUE))
}
