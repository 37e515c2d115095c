package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.AccessRecord;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The logs of the file. */
final class LogCommands {
  private static final int SOME = 100;
  private static final int FEW = 10;

  private LogCommands() {}

  static Command access() {
    return access("access-logs", "lists how often keys were read, most read first", SOME);
  }

  static Command storeStats() {
    return access("store-stats", "lists how often keys were read, all of them", Integer.MAX_VALUE);
  }

  static Command hotKeys() {
    return access("hot-keys", "lists the keys that were read most", FEW);
  }

  private static Command access(String name, String description, int unsaid) {
    Option limit = Options.limit(unsaid == Integer.MAX_VALUE ? "all" : Integer.toString(unsaid));
    return new Command(
        Syntax.of(name, description).options(limit),
        call -> {
          int most = call.given().limit(limit, unsaid);
          return call.reading(
              cache -> {
                var rows = cache.accessLog().top(most).stream().map(Rows::of);
                call.printer().objects(Rows.ACCESS, rows.iterator());
                return ExitCode.DONE;
              });
        });
  }

  static Command keyAccess() {
    return new Command(
        Syntax.of("key-access-logs", "tells how often a key was read").arguments("KEY"),
        call ->
            call.reading(
                cache -> {
                  Optional<AccessRecord> found = cache.accessLog().find(call.given().argument(0));
                  if (found.isPresent()) {
                    call.printer().object(Rows.of(found.get()));
                  } else {
                    call.printer().nothing();
                  }
                  return ExitCode.doneIf(found.isPresent());
                }));
  }

  static Command deleteAccess() {
    return new Command(
        Syntax.of("delete-access-logs", "forgets how often a key was read").arguments("KEY"),
        call ->
            call.changing(
                cache -> {
                  boolean was = cache.accessLog().delete(call.given().argument(0));
                  call.printer().count("removed", was ? 1 : 0);
                  return ExitCode.doneIf(was);
                }));
  }

  static Command clearAccess() {
    return clear(
        "clear-access-logs", "forgets how often keys were read", c -> c.accessLog().clear());
  }

  static Command clearEvictions() {
    return clear(
        "clear-eviction-logs", "forgets what left the cache", c -> c.evictionLog().clear());
  }

  private static Command clear(
      String name, String description, ToLongFunction<BlockingCachetronaut> clear) {
    return new Command(
        Syntax.of(name, description),
        call ->
            call.changing(
                cache -> {
                  call.printer().count("removed", clear.applyAsLong(cache));
                  return ExitCode.DONE;
                }));
  }

  static Command evictions() {
    Option limit = Options.limit(Integer.toString(SOME));
    return new Command(
        Syntax.of("eviction-logs", "lists what left the cache and why, newest first")
            .options(limit),
        call -> {
          int most = call.given().limit(limit, SOME);
          return call.reading(
              cache -> {
                var rows = cache.evictionLog().recent(most).stream().map(Rows::of);
                call.printer().objects(Rows.EVICTION, rows.iterator());
                return ExitCode.DONE;
              });
        });
  }
}
