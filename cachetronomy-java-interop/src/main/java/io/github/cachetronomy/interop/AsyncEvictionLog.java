package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.EvictionRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The {@link EvictionLog} for those who hold futures, which fail with what the blocking call would
 * throw. Cancelling one withdraws a change, unless its commit has begun. Thread-safe.
 */
public final class AsyncEvictionLog {
  private final AsyncCachetronaut cache;

  AsyncEvictionLog(AsyncCachetronaut cache) {
    this.cache = cache;
  }

  /** The last {@code limit} departures, newest first. */
  public CompletableFuture<List<EvictionRecord>> recent(int limit) {
    return cache.listing(blocking -> blocking.evictionLog().recentNow(limit));
  }

  /**
   * Every row, newest first, all in one list. {@link EvictionLog#list} gives them piece by piece.
   */
  public CompletableFuture<List<EvictionRecord>> list() {
    return cache.listing(blocking -> blocking.evictionLog().listNow().toList());
  }

  /** Removes every row. Tells how many there were. */
  public CompletableFuture<Long> clear() {
    return cache.writing(engine -> engine.getLogs().clearEvictionLog());
  }
}
