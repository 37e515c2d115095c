package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.CacheHealth;
import io.github.cachetronomy.core.CacheVolume;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the file as a whole is. */
final class StateCommands {
  private static final int HOT_KEYS = 10;
  private static final String EVICTIONS = "SELECT count(*) AS count FROM eviction_log";

  private StateCommands() {}

  static Command stats() {
    return new Command(
        Syntax.of("stats", "counts what the file holds"),
        call ->
            call.reading(
                cache -> {
                  CacheVolume volume = cache.admin().volume();
                  Map<String, @Nullable Object> stats = new LinkedHashMap<>();
                  stats.put("db_path", call.settings().getDbPath().toString());
                  stats.put("db_size", volume.getBytesOnDisk());
                  stats.put("total_keys", volume.getLiveEntries() + volume.getExpiredEntries());
                  stats.put("store_keys", volume.getLiveEntries());
                  stats.put(
                      "hot_keys", cache.accessLog().top(HOT_KEYS).stream().map(Rows::of).toList());
                  stats.put(
                      "evictions_count",
                      cache.admin().query(EVICTIONS).getRows().get(0).get("count"));
                  stats.put("profile", cache.profiles().active().getName());
                  call.printer().object(stats);
                  return ExitCode.DONE;
                }));
  }

  static Command health() {
    return new Command(
        Syntax.of("health", "tells whether the file can be used, and what is amiss"),
        call ->
            call.reading(
                cache -> {
                  cache.profiles().list();
                  long live = cache.admin().volume().getLiveEntries();
                  CacheHealth health = cache.health();
                  Map<String, @Nullable Object> told = new LinkedHashMap<>();
                  told.put("status", health.getStatus().name().toLowerCase(Locale.ROOT));
                  told.put("causes", health.getCauses());
                  told.put("store_keys_count", live);
                  call.printer().object(told);
                  return ExitCode.DONE;
                }));
  }
}
