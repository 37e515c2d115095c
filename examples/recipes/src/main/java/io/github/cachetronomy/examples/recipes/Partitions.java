package io.github.cachetronomy.examples.recipes;

import io.github.cachetronomy.core.GroupStats;
import io.github.cachetronomy.core.functions.FunctionOptions;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.MemoizedBiFunction;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Path;

/**
 * A numeric function that calls itself, and remembers what it found across restarts: in how many
 * ways a number is a sum of smaller ones.
 */
public final class Partitions {
  private final MemoizedBiFunction<Integer, Integer, BigInteger> ways;
  private int calls;

  Partitions(BlockingCachetronaut cache) {
    ways =
        cache
            .memoize("partitions", BigInteger.class)
            .with(FunctionOptions.defaults().withParameters("n", "largest").withMaxEntries(10_000))
            .biFunction(this::count);
  }

  /** In how many ways {@code n} is a sum of positive numbers, whatever their order. */
  BigInteger of(int n) {
    return ways.apply(n, n);
  }

  /** Sums with {@code largest} in them, and those without. */
  private BigInteger count(Integer n, Integer largest) {
    calls++;
    if (n == 0) {
      return BigInteger.ONE;
    }
    if (largest == 0) {
      return BigInteger.ZERO;
    }
    BigInteger without = ways.apply(n, largest - 1);
    return n < largest
        ? without
        : without.add(ways.apply(n - largest, Math.min(largest, n - largest)));
  }

  static void run(Path file, int n, PrintStream out) {
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(file)) {
      Partitions partitions = new Partitions(cache);
      out.printf("%d is a sum of positive numbers in %d ways%n", n, partitions.of(n));
      GroupStats stats = partitions.ways.stats();
      out.printf(
          "%d calls of the function, %d hits, %d misses, %d results kept of at most %d%n",
          partitions.calls,
          stats.getHits(),
          stats.getMisses(),
          stats.getSize(),
          stats.getMaxEntries());
    }
  }

  /** The number is the first argument, or 60. */
  public static void main(String... args) {
    run(
        Recipes.file("partitions.db"),
        args.length == 0 ? 60 : Integer.parseInt(args[0]),
        System.out);
  }
}
