package io.github.cachetronomy.cli.print;

import org.jspecify.annotations.Nullable;

/** A value on one line. */
public final class Cells {
  private Cells() {}

  /** A text as it is, anything else as JSON; nothing that a terminal would obey. */
  public static String text(@Nullable Object value) {
    return value instanceof String string ? Escapes.line(string) : JsonText.of(value);
  }
}
