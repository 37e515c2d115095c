package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.EvictionRecord;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.engine.Engines;
import java.util.List;

/** What left the cache, when and why, kept in the file across restarts. Thread-safe. */
public final class EvictionLog {
  private final Engines.Lease lease;

  EvictionLog(Engines.Lease lease) {
    this.lease = lease;
  }

  /** The last {@code limit} departures, newest first. */
  public List<EvictionRecord> recent(int limit) {
    return settled().recentEvictions(limit);
  }

  /** The engine, with what was counted so far in the file. */
  private CacheEngine settled() {
    CacheEngine engine = lease.getEngine();
    engine.settle();
    return engine;
  }
}
