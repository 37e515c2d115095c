package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A memoized function of no argument; see {@link Memoizer}. All calls block. Thread-safe.
 *
 * @param <R> the type of the result
 */
public final class MemoizedSupplier<R extends @Nullable Object> extends Memoized<R>
    implements Supplier<R>, Callable<R> {
  private final Callable<? extends R> uncached;

  MemoizedSupplier(CachedFunction function, Callable<? extends R> uncached) {
    super(function);
    this.uncached = uncached;
  }

  /** The result: the kept one, or the function's own, which is then kept. */
  @Override
  public R get() {
    return call(Answers.list(), uncached);
  }

  /** As {@link #get}. */
  @Override
  public R call() {
    return get();
  }

  /** The function itself, which asks no cache. */
  public Callable<? extends R> uncached() {
    return uncached;
  }

  /** The key of the call. */
  public String keyFor() {
    return key(Answers.list());
  }

  /**
   * Calls the function and keeps its result in the place of the old one; what it throws leaves that
   * as it is.
   */
  public R refresh() {
    return replace(Answers.list(), Bridge.asThrown(uncached));
  }

  /** Removes the result. Returns whether one was kept. */
  public boolean invalidate() {
    return remove(Answers.list());
  }
}
