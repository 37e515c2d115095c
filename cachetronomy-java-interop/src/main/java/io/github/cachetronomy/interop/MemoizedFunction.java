package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.Collections;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A memoized function of one argument; see {@link Memoizer}. All calls block. Thread-safe.
 *
 * @param <A> the type of the argument
 * @param <R> the type of the result
 */
public final class MemoizedFunction<A extends @Nullable Object, R extends @Nullable Object>
    extends Memoized<R> implements Function<A, R> {
  private final Function<? super A, ? extends R> uncached;

  MemoizedFunction(CachedFunction function, Function<? super A, ? extends R> uncached) {
    super(function);
    this.uncached = uncached;
  }

  /** The result for this argument: the kept one, or the function's own, which is then kept. */
  @Override
  public R apply(A a) {
    return call(Collections.singletonList(a), () -> uncached.apply(a));
  }

  /** The function itself, which asks no cache. */
  public Function<? super A, ? extends R> uncached() {
    return uncached;
  }

  /** The key of a call with this argument. */
  public String keyFor(A a) {
    return key(Collections.singletonList(a));
  }

  /**
   * Calls the function and keeps its result in the place of the old one; what it throws leaves that
   * as it is.
   */
  public R refresh(A a) {
    return replace(Collections.singletonList(a), uncached.apply(a));
  }

  /** Removes the result for this argument. Returns whether one was kept. */
  public boolean invalidate(A a) {
    return remove(Collections.singletonList(a));
  }
}
