package io.github.cachetronomy.examples.atlas;

import io.github.cachetronomy.core.CacheStats;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The atlas on the Java face of the cache: blocking calls from a fixed pool of threads. */
public final class JdkAtlasJava {
  private JdkAtlasJava() {}

  public static void main(String[] args) throws Exception {
    AtlasOptions options = AtlasOptions.parseOrExit(args);
    RunningJdk jdk = RunningJdk.detect();
    System.out.println("Atlas of " + jdk + System.lineSeparator());

    long start = System.nanoTime();
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(options.file())) {
      if (options.forget()) {
        cache.clear();
      }
      List<ModuleReport> reports = readAll(options.modules(), jdk, cache);
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      CacheStats stats = cache.stats();

      // Only a run that read every module knows how long reading takes.
      String firstRunKey = jdk.firstRunKey(options.modules());
      if (stats.getLoads() == reports.size()) {
        cache.set(firstRunKey, elapsed.toMillis(), EntryOptions.neverExpires());
      }
      Optional<Duration> firstRun = cache.get(firstRunKey, Long.class).map(Duration::ofMillis);

      AtlasTable.lines(reports).forEach(System.out::println);
      System.out.println();
      new RunSummary(
              options.file(),
              stats.getMemoryHits(),
              stats.getStoreHits(),
              stats.getLoads(),
              elapsed,
              firstRun)
          .lines()
          .forEach(System.out::println);
      System.out.println();
    }
  }

  private static List<ModuleReport> readAll(
      List<String> modules, RunningJdk jdk, BlockingCachetronaut cache) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try (Progress progress = new Progress(modules.size())) {
      List<Callable<ModuleReport>> tasks = new ArrayList<>();
      for (String module : modules) {
        tasks.add(
            () -> {
              ModuleReport report =
                  cache.cached(
                      jdk.reportKey(module),
                      ModuleReport.class,
                      EntryOptions.neverExpires(),
                      () -> {
                        progress.reading();
                        return JdkModules.read(module);
                      });
              progress.done();
              return report;
            });
      }
      List<ModuleReport> reports = new ArrayList<>();
      for (Future<ModuleReport> report : pool.invokeAll(tasks)) {
        reports.add(report.get());
      }
      return reports;
    } finally {
      pool.shutdownNow();
    }
  }
}
