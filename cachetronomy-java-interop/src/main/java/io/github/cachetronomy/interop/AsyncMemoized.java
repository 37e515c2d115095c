package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.GroupStats;
import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What all memoized functions that give futures can do, however many arguments they have. No call
 * blocks. Thread-safe.
 *
 * @param <R> the type of the results
 */
public abstract sealed class AsyncMemoized<R extends @Nullable Object>
    permits AsyncMemoizedSupplier, AsyncMemoizedFunction, AsyncMemoizedBiFunction {
  private final CachedFunction function;

  AsyncMemoized(CachedFunction function) {
    this.function = function;
  }

  /** The function's name. */
  public final String name() {
    return function.getName();
  }

  /**
   * How often a result was there and how often not, since the first function of this name was made,
   * and how many results are kept.
   */
  public final CompletableFuture<GroupStats> stats() {
    return Bridge.stats(function);
  }

  /** Removes every result of this function, and of no other. Gives how many there were. */
  public final CompletableFuture<Long> invalidateAll() {
    return Bridge.write(function.invalidateAll());
  }

  final CompletableFuture<R> call(
      List<@Nullable Object> arguments, Callable<? extends CompletionStage<? extends R>> run) {
    return Answers.unchecked(Bridge.call(function, arguments, run));
  }

  final CompletableFuture<R> replace(
      List<@Nullable Object> arguments, Callable<? extends CompletionStage<? extends R>> run) {
    return Answers.unchecked(Bridge.refresh(function, arguments, run));
  }

  final String key(List<@Nullable Object> arguments) {
    return function.keyFor(arguments);
  }

  final CompletableFuture<Boolean> remove(List<@Nullable Object> arguments) {
    return Bridge.write(function.invalidate(arguments));
  }

  @Override
  public String toString() {
    return "AsyncMemoized(" + name() + ")";
  }
}
