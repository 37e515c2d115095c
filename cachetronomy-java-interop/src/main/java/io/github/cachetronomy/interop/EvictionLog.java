package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.EvictionRecord;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.engine.EngineAccess;
import java.util.List;
import java.util.stream.Stream;

/**
 * What left the cache, when and why, kept in the file across restarts for as long as {@link
 * CachetronautBuilder#logRetention} says. A removal has one row for each entry, whichever tiers had
 * it; overwriting is none. Rows reach the file within five seconds, and before this log is asked.
 *
 * <p>Where the file cannot be read or changed, calls throw {@link
 * io.github.cachetronomy.core.StoreUnavailableException}; a cache that was opened read-only refuses
 * changes with an {@link IllegalStateException}. A thread that is interrupted while it waits for a
 * change gets a {@link java.util.concurrent.CancellationException}; a change whose commit has not
 * begun is then withdrawn. Thread-safe.
 */
public final class EvictionLog {
  private final EngineAccess access;

  EvictionLog(EngineAccess access) {
    this.access = access;
  }

  /** The last {@code limit} departures, newest first. */
  public List<EvictionRecord> recent(int limit) {
    settle();
    return recentNow(limit);
  }

  List<EvictionRecord> recentNow(int limit) {
    return engine().getLogs().recentEvictions(limit);
  }

  /**
   * Every row, newest first. The file is read page by page while the stream is used, which need not
   * be closed.
   */
  public Stream<EvictionRecord> list() {
    settle();
    return listNow();
  }

  Stream<EvictionRecord> listNow() {
    return PageStream.of(access, engine().getLogs().evictionRecords());
  }

  /** Removes every row. Returns how many there were. */
  public long clear() {
    return engine().getLogs().clearEvictionLog().await();
  }

  private CacheEngine engine() {
    return access.getEngine();
  }

  /** Waits until the file has what left so far. */
  private void settle() {
    engine().settle();
  }
}
