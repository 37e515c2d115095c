package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.cli.print.Cells;
import io.github.cachetronomy.cli.print.Screen;
import io.github.cachetronomy.core.AccessRecord;
import io.github.cachetronomy.core.Tier;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import io.github.cachetronomy.interop.KeyQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A live view of the file: what is read most, and how fast that grows. */
final class Top {
  private static final Option INTERVAL =
      Option.value("SECONDS", "how often it is drawn, 1 to 25; else 2", "--interval", "-i");
  private static final long UNSAID_INTERVAL = 2;
  private static final long LONGEST_INTERVAL = 25;

  /** Counting more would hold up the drawing. */
  private static final int MOST_COUNTED = 100_000;

  /** The lines around the list. */
  private static final int FRAME = 5;

  private static final KeyQuery STORED = KeyQuery.defaults().withTier(Tier.STORE);

  private final Call call;
  private final BlockingCachetronaut cache;
  private final long interval;

  /** The reads of the keys that were shown last. */
  private Map<String, Long> before = Map.of();

  private Top(Call call, BlockingCachetronaut cache, long interval) {
    this.call = call;
    this.cache = cache;
    this.interval = interval;
  }

  static Command command() {
    return new Command(
        Syntax.of("top", "shows what is read most, drawn anew all the time; q ends it")
            .options(INTERVAL),
        call -> {
          Long given = call.given().number(INTERVAL);
          long interval = given == null ? UNSAID_INTERVAL : given;
          if (interval < 1 || interval > LONGEST_INTERVAL) {
            throw new UsageException(INTERVAL.name() + " is 1 to " + LONGEST_INTERVAL);
          }
          if (!call.terminal().answers()) {
            throw new UsageException("'top' wants a terminal; 'hot-keys' prints the same once");
          }
          return call.reading(cache -> new Top(call, cache, interval).run());
        });
  }

  private int run() {
    try (Screen screen = Screen.open(call.out(), (int) interval * 10)) {
      do {
        screen.draw(lines(screen.rows()));
      } while (!screen.ended());
      return ExitCode.DONE;
    } catch (IOException failure) {
      throw new UsageException("the terminal cannot be used: " + failure.getMessage());
    }
  }

  private List<String> lines(int rows) {
    List<String> lines = new ArrayList<>();
    var file = call.settings().getDbPath();
    long live = cache.keys(STORED).limit(MOST_COUNTED + 1L).count();
    String entries = live > MOST_COUNTED ? "more than " + MOST_COUNTED : Long.toString(live);
    lines.add(Cells.text(file.toString()) + "  " + file.toFile().length() / 1024 + " KiB");
    lines.add(
        entries
            + " entries, profile "
            + Cells.text(cache.profiles().active().getName())
            + ", "
            + cache.health().getStatus().name().toLowerCase(Locale.ROOT)
            + "   (q ends)");
    lines.add("");
    lines.add(row("READS", "PER SECOND", "LAST", "KEY"));
    Map<String, Long> now = new HashMap<>();
    for (AccessRecord record : cache.accessLog().top(Math.max(1, rows - FRAME))) {
      now.put(record.getKey(), record.getReads());
      long grown = record.getReads() - before.getOrDefault(record.getKey(), record.getReads());
      lines.add(
          row(
              Long.toString(record.getReads()),
              String.format(Locale.ROOT, "%.1f", (double) grown / interval),
              record.getLastAccessed().toString().substring(11, 19),
              Cells.text(record.getKey())));
    }
    before = now;
    return lines;
  }

  private static String row(String reads, String perSecond, String last, String key) {
    return String.format(Locale.ROOT, "%10s %11s  %-8s  %s", reads, perSecond, last, key);
  }
}
