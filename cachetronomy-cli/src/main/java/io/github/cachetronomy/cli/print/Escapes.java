package io.github.cachetronomy.cli.print;

import java.util.HexFormat;

/** Keeps what is in a cache from steering the terminal. */
public final class Escapes {
  private Escapes() {}

  /** {@code text} on one line: what a terminal would obey, or could not show, becomes an escape. */
  public static String line(String text) {
    if (text.codePoints().noneMatch(Escapes::isUnsafe)) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> append(safe, c));
    return safe.toString();
  }

  private static void append(StringBuilder safe, int c) {
    switch (c) {
      case '\n' -> safe.append("\\n");
      case '\r' -> safe.append("\\r");
      case '\t' -> safe.append("\\t");
      default -> {
        if (!isUnsafe(c)) {
          safe.appendCodePoint(c);
        } else if (Character.isBmpCodePoint(c)) {
          safe.append("\\u" + HexFormat.of().withUpperCase().toHexDigits(c, 4));
        } else {
          safe.append("\\U" + HexFormat.of().withUpperCase().toHexDigits(c, 8));
        }
      }
    }
  }

  /**
   * Control characters, marks that turn the direction of writing, line separators, and halves of
   * characters.
   */
  private static boolean isUnsafe(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
