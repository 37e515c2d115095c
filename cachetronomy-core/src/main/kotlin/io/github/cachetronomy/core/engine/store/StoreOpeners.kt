package io.github.cachetronomy.core.engine.store

import io.github.cachetronomy.core.SqliteOptions
import io.github.cachetronomy.core.spi.StoreBackend
import io.github.cachetronomy.core.spi.StoreFaultException
import io.github.cachetronomy.core.spi.Suspicion
import io.github.cachetronomy.core.sqlite.SqliteStores
import java.nio.file.Path
import java.time.InstantSource
import java.util.concurrent.atomic.AtomicReference

/** Opens the store of a cache, again if need be. */
internal interface StoreOpener {
    /** What the store is called in messages. */
    val name: String

    /** Opens it; under [suspicion] all of it is looked at, as far as time allows. */
    fun open(
        suspicion: Suspicion?,
        setAside: (newName: String, reason: String) -> Unit,
    ): StoreBackend
}

/** A store that is open already. When it is damaged there is no other. */
internal class GivenStore(
    store: StoreBackend,
) : StoreOpener {
    private val store = AtomicReference<StoreBackend?>(store)

    override val name: String get() = "the given store"

    override fun open(
        suspicion: Suspicion?,
        setAside: (String, String) -> Unit,
    ): StoreBackend {
        // Who comes again has closed it, since it reported damage.
        val store = store.getAndSet(null)
        return store ?: throw StoreFaultException(StoreFaultException.Kind.UNAVAILABLE, "it reported damage")
    }
}

/** The store in an SQLite file. */
internal class SqliteFile(
    private val file: Path,
    private val clock: InstantSource,
    /** Whether a damaged file makes way for a new one. */
    private val mayBeSetAside: Boolean,
    private val options: SqliteOptions,
) : StoreOpener {
    override val name: String get() = file.toString()

    override fun open(
        suspicion: Suspicion?,
        setAside: (String, String) -> Unit,
    ): StoreBackend =
        SqliteStores.open(
            file,
            clock,
            suspicion,
            { newName, reason -> setAside(newName.toString(), reason) },
            mayBeSetAside,
            options,
        )
}

/** An SQLite file that is only looked at: when it is damaged, what can be read of it is. */
internal class ReadOnlyFile(
    private val file: Path,
) : StoreOpener {
    override val name: String get() = file.toString()

    override fun open(
        suspicion: Suspicion?,
        setAside: (String, String) -> Unit,
    ): StoreBackend = SqliteStores.openReadOnly(file)
}
