package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.AccessRecord;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.engine.Engines;
import java.util.List;
import java.util.Optional;

/** How often keys were read, counted in the file across restarts. Thread-safe. */
public final class AccessLog {
  private final Engines.Lease lease;

  AccessLog(Engines.Lease lease) {
    this.lease = lease;
  }

  /** The {@code limit} most read keys, most read first. */
  public List<AccessRecord> top(int limit) {
    return settled().accessTop(limit);
  }

  /** What is counted of {@code key}; empty = nothing. */
  public Optional<AccessRecord> find(String key) {
    return Optional.ofNullable(settled().accessRecord(key));
  }

  /** The engine, with what was counted so far in the file. */
  private CacheEngine settled() {
    CacheEngine engine = lease.getEngine();
    engine.settle();
    return engine;
  }
}
