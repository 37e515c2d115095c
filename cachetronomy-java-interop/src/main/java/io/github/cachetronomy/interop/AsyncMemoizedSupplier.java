package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A memoized function of no argument that gives futures; see {@link AsyncMemoizer}. No call blocks.
 * Thread-safe.
 *
 * @param <R> the type of the result
 */
public final class AsyncMemoizedSupplier<R extends @Nullable Object> extends AsyncMemoized<R>
    implements Supplier<CompletableFuture<R>> {
  private final Supplier<? extends CompletionStage<? extends R>> uncached;

  AsyncMemoizedSupplier(
      CachedFunction function, Supplier<? extends CompletionStage<? extends R>> uncached) {
    super(function);
    this.uncached = uncached;
  }

  /** The result: the kept one, or the function's own, which is then kept. */
  @Override
  public CompletableFuture<R> get() {
    return call(Answers.list(), uncached::get);
  }

  /** The function itself, which asks no cache. */
  public Supplier<? extends CompletionStage<? extends R>> uncached() {
    return uncached;
  }

  /**
   * The key of the call.
   *
   * @throws IllegalArgumentException if an argument cannot be part of a key
   */
  public String keyFor() {
    return key(Answers.list());
  }

  /**
   * Calls the function and keeps its result in the place of the old one; what it fails with leaves
   * that as it is.
   */
  public CompletableFuture<R> refresh() {
    return replace(Answers.list(), uncached::get);
  }

  /** Removes the result. Gives whether one was kept. */
  public CompletableFuture<Boolean> invalidate() {
    return remove(Answers.list());
  }
}
