package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.functions.CachedFunction;
import io.github.cachetronomy.core.functions.FunctionOptions;
import io.github.cachetronomy.core.spi.ValueType;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Memoizes functions that give futures; {@link AsyncCachetronaut#memoize(String, Class)} begins it.
 * As {@link Memoizer} in everything else: the future of a memoized call is completed by the kept
 * result, or by what the future of the function itself gives.
 *
 * <pre>{@code
 * AsyncMemoizedFunction<Integer, User> fetchUser =
 *     cache.async().memoize("fetchUser", User.class).function(id -> api.fetchUserAsync(id));
 * }</pre>
 *
 * <p>Failures come in the future, refused arguments among them. Immutable and thread-safe.
 *
 * @param <R> the type of the results
 */
public final class AsyncMemoizer<R extends @Nullable Object> {
  private final Supplier<CacheEngine> engine;
  private final String name;
  private final ValueType type;
  private final FunctionOptions options;

  AsyncMemoizer(
      Supplier<CacheEngine> engine, String name, ValueType type, FunctionOptions options) {
    this.engine = engine;
    this.name = Objects.requireNonNull(name, "name");
    this.type = type;
    this.options = options;
  }

  /** A copy whose functions are cached as {@code options} say. */
  public AsyncMemoizer<R> with(FunctionOptions options) {
    return new AsyncMemoizer<>(engine, name, type, Objects.requireNonNull(options, "options"));
  }

  /** Memoizes a function of no argument. */
  public AsyncMemoizedSupplier<R> supplier(
      Supplier<? extends CompletionStage<? extends R>> function) {
    return new AsyncMemoizedSupplier<>(cached(), Objects.requireNonNull(function, "function"));
  }

  /** Memoizes a function of one argument. */
  public <A extends @Nullable Object> AsyncMemoizedFunction<A, R> function(
      Function<? super A, ? extends CompletionStage<? extends R>> function) {
    return new AsyncMemoizedFunction<>(cached(), Objects.requireNonNull(function, "function"));
  }

  /** Memoizes a function of two arguments. */
  public <A extends @Nullable Object, B extends @Nullable Object>
      AsyncMemoizedBiFunction<A, B, R> biFunction(
          BiFunction<? super A, ? super B, ? extends CompletionStage<? extends R>> function) {
    return new AsyncMemoizedBiFunction<>(cached(), Objects.requireNonNull(function, "function"));
  }

  private CachedFunction cached() {
    return new CachedFunction(engine, name, type, true, options);
  }
}
