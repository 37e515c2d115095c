package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A memoized function of two arguments that gives futures; see {@link AsyncMemoizer}. No call
 * blocks. Thread-safe.
 *
 * @param <A> the type of the first argument
 * @param <B> the type of the second argument
 * @param <R> the type of the result
 */
public final class AsyncMemoizedBiFunction<
        A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
    extends AsyncMemoized<R> implements BiFunction<A, B, CompletableFuture<R>> {
  private final BiFunction<? super A, ? super B, ? extends CompletionStage<? extends R>> uncached;

  AsyncMemoizedBiFunction(
      CachedFunction function,
      BiFunction<? super A, ? super B, ? extends CompletionStage<? extends R>> uncached) {
    super(function);
    this.uncached = uncached;
  }

  /** The result for these arguments: the kept one, or the function's own, which is then kept. */
  @Override
  public CompletableFuture<R> apply(A a, B b) {
    return call(Answers.list(a, b), () -> uncached.apply(a, b));
  }

  /** The function itself, which asks no cache. */
  public BiFunction<? super A, ? super B, ? extends CompletionStage<? extends R>> uncached() {
    return uncached;
  }

  /**
   * The key of a call with these arguments.
   *
   * @throws IllegalArgumentException if an argument cannot be part of a key
   */
  public String keyFor(A a, B b) {
    return key(Answers.list(a, b));
  }

  /**
   * Calls the function and keeps its result in the place of the old one; what it fails with leaves
   * that as it is.
   */
  public CompletableFuture<R> refresh(A a, B b) {
    return replace(Answers.list(a, b), () -> uncached.apply(a, b));
  }

  /** Removes the result for these arguments. Gives whether one was kept. */
  public CompletableFuture<Boolean> invalidate(A a, B b) {
    return remove(Answers.list(a, b));
  }
}
