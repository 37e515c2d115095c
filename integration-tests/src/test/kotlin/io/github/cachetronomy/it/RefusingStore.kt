package io.github.cachetronomy.it

import io.github.cachetronomy.core.spi.EntryStore
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.StoreFaultException.Kind
import io.github.cachetronomy.core.spi.StoredEntry
import io.github.cachetronomy.testing.InMemoryStore
import java.util.concurrent.atomic.AtomicInteger

/** A store that refuses single writes as if the disk were full just then, whatever else is in their transaction. */
internal class RefusingStore(
    private val heap: StoreBackend = InMemoryStore(),
) : StoreBackend by heap {
    /** The data of rows that it refuses. */
    @Volatile
    var refused: Set<String> = emptySet()

    /** How many more times it refuses to remove everything. */
    val clearsToRefuse = AtomicInteger()

    override val entries: EntryStore =
        object : EntryStore by heap.entries {
            override fun put(entry: StoredEntry) {
                if (entry.data.decodeToString() in refused) refuse()
                heap.entries.put(entry)
            }

            override fun deleteAll(): Long {
                if (clearsToRefuse.getAndUpdate { maxOf(0, it - 1) } > 0) refuse()
                return heap.entries.deleteAll()
            }
        }

    private fun refuse(): Nothing = throw StoreFaultException(Kind.UNAVAILABLE, "no space left")
}
