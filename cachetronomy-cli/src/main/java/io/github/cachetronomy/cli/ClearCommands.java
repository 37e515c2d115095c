package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.TagMatch;
import io.github.cachetronomy.interop.BlockingCachetronaut;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Removing many entries at once. */
final class ClearCommands {
  private static final Option EXACT_MATCH =
      Option.flag("only entries that have exactly these tags", "--exact-match", "-em");

  private ClearCommands() {}

  static Command all() {
    return new Command(
        Syntax.of("clear-all", "removes every entry").options(Options.NAMESPACE),
        call -> cleared(call, BlockingCachetronaut::clear));
  }

  static Command expired() {
    return new Command(
        Syntax.of("clear-expired", "removes the expired entries, and lists them")
            .options(Options.NAMESPACE),
        call ->
            call.changing(
                cache -> {
                  var rows = cache.clearExpired().stream().map(Rows::of);
                  call.printer().objects(Rows.EXPIRED, rows.iterator());
                  return ExitCode.DONE;
                }));
  }

  static Command byTags() {
    return new Command(
        Syntax.of(
                "clear-by-tags",
                "removes the entries with one of the tags, or, with true at the end, exactly these")
            .arguments("[TAG...]", "[true|false]")
            .options(Options.NAMESPACE, Options.TAGS, EXACT_MATCH),
        call -> {
          List<String> tags = new ArrayList<>(call.given().values(Options.TAGS));
          List<String> typed = new ArrayList<>(call.given().arguments());
          boolean exact = call.given().has(EXACT_MATCH);
          if (tags.size() + typed.size() > 1 && !typed.isEmpty()) {
            String last = typed.get(typed.size() - 1).toLowerCase(Locale.ROOT);
            if (last.equals("true") || last.equals("false")) {
              exact = last.equals("true");
              typed.remove(typed.size() - 1);
            }
          }
          tags.addAll(typed);
          if (tags.isEmpty()) {
            throw new UsageException("'clear-by-tags' wants tags");
          }
          Set<String> all = new LinkedHashSet<>(Values.tags(tags));
          TagMatch match = exact ? TagMatch.EXACT : TagMatch.ANY;
          return cleared(call, cache -> cache.clearByTags(all, match));
        });
  }

  static Command byProfile() {
    return new Command(
        Syntax.of("clear-by-profile", "removes the entries that a profile wrote")
            .arguments("PROFILE_NAME")
            .options(Options.NAMESPACE),
        call -> cleared(call, cache -> cache.clearByProfile(call.given().argument(0))));
  }

  private static int cleared(Call call, ToLongFunction<BlockingCachetronaut> clear) {
    return call.changing(
        cache -> {
          call.printer().count("removed", clear.applyAsLong(cache));
          return ExitCode.DONE;
        });
  }
}
