package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A memoized function of one argument that gives futures; see {@link AsyncMemoizer}. No call
 * blocks. Thread-safe.
 *
 * @param <A> the type of the argument
 * @param <R> the type of the result
 */
public final class AsyncMemoizedFunction<A extends @Nullable Object, R extends @Nullable Object>
    extends AsyncMemoized<R> implements Function<A, CompletableFuture<R>> {
  private final Function<? super A, ? extends CompletionStage<? extends R>> uncached;

  AsyncMemoizedFunction(
      CachedFunction function,
      Function<? super A, ? extends CompletionStage<? extends R>> uncached) {
    super(function);
    this.uncached = uncached;
  }

  /** The result for this argument: the kept one, or the function's own, which is then kept. */
  @Override
  public CompletableFuture<R> apply(A a) {
    return call(Collections.singletonList(a), () -> uncached.apply(a));
  }

  /** The function itself, which asks no cache. */
  public Function<? super A, ? extends CompletionStage<? extends R>> uncached() {
    return uncached;
  }

  /**
   * The key of a call with this argument.
   *
   * @throws IllegalArgumentException if an argument cannot be part of a key
   */
  public String keyFor(A a) {
    return key(Collections.singletonList(a));
  }

  /**
   * Calls the function and keeps its result in the place of the old one; what it fails with leaves
   * that as it is.
   */
  public CompletableFuture<R> refresh(A a) {
    return replace(Collections.singletonList(a), () -> uncached.apply(a));
  }

  /** Removes the result for this argument. Gives whether one was kept. */
  public CompletableFuture<Boolean> invalidate(A a) {
    return remove(Collections.singletonList(a));
  }
}
