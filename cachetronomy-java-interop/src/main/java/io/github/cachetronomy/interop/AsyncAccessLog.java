package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.AccessRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The {@link AccessLog} for those who hold futures, which fail with what the blocking call would
 * throw. Cancelling one withdraws a change, unless its commit has begun. Thread-safe.
 */
public final class AsyncAccessLog {
  private final AsyncCachetronaut cache;

  AsyncAccessLog(AsyncCachetronaut cache) {
    this.cache = cache;
  }

  /** The {@code limit} most read keys, most read first, those with equal counts by key. */
  public CompletableFuture<List<AccessRecord>> top(int limit) {
    return cache.listing(blocking -> blocking.accessLog().topNow(limit));
  }

  /** What is counted of {@code key}; empty = nothing. */
  public CompletableFuture<Optional<AccessRecord>> find(String key) {
    return cache.listing(blocking -> blocking.accessLog().findNow(key));
  }

  /**
   * Every row, in the order in which the keys were first counted, all in one list. {@link
   * AccessLog#list} gives them piece by piece.
   */
  public CompletableFuture<List<AccessRecord>> list() {
    return cache.listing(blocking -> blocking.accessLog().listNow().toList());
  }

  /**
   * Removes what is counted of {@code key}, the latest reads included. Tells whether there was
   * anything.
   */
  public CompletableFuture<Boolean> delete(String key) {
    return cache.writing(engine -> engine.getLogs().deleteAccessRecord(key));
  }

  /** Removes every row. Tells how many there were. */
  public CompletableFuture<Long> clear() {
    return cache.writing(engine -> engine.getLogs().clearAccessLog());
  }
}
