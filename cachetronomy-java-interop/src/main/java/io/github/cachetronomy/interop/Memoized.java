package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.GroupStats;
import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.functions.CachedFunction;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What all memoized functions can do, however many arguments they have. All calls block.
 * Thread-safe.
 *
 * @param <R> the type of the results
 */
public abstract sealed class Memoized<R extends @Nullable Object>
    permits MemoizedSupplier, MemoizedFunction, MemoizedBiFunction {
  private final CachedFunction function;

  Memoized(CachedFunction function) {
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
  public final GroupStats stats() {
    return function.stats();
  }

  /** Removes every result of this function, and of no other. Returns how many there were. */
  public final long invalidateAll() {
    return function.invalidateAll().await();
  }

  final R call(List<@Nullable Object> arguments, Callable<? extends R> run) {
    Object ready = function.ready(arguments);
    return Answers.unchecked(
        ready != CacheEngine.NOTHING ? ready : function.callBlocking(arguments, run));
  }

  final R replace(List<@Nullable Object> arguments, R value) {
    function.replace(arguments, value).await();
    return value;
  }

  final String key(List<@Nullable Object> arguments) {
    return function.keyFor(arguments);
  }

  final boolean remove(List<@Nullable Object> arguments) {
    return function.invalidate(arguments).await();
  }

  @Override
  public String toString() {
    return "Memoized(" + name() + ")";
  }
}
