package io.github.cachetronomy.cli;

import io.github.cachetronomy.cli.line.Option;
import io.github.cachetronomy.cli.line.Syntax;
import io.github.cachetronomy.cli.print.Cells;
import io.github.cachetronomy.cli.print.Rows;
import io.github.cachetronomy.core.EntryMetadata;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.MissReason;
import io.github.cachetronomy.core.StoreUnavailableException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is done with one entry. */
final class EntryCommands {
  private static final Option DEFAULT =
      Option.value("TEXT", "what to print where there is no value", "--default", "-d");
  private static final Option NO_PROMOTE =
      Option.flag("accepted: reading never changes the file", "--no-promote");

  private EntryCommands() {}

  static Command get() {
    return new Command(
        Syntax.of("get", "prints the value of a key; plain, it is printed as it is")
            .arguments("KEY")
            .options(Options.NAMESPACE, DEFAULT, NO_PROMOTE),
        call -> call.reading(cache -> found(call, cache.find(key(call), Object.class))));
  }

  private static int found(Call call, Lookup<@Nullable Object> lookup) {
    if (lookup instanceof Lookup.Hit<@Nullable Object> hit) {
      call.printer().entry(Rows.of(hit.getMetadata(), hit.getValue()));
      return ExitCode.DONE;
    }
    MissReason reason = ((Lookup.Miss) lookup).getReason();
    if (reason == MissReason.UNAVAILABLE) {
      throw new StoreUnavailableException("the file cannot be read now", null);
    }
    String otherwise = call.given().value(DEFAULT);
    if (otherwise == null) {
      call.printer().nothing();
    } else {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("key", key(call));
      row.put("data", otherwise);
      call.printer().entry(row);
    }
    if (reason != MissReason.ABSENT) {
      String why = reason.name().toLowerCase(Locale.ROOT);
      call.note("there is no value for " + Cells.text(key(call)) + ": " + why);
    }
    return ExitCode.MISS;
  }

  static Command set() {
    return new Command(
        Syntax.of("set", "writes a value, a text unless told otherwise; - is standard input")
            .arguments("KEY", "VALUE")
            .options(
                Options.NAMESPACE,
                Options.TIME_TO_LIVE,
                Options.VERSION,
                Options.TAGS,
                Options.PREFER,
                Options.JSON),
        call -> {
          String key = Values.key(key(call));
          EntryOptions options = Values.options(call.given());
          Object value = Values.value(call, call.given().argument(1));
          return call.writing(
              cache -> {
                EntryMetadata written = Writing.set(cache, key, value, options);
                call.printer().object(Rows.of(written));
                return ExitCode.DONE;
              });
        });
  }

  static Command delete() {
    return new Command(
        Syntax.of("delete", "removes an entry").arguments("KEY").options(Options.NAMESPACE),
        call ->
            call.changing(
                cache -> {
                  boolean removed = cache.delete(key(call));
                  call.printer().count("removed", removed ? 1 : 0);
                  return ExitCode.doneIf(removed);
                }));
  }

  static Command metadata() {
    return new Command(
        Syntax.of("key-metadata", "tells all of an entry but its value")
            .arguments("KEY")
            .options(Options.NAMESPACE),
        call ->
            call.reading(
                cache -> {
                  Optional<EntryMetadata> found = cache.metadata(key(call));
                  if (found.isPresent()) {
                    call.printer().object(Rows.of(found.get()));
                  } else {
                    call.printer().nothing();
                  }
                  return ExitCode.doneIf(found.isPresent());
                }));
  }

  private static String key(Call call) {
    return call.given().argument(0);
  }
}
