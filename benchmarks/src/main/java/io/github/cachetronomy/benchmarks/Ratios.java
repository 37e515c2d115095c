package io.github.cachetronomy.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs the benchmarks that its arguments name, all of them without arguments, and prints a table of
 * ratios: each figure divided by that of its class's first, which is the peer. The arguments are
 * those of JMH.
 */
public final class Ratios {
  private static final List<String> PEERS = List.of("caffeineGetIfPresent", "rawJdbc", "cached");

  private Ratios() {}

  /** Runs and prints. */
  public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
    Collection<RunResult> results = new Runner(new CommandLineOptions(arguments)).run();
    Map<String, Map<String, RunResult>> byClass = new TreeMap<>();
    for (RunResult result : results) {
      String[] name = result.getParams().getBenchmark().split("\\.");
      byClass
          .computeIfAbsent(name[name.length - 2], any -> new TreeMap<>())
          .put(name[name.length - 1], result);
    }
    System.out.println();
    System.out.println("| benchmark | per call | error | ratio |");
    System.out.println("|---|---:|---:|---:|");
    byClass.forEach(Ratios::print);
  }

  private static void print(String benchmark, Map<String, RunResult> results) {
    double peer =
        PEERS.stream()
            .filter(results::containsKey)
            .mapToDouble(name -> results.get(name).getPrimaryResult().getScore())
            .findFirst()
            .orElse(Double.NaN);
    results.forEach(
        (name, result) ->
            System.out.printf(
                Locale.ROOT,
                "| %s.%s | %.2f %s | ± %.2f | %.2f |%n",
                benchmark.replace("Benchmark", ""),
                name,
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreUnit(),
                result.getPrimaryResult().getScoreError(),
                result.getPrimaryResult().getScore() / peer));
  }
}
