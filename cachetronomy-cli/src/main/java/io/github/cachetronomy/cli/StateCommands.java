package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.CacheHealth;
import io.github.cachetronomy.core.Tier;
import io.github.cachetronomy.interop.KeyQuery;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the file as a whole is. */
final class StateCommands {
  private static final int HOT_KEYS = 10;
  private static final KeyQuery STORED = KeyQuery.defaults().withTier(Tier.STORE);

  private StateCommands() {}

  static Command stats() {
    return new Command(
        Syntax.of("stats", "counts what the file holds"),
        call ->
            call.reading(
                cache -> {
                  long live = cache.keys(STORED).count();
                  Map<String, @Nullable Object> stats = new LinkedHashMap<>();
                  stats.put("db_path", call.settings().getDbPath().toString());
                  stats.put("db_size", call.settings().getDbPath().toFile().length());
                  stats.put("total_keys", cache.keys(STORED.withIncludeExpired(true)).count());
                  stats.put("store_keys", live);
                  stats.put(
                      "hot_keys", cache.accessLog().top(HOT_KEYS).stream().map(Rows::of).toList());
                  stats.put(
                      "evictions_count", cache.evictionLog().recent(Integer.MAX_VALUE).size());
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
                  long live = cache.keys(STORED).count();
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
