package io.github.cachetronomy.testing

import io.github.cachetronomy.core.CacheVolume
import io.github.cachetronomy.core.ProgressListener
import io.github.cachetronomy.core.QueryResult
import io.github.cachetronomy.core.spi.StoreFlaw
import io.github.cachetronomy.core.spi.StoreMaintenance
import io.github.cachetronomy.core.spi.StoreSpace
import java.nio.file.Path
import java.time.Duration
import java.util.function.Consumer
import java.util.function.Predicate

/** Asks [fault] before each call that is made outside of a transaction. */
internal class FaultyMaintenance(
    private val maintenance: StoreMaintenance,
    private val fault: () -> Unit,
) : StoreMaintenance by maintenance {
    override fun volume(now: Long): CacheVolume {
        fault()
        return maintenance.volume(now)
    }

    override fun space(): StoreSpace? {
        fault()
        return maintenance.space()
    }

    override fun shortenLog(patience: Duration): Boolean {
        fault()
        return maintenance.shortenLog(patience)
    }

    override fun check(
        knows: Predicate<String>,
        found: Consumer<List<StoreFlaw>>,
        progress: ProgressListener,
    ) {
        fault()
        maintenance.check(knows, found, progress)
    }

    override fun vacuum(
        patience: Duration,
        progress: ProgressListener,
    ) {
        fault()
        maintenance.vacuum(patience, progress)
    }

    override fun backup(
        target: Path,
        progress: ProgressListener,
    ) {
        fault()
        maintenance.backup(target, progress)
    }

    override fun query(
        sql: String,
        parameters: List<Any?>,
        limit: Int,
        progress: ProgressListener,
    ): QueryResult {
        fault()
        return maintenance.query(sql, parameters, limit, progress)
    }
}
