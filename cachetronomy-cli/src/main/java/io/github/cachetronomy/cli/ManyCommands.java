package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.line.UsageException;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.MissReason;
import io.github.cachetronomy.core.StoreUnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is done with several entries at once. */
final class ManyCommands {
  private ManyCommands() {}

  static Command get() {
    return new Command(
        Syntax.of(
                "get-many",
                "prints the entries of those keys that have one; exit code 1 if any has none")
            .arguments("KEY...")
            .options(Options.NAMESPACE),
        call ->
            call.reading(
                cache -> {
                  Set<String> keys = new LinkedHashSet<>(call.given().arguments());
                  List<Map<String, @Nullable Object>> rows = new ArrayList<>();
                  for (String key : keys) {
                    Lookup<@Nullable Object> lookup = cache.find(key, Object.class);
                    if (lookup instanceof Lookup.Hit<@Nullable Object> hit) {
                      rows.add(Rows.of(hit.getMetadata(), hit.getValue()));
                    } else if (((Lookup.Miss) lookup).getReason() == MissReason.UNAVAILABLE) {
                      throw new StoreUnavailableException("the file cannot be read now", null);
                    }
                  }
                  call.printer().objects(Rows.ENTRY, rows.iterator());
                  return ExitCode.doneIf(rows.size() == keys.size());
                }));
  }

  static Command set() {
    return new Command(
        Syntax.of(
                "set-many",
                "writes several values, all or none; - is a JSON object on standard input")
            .arguments("KEY", "[VALUE...]")
            .options(
                Options.NAMESPACE,
                Options.TIME_TO_LIVE,
                Options.VERSION,
                Options.TAGS,
                Options.PREFER,
                Options.JSON),
        call -> {
          EntryOptions options = Values.options(call.given());
          Map<String, @Nullable Object> values = values(call);
          return call.writing(
              cache -> {
                Writing.setMany(cache, values, options);
                call.printer().count("written", values.size());
                return ExitCode.DONE;
              });
        });
  }

  private static Map<String, @Nullable Object> values(Call call) {
    List<String> typed = call.given().arguments();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    if (typed.equals(List.of(Values.STANDARD_INPUT))) {
      Values.object(call).forEach((key, value) -> values.put(Values.key((String) key), value));
      return values;
    }
    if (typed.size() % 2 != 0) {
      throw new UsageException("'set-many' wants a value for each key, or a single -");
    }
    for (int i = 0; i < typed.size(); i += 2) {
      values.put(Values.key(typed.get(i)), Values.value(call, typed.get(i + 1)));
    }
    return values;
  }

  static Command delete() {
    return new Command(
        Syntax.of("delete-many", "removes several entries, and says how many there were")
            .arguments("KEY...")
            .options(Options.NAMESPACE),
        call ->
            call.changing(
                cache -> {
                  int removed = cache.deleteMany(call.given().arguments());
                  call.printer().count("removed", removed);
                  return ExitCode.doneIf(removed > 0);
                }));
  }
}
