package io.github.cachetronomy.examples.atlas;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells in plain words what a run did.
 *
 * @param loads modules that were read anew
 * @param elapsed from the opening of the cache to the last report
 * @param firstRun how long it took to read all these modules, when that is known
 */
public record RunSummary(
    Path file,
    long memoryHits,
    long storeHits,
    long loads,
    Duration elapsed,
    Optional<Duration> firstRun) {

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(whatHappened() + " in " + seconds(elapsed) + ".");
    lines.add("Memory hits " + memoryHits + ", store hits " + storeHits + ", loads " + loads + ".");
    if (loads > 0) {
      lines.add("The reports are kept in " + file + " now; the next run opens no class file.");
    } else {
      firstRun.ifPresent(first -> lines.add(speedUp(first)));
    }
    return lines;
  }

  private String whatHappened() {
    long hits = memoryHits + storeHits;
    if (hits == 0) {
      return "Read " + modules(loads) + " from the JDK's class files";
    }
    String fromFile = "Took " + modules(hits) + " from " + file;
    return loads == 0 ? fromFile : fromFile + " and read " + modules(loads) + " anew";
  }

  private String speedUp(Duration first) {
    double ratio = (double) first.toNanos() / elapsed.toNanos();
    String times = String.format(Locale.ROOT, ratio < 10 ? "%.1f" : "%.0f", ratio);
    return "The first run took " + seconds(first) + ": this one was " + times + " times as fast.";
  }

  private static String modules(long number) {
    return number == 1 ? "1 module" : number + " modules";
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
  }
}
