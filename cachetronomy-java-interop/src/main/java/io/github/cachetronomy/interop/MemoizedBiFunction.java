package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A memoized function of two arguments; see {@link Memoizer}. All calls block. Thread-safe.
 *
 * @param <A> the type of the first argument
 * @param <B> the type of the second argument
 * @param <R> the type of the result
 */
public final class MemoizedBiFunction<
        A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
    extends Memoized<R> implements BiFunction<A, B, R> {
  private final BiFunction<? super A, ? super B, ? extends R> uncached;

  MemoizedBiFunction(
      CachedFunction function, BiFunction<? super A, ? super B, ? extends R> uncached) {
    super(function);
    this.uncached = uncached;
  }

  /** The result for these arguments: the kept one, or the function's own, which is then kept. */
  @Override
  public R apply(A a, B b) {
    return call(Answers.list(a, b), () -> uncached.apply(a, b));
  }

  /** The function itself, which asks no cache. */
  public BiFunction<? super A, ? super B, ? extends R> uncached() {
    return uncached;
  }

  /** The key of a call with these arguments. */
  public String keyFor(A a, B b) {
    return key(Answers.list(a, b));
  }

  /**
   * Calls the function and keeps its result in the place of the old one; what it throws leaves that
   * as it is.
   */
  public R refresh(A a, B b) {
    return replace(Answers.list(a, b), uncached.apply(a, b));
  }

  /** Removes the result for these arguments. Returns whether one was kept. */
  public boolean invalidate(A a, B b) {
    return remove(Answers.list(a, b));
  }
}
