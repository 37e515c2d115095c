package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.engine.CacheEngine;
import io.github.cachetronomy.core.functions.CachedFunction;
import io.github.cachetronomy.core.functions.FunctionOptions;
import io.github.cachetronomy.core.spi.ValueType;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Memoizes functions: gives others that have the same results, and call the function only for those
 * that are not kept. {@link BlockingCachetronaut#memoize(String, Class)} begins it.
 *
 * <pre>{@code
 * MemoizedFunction<Integer, User> fetchUser =
 *     cache.memoize("fetchUser", User.class).function(id -> api.fetchUser(id));
 * User user = fetchUser.apply(7);
 * }</pre>
 *
 * <p>The function runs at most once for the same arguments however many callers wait, as the loader
 * of {@link BlockingCachetronaut#cached(String, Class, java.util.concurrent.Callable)} does, and
 * what it throws is not kept. Null is a result like any other. It may call the memoized function
 * with other arguments; if it waits for its own result it gets a {@link
 * io.github.cachetronomy.core.RecursiveLoadException}.
 *
 * <p>Results survive a restart under keys made of the name and the arguments ({@code
 * docs/keys.md}), so the name must stay the same and be no other function's; two memoized functions
 * of one name are one. Results of another shape than the type has now are not used. An argument
 * that cannot be part of a key, a lambda say, or an object that only its address tells from others,
 * is an {@link IllegalArgumentException}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <R> the type of the results
 */
public final class Memoizer<R extends @Nullable Object> {
  private final Supplier<CacheEngine> engine;
  private final String name;
  private final ValueType type;
  private final FunctionOptions options;

  Memoizer(Supplier<CacheEngine> engine, String name, ValueType type, FunctionOptions options) {
    this.engine = engine;
    this.name = Objects.requireNonNull(name, "name");
    this.type = type;
    this.options = options;
  }

  /** A copy whose functions are cached as {@code options} say. */
  public Memoizer<R> with(FunctionOptions options) {
    return new Memoizer<>(engine, name, type, Objects.requireNonNull(options, "options"));
  }

  /** Memoizes a function of no argument. */
  public MemoizedSupplier<R> supplier(Supplier<? extends R> function) {
    return new MemoizedSupplier<>(cached(), Objects.requireNonNull(function, "function")::get);
  }

  /** Memoizes a function of no argument that may throw anything. */
  public MemoizedSupplier<R> callable(Callable<? extends R> function) {
    return new MemoizedSupplier<>(cached(), Objects.requireNonNull(function, "function"));
  }

  /** Memoizes a function of one argument. */
  public <A extends @Nullable Object> MemoizedFunction<A, R> function(
      Function<? super A, ? extends R> function) {
    return new MemoizedFunction<>(cached(), Objects.requireNonNull(function, "function"));
  }

  /** Memoizes a function of two arguments. */
  public <A extends @Nullable Object, B extends @Nullable Object>
      MemoizedBiFunction<A, B, R> biFunction(
          BiFunction<? super A, ? super B, ? extends R> function) {
    return new MemoizedBiFunction<>(cached(), Objects.requireNonNull(function, "function"));
  }

  private CachedFunction cached() {
    return new CachedFunction(engine, name, type, true, options);
  }
}
