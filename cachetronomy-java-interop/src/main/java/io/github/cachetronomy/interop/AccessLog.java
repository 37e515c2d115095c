package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.AccessRecord;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.engine.EngineAccess;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How often keys were read, counted in the file across restarts: a hit in memory, and a hit in the
 * file that is promoted. Counts reach the file within five seconds, and before this log is asked.
 * Rows outlive their entries for as long as {@link CachetronautBuilder#logRetention} says.
 *
 * <p>Where the file cannot be read or changed, calls throw {@link
 * io.github.cachetronomy.core.StoreUnavailableException}; a cache that was opened read-only refuses
 * changes with an {@link IllegalStateException}. A thread that is interrupted while it waits for a
 * change gets a {@link java.util.concurrent.CancellationException}; a change whose commit has not
 * begun is then withdrawn. Thread-safe.
 */
public final class AccessLog {
  private final EngineAccess access;

  AccessLog(EngineAccess access) {
    this.access = access;
  }

  /** The {@code limit} most read keys, most read first, those with equal counts by key. */
  public List<AccessRecord> top(int limit) {
    settle();
    return topNow(limit);
  }

  List<AccessRecord> topNow(int limit) {
    return engine().getLogs().topAccessed(limit);
  }

  /** What is counted of {@code key}; empty = nothing. */
  public Optional<AccessRecord> find(String key) {
    settle();
    return findNow(key);
  }

  Optional<AccessRecord> findNow(String key) {
    return Optional.ofNullable(engine().getLogs().accessRecord(key));
  }

  /**
   * Every row, in the order in which the keys were first counted. The file is read page by page
   * while the stream is used, which need not be closed.
   */
  public Stream<AccessRecord> list() {
    settle();
    return listNow();
  }

  Stream<AccessRecord> listNow() {
    return PageStream.of(access, engine().getLogs().accessRecords());
  }

  /**
   * Removes what is counted of {@code key}, the latest reads included. Returns whether there was
   * anything.
   */
  public boolean delete(String key) {
    return engine().getLogs().deleteAccessRecord(key).await();
  }

  /** Removes every row. Returns how many there were. */
  public long clear() {
    return engine().getLogs().clearAccessLog().await();
  }

  private CacheEngine engine() {
    return access.getEngine();
  }

  /** Waits until the file has what was counted so far. */
  private void settle() {
    engine().settle();
  }
}
