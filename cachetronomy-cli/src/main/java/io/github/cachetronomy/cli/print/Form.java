package io.github.cachetronomy.cli.print;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The forms of an answer. */
public enum Form {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON,
  /** For scripts. */
  PLAIN;

  /** The names of all, as they are typed. */
  public static List<String> names() {
    return Arrays.stream(values()).map(form -> form.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** A printer in the form of that name; null = a table on a terminal, plain elsewhere. */
  public static Printer printer(@Nullable String name, Output out, Terminal terminal) {
    Form unsaid = terminal.answers() ? TABLE : PLAIN;
    return switch (name == null ? unsaid : valueOf(name.toUpperCase(Locale.ROOT))) {
      case TABLE -> new TablePrinter(out, terminal);
      case JSON -> new JsonPrinter(out);
      case PLAIN -> new PlainPrinter(out, terminal.answers());
    };
  }
}
